"""Offers on a desk: the list with its numbers, a new one with a preview, one with what can be done to it (D16.3). Shops and the office share it."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from wangdan.accounts.models import Organisation
from wangdan.catalogue.models import Category, Product, Sku
from wangdan.desks import errors, journal_words, keyset, offer_form, offer_words, web
from wangdan.kernel.errors import NotGranted, NotSeen, Problem
from wangdan.kernel.models import Journal
from wangdan.kernel.operation import may
from wangdan.promotions import operations, queries
from wangdan.promotions.models import Offer
from wangdan.promotions.rules import LIFE
from wangdan.promotions.rules.offers import checked

_HISTORY, _MOST = 20, 200


@dataclass(frozen=True)
class Desk:
    """Where it stands: who gives (a shop, or the platform), the path of its list, and the room it belongs to."""

    giver: Organisation
    base: str
    room: str = "offers"

    @property
    def shop(self) -> int | None:
        """The shop's id, None for the platform."""
        return self.giver.pk if self.giver.kind == "shop" else None


def index(request: HttpRequest, desk: Desk, extra: dict[str, Any] | None = None) -> HttpResponse:
    """All offers of the giver, newest first, with what was claimed, used and given."""
    page = keyset.page(queries.offers(web.actor(request), desk.shop), request.GET.get("cursor", ""))
    numbers = queries.numbers(page.rows)
    rows = [_row(offer, numbers[offer.pk]) for offer in page.rows]
    context = {"rows": rows, "next": page.next, "desk": desk, "may_create": may(web.actor(request), "promotions.create"), **(extra or {})}
    return render(request, "desk/offers.html", context)


def _row(offer: Offer, numbers: Any) -> dict[str, Any]:
    return {
        "offer": offer,
        "benefit": offer_words.benefit(offer),
        "way": offer_words.WAYS[offer.way],
        "scope": offer_words.scope(offer),
        "numbers": numbers,
    }


def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The form; «preview» tries it on a sample basket, «offer it» makes it; what is wrong comes back at its field."""
    if request.method != "POST":
        return _form(request, desk, offer_form.Read(offer_form.fresh(), {}, None))
    found = offer_form.read(request.POST)
    if found.draft is None:
        return _form(request, desk, found, status=422)
    try:
        if request.POST.get("preview"):
            checked(found.draft)
            return _form(request, desk, found, samples=_samples(desk, found))
        offer = operations.create(web.caller(request), desk.giver.pk, draft=found.draft)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        return _form(request, desk, found, refusal=errors.text(problem.code, problem.detail), status=problem.status)
    messages.success(request, _("优惠已发布"))
    return redirect(f"{desk.base}/{offer.pk}")


def _samples(desk: Desk, found: offer_form.Read) -> list[offer_form.Sample]:
    draft = found.draft
    if draft is None:
        return []
    offer = Offer(shop_id=desk.shop, **(draft.__dict__ | {"rungs": sorted(draft.rungs), "targets": list(draft.targets)}))
    skus = Sku.objects.filter(active=True, product__status="on_sale").select_related("product__category")
    skus = skus.filter(product__shop=desk.shop) if desk.shop else skus
    if draft.scope == "products":
        skus = skus.filter(product__in=draft.targets)
    elif draft.scope == "shops":
        skus = skus.filter(product__shop__in=draft.targets)
    return offer_form.samples(offer, list(skus.order_by("product_id", "id").distinct("product_id")[:60]))


def _form(request: HttpRequest, desk: Desk, found: offer_form.Read, *, refusal: str = "", samples: Any = None, status: int = 200) -> HttpResponse:
    mine = Product.objects.filter(shop=desk.shop, status="on_sale").order_by("-id") if desk.shop else Product.objects.none()
    choices: dict[str, list[tuple[int, str]]] = {"categories": [(each.pk, each.name) for each in Category.objects.order_by("position", "id")[:_MOST]]}
    if desk.shop:
        choices["products"] = list(mine.values_list("pk", "title")[:_MOST])
    else:
        choices["shops"] = list(Organisation.objects.filter(kind="shop", active=True).order_by("id").values_list("pk", "name")[:_MOST])
    context = {
        "desk": desk,
        "said": found.said,
        "wrong": found.wrong,
        "refusal": refusal,
        "samples": [(each, offer_words.why_not(each.why, each.lacks)) for each in samples] if samples is not None else None,
        "ways": offer_words.WAYS.items(),
        "kinds": offer_words.KINDS.items(),
        "scopes": [(key, text) for key, text in offer_words.SCOPES.items() if key in ("all", "products") or key in choices],
        "choices": choices,
    }
    return render(request, "desk/offer_new.html", context, status=status)


def show(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """One offer: what it gives, its numbers, what can be done, who did what."""
    offer = _of_desk(request, desk, number)
    entries = list(Journal.objects.filter(ref=offer.ref).order_by("-id")[:_HISTORY])
    names = journal_words.names_of(entries)
    actor = web.actor(request)
    context = {
        "desk": desk,
        **_row(offer, queries.numbers([offer])[offer.pk]),
        "until": offer_words.until(offer) if offer.way == "coupon" else "",
        "moves": [(name, offer_words.MOVES[name]) for name in LIFE.open_moves(offer.status) if may(actor, f"promotions.{name}")],
        "may_give": offer.way == "coupon" and offer.status == "running" and may(actor, "promotions.give"),
        "entries": [
            journal_words.Entry(offer_words.DONE.get(row.operation, row.operation), row.at, journal_words.who(row, names), "", []) for row in entries
        ],
    }
    return render(request, "desk/offer.html", context)


def _of_desk(request: HttpRequest, desk: Desk, number: int) -> Offer:
    offer = queries.offer(web.actor(request), number)
    if offer.shop_id != desk.shop:
        raise NotSeen
    return offer


def move(request: HttpRequest, desk: Desk, number: int, name: str) -> HttpResponse:
    """Pause, resume or end it; or give a coupon of it to somebody by user name."""
    offer = _of_desk(request, desk, number)
    if name == "give":
        _give(request, offer)
    elif name in LIFE.moves:
        if web.attempt(request, getattr(operations, name), offer.pk):
            messages.success(request, _("已记下，立刻生效"))
    else:
        raise NotSeen
    return redirect(f"{desk.base}/{number}")


def _give(request: HttpRequest, offer: Offer) -> None:
    try:
        person = operations.person_named(request.POST.get("username", "")[:40])
        operations.give(web.caller(request), offer=offer.pk, person=person.pk)
    except (NotSeen, NotGranted):
        raise
    except Problem as problem:
        messages.error(request, errors.text(problem.code, problem.detail))
    else:
        messages.success(request, _("已发给 %(name)s") % {"name": person.username})
