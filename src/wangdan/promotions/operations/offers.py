"""What shops and the office do with their offers: make, pause, resume, end one; give a coupon to somebody; set the member levels."""

from typing import Any

from wangdan.accounts.models import Organisation, Person
from wangdan.catalogue.models import Category, Product
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.ledger import operations as ledger
from wangdan.ledger.rules import Entry
from wangdan.promotions.models import Level, Offer
from wangdan.promotions.rules.offers import HIGHEST, LIFE, Draft, checked

_OFFICE = frozenset({"admin", "supervisor", "system"})


def _require_giver(act: Act, giver: Organisation) -> None:
    """A shop's people speak for their shop, the office for the platform; others do not see it."""
    fits = giver.pk in act.actor.organisations if giver.kind == "shop" else bool(act.actor.roles & _OFFICE)
    if not fits and "system" not in act.actor.roles:
        raise NotSeen


def _check_targets(giver: Organisation, draft: Draft) -> None:
    """What the scope names must be there, and a shop speaks of its own goods only. Refuses with `promotions.scope_malformed`."""
    shop = giver if giver.kind == "shop" else None
    wanted = set(draft.targets)
    if draft.scope == "shops":
        found = set() if shop else set(Organisation.objects.filter(pk__in=wanted, kind="shop").values_list("pk", flat=True))
    elif draft.scope == "categories":
        found = set(Category.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    else:
        products = Product.objects.filter(pk__in=wanted)
        found = set((products.filter(shop=shop) if shop else products).values_list("pk", flat=True))
    if wanted - found:
        raise Malformed("promotions.scope_malformed", missing=sorted(wanted - found))


@operation("promotions.create", on=Organisation)
def create(act: Act, giver: Organisation, *, draft: Draft) -> Offer:
    """A shop, or the platform, offers a reduction or a kind of coupon from its own pocket (D16.3); a budget becomes a guarded account.

    Refuses with 404 for a shop that is not the actor's, with what `rules.checked` refuses, and with `promotions.code_taken`.
    """
    _require_giver(act, giver)
    draft = checked(draft)
    if draft.targets:
        _check_targets(giver, draft)
    if draft.code and Offer.objects.filter(code=draft.code).exists():
        raise Refused("promotions.code_taken")
    fields: dict[str, Any] = draft.__dict__ | {
        "rungs": [list(rung) for rung in draft.rungs],
        "targets": list(draft.targets),
        "code": draft.code or None,
    }
    offer = Offer.objects.create(root_id=giver.root_id, shop=giver if giver.kind == "shop" else None, created_at=act.now, **fields)
    act.born(offer)
    if draft.budget:
        set_aside = Entry(f"budget:{offer.pk}", "given:promotions", draft.budget, "budget", offer.ref, offer.ref)
        ledger.post(act, entries=[set_aside])
    return offer


@operation("promotions.pause", on=Offer)
def pause(act: Act, offer: Offer) -> Offer:
    """Stop for now: a reduction works no more, a coupon is given out no more; what was claimed stays good. Refuses with `promotions.cannot_pause`."""
    return _move(act, offer, "pause")


@operation("promotions.resume", on=Offer)
def resume(act: Act, offer: Offer) -> Offer:
    """Go on after a pause. Refuses with `promotions.cannot_resume`."""
    return _move(act, offer, "resume")


@operation("promotions.end", on=Offer)
def end(act: Act, offer: Offer) -> Offer:
    """End it for good; what was claimed stays good to its own date. Refuses with `promotions.cannot_end`."""
    return _move(act, offer, "end")


def _move(act: Act, offer: Offer, move: str) -> Offer:
    giver = offer.shop if offer.shop is not None else Organisation.objects.get(kind="platform")
    _require_giver(act, giver)
    offer.status = LIFE.take(move, offer.status)
    offer.save(update_fields=["status"])
    return offer


@operation("promotions.set_level")
def set_level(act: Act, *, name: str, spent_from: int, percent_off: int, points_percent: int) -> Level:
    """Name a member level, or change the one of that name (D16.3): from how much spent in 365 days (minor units), percent off, points in percent.

    Refuses (422) with `promotions.number_malformed`, `promotions.name_missing`; with `promotions.level_taken` when another begins at that sum.
    """
    for field, value, low, high in (
        ("spent_from", spent_from, 0, HIGHEST),
        ("percent_off", percent_off, 0, 50),
        ("points_percent", points_percent, 100, 1000),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise Malformed("promotions.number_malformed", field=field, low=low, high=high)
    called = " ".join(name.split())[:20]
    if not called or not called.isprintable():
        raise Malformed("promotions.name_missing", longest=20)
    if Level.objects.filter(spent_from=spent_from).exclude(name=called).exists():
        raise Refused("promotions.level_taken")
    level = Level.objects.filter(name=called).first() or Level(name=called, spent_from=spent_from)
    before = [level.spent_from, level.percent_off, level.points_percent] if level.pk else None
    level.spent_from, level.percent_off, level.points_percent = spent_from, percent_off, points_percent
    level.save()
    act.note(level.name, before, [spent_from, percent_off, points_percent])
    return level


def person_named(text: str) -> Person:
    """Whom the giver means: a user name. Refuses with `promotions.nobody`."""
    found = Person.objects.filter(username=text.strip().casefold()[:40], is_active=True).first() if "\x00" not in text else None
    if found is None:
        raise Malformed("promotions.nobody")
    return found
