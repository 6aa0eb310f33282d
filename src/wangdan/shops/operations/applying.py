"""Applying for a shop: hand in, hand in again, take back; a look at the papers, which is written down; erasing them (D07.1, D06.1)."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils import timezone

from wangdan.accounts import rules as people
from wangdan.accounts.models import Organisation, Person
from wangdan.accounts.parsing.gazetteer import gazetteer
from wangdan.files import operations as files
from wangdan.files.models import File
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.shops import rules
from wangdan.shops.facts import ApplicationSubmitted
from wangdan.shops.models import REVIEWERS, Application
from wangdan.shops.rules import LIFE, Asked
from wangdan.tasks import operations as tasks


@operation("shops.apply", root="actor")
def apply(act: Act, *, asked: Asked, papers: Mapping[str, int]) -> Application:
    """Ask for a shop as a person or an enterprise: true data, a proved phone, pictures of the papers (D06.1, D07.1, C9).

    `papers` are private files of one's own by name (`id_front`, `id_back`, for an enterprise `licence`). Refuses with
    `shops.applied_already`, `shops.phone_unproved`, `shops.field_missing` (field), `shops.paper_missing` (paper), `shops.identity_malformed`,
    `shops.licence_malformed`, `shops.too_young`, `accounts.email_malformed`, `accounts.phone_malformed`, `accounts.division_unknown`,
    `shops.name_taken`, 404 for somebody else's file.
    """
    if Application.objects.filter(person_id=act.person_id, status__in=("submitted", "rejected")).exists():
        raise Refused("shops.applied_already")
    application = Application(person_id=act.person_id, submitted_at=act.now)
    _fill(act, application, asked, papers)
    application.root = act.new_root("applications")
    application.save()
    _submitted(act, application)
    return application


@operation("shops.resubmit", on=Application)
def resubmit(act: Act, application: Application, *, asked: Asked, papers: Mapping[str, int]) -> Application:
    """Mend what the office did not accept and hand it in again; papers that are not sent anew stay, those that are replaced are erased (PIPL 47).

    Refuses as `apply` does, `shops.cannot_resubmit` unless it was rejected, `kernel.not_granted` for another's.
    """
    _require_own(act, application)
    application.status = LIFE.take("resubmit", application.status)
    before = _pictures(application)
    _fill(act, application, asked, papers)
    application.submitted_at, application.decided_at, application.reason, application.erased_at = act.now, None, "", None
    application.save()
    files.erase(act, pks=sorted(before - _pictures(application)))
    _submitted(act, application)
    return application


@operation("shops.withdraw", on=Application)
def withdraw(act: Act, application: Application) -> Application:
    """Take the application back.

    Refuses with `shops.cannot_withdraw` once it is approved, `kernel.not_granted` for another's.
    """
    _require_own(act, application)
    application.status = LIFE.take("withdraw", application.status)
    application.decided_at = act.now
    application.save(update_fields=["status", "decided_at"])
    tasks.settle(act, ref=application.ref, outcome="shops.withdrawn")
    return application


@operation("shops.hand_in", on=Application)
def hand_in(act: Act, application: Application, *, papers: Mapping[str, int]) -> Application:
    """Fresh papers for the re-check (E-Commerce Law 27).

    Refuses with `shops.cannot_hand_in` when none is due, `shops.paper_missing` without any, `kernel.not_granted` for another's, 404 for somebody
    else's file.
    """
    _require_own(act, application)
    application.status = LIFE.take("hand_in", application.status)
    if not papers:
        raise Malformed("shops.paper_missing", paper="id_front")
    _attach(act, application, papers)
    application.handed_in_at = act.now
    application.save()
    return application


@operation("shops.look", on=Application)
def look(act: Act, application: Application, *, what: str) -> Application:
    """Look at the numbers or at one paper; who looked at what stays in the journal (PIPL 51).

    Refuses with `kernel.not_seen` for what is not there.
    """
    if what not in rules.LOOKS or (what != "numbers" and what not in application.kept):
        raise NotSeen
    if not act.actor.roles & (REVIEWERS | {"system"}) and application.person_id != act.actor.id:
        raise NotGranted
    act.note("looked", None, what)
    return application


@operation("shops.erase_papers", on=Application)
def erase_papers(act: Act, application: Application) -> Application:
    """The sweep: an application was rejected or taken back some days (option) ago; the pictures of its papers are erased (PIPL 47).

    Whoever wants to hand it in again brings them again. Refuses with `shops.cannot_erase_papers` when it lives, is too fresh, or has none.
    """
    since = application.decided_at or application.submitted_at
    fresh = since > act.now - timedelta(days=act.option(rules.ERASE_DAYS))
    if application.status not in rules.SHELVED or application.erased_at is not None or fresh:
        raise Refused("shops.cannot_erase_papers", status=application.status)
    gone = sorted(_pictures(application))
    application.id_front = application.id_back = application.licence = None
    application.erased_at = act.now
    application.save(update_fields=["id_front", "id_back", "licence", "erased_at"])
    files.erase(act, pks=gone)
    return application


def _pictures(application: Application) -> set[int]:
    """The files of its papers."""
    return {pk for pk in (application.id_front_id, application.id_back_id, application.licence_id) if pk is not None}


def _require_own(act: Act, application: Application) -> None:
    if "system" not in act.actor.roles and application.person_id != act.actor.id:
        raise NotGranted


def _submitted(act: Act, application: Application) -> None:
    due_at = act.now + timedelta(days=act.option(rules.REVIEW_DAYS))
    tasks.open(act, kind="shops.review", ref=application.ref, role="supervisor", due_at=due_at, detail={"shop_name": application.shop_name})
    act.tell(ApplicationSubmitted(application.ref))


def _line(text: str, longest: int, field: str) -> str:
    found = people.tidy(text, longest)
    if not found:
        raise Malformed("shops.field_missing", field=field)
    return found


def _fill(act: Act, application: Application, asked: Asked, papers: Mapping[str, int]) -> None:
    """Put what was handed in on the row, each checked."""
    if asked.kind not in rules.KINDS:
        raise Malformed("shops.field_missing", field="kind")
    if not Person.objects.filter(pk=application.person_id, phone__isnull=False).exists():
        raise Refused("shops.phone_unproved")
    company = asked.kind == "enterprise"
    application.kind = asked.kind
    application.shop_name = _line(asked.shop_name, rules.LONGEST_NAME, "shop_name")
    application.name = _line(asked.name, rules.LONGEST_NAME, "name")
    application.email, application.phone = people.email(asked.email), people.mobile(asked.phone)
    application.identity = rules.identity_number(asked.identity)
    if rules.age(application.identity, timezone.localdate(act.now)) < rules.OF_AGE:
        raise Refused("shops.too_young", years=rules.OF_AGE)
    application.company = _line(asked.company, 80, "company") if company else ""
    application.licence_no = rules.credit_code(asked.licence_no) if company else ""
    if not asked.province or not gazetteer().find(asked.province, asked.city, ""):
        raise Malformed("accounts.division_unknown")
    application.province, application.city = asked.province, asked.city
    if Organisation.objects.filter(kind="shop", name=application.shop_name).exists():
        raise Refused("shops.name_taken")
    _attach(act, application, papers)
    if not company:
        application.licence = None


def _attach(act: Act, application: Application, papers: Mapping[str, int]) -> None:
    """Put the pictures on the row: private ones of whoever acts."""
    wanted = {name: papers[name] for name in application.papers if name in papers}
    found = {file.pk: file for file in File.visible_to(act.actor).filter(pk__in=wanted.values(), public=False)}
    for name, pk in wanted.items():
        if pk not in found:
            raise NotSeen
        setattr(application, name, found[pk])
    for name in application.papers:
        if getattr(application, f"{name}_id") is None:
            raise Malformed("shops.paper_missing", paper=name)
