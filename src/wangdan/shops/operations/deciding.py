"""Deciding who may sell: approve, reject, and look again every six months (D06.1, D07.1, E-Commerce Law 27)."""

from datetime import datetime

from django.utils import timezone

from wangdan.accounts import operations as accounts
from wangdan.accounts import rules as people
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed, Refused
from wangdan.kernel.operation import operation
from wangdan.shops import rules
from wangdan.shops.facts import ApplicationApproved, ApplicationRejected, CheckDue, CheckOverdue, CheckRenewed
from wangdan.shops.models import Application
from wangdan.shops.rules import LIFE
from wangdan.tasks import operations as tasks


@operation("shops.approve", on=Application)
def approve(act: Act, application: Application) -> Application:
    """The papers are right: the shop is founded and its applicant is the owner (D06.1, D07.1).

    Refuses with `shops.cannot_approve`, `shops.own_papers` for one's own application, `accounts.organisation_exists` when the name went meanwhile.
    """
    _require_stranger(act, application)
    application.status = LIFE.take("approve", application.status)
    place = {"province": application.province, "city": application.city}
    application.shop = accounts.open_shop(act, name=application.shop_name, owner=application.person_id, **place)
    application.decided_at, application.check_by = act.now, _next_check(act)
    application.save()
    tasks.settle(act, ref=application.ref, kind="shops.review", outcome="shops.approved")
    act.tell(ApplicationApproved(application.ref, shop=application.shop.pk))
    return application


@operation("shops.reject", on=Application)
def reject(act: Act, application: Application, *, reason: str) -> Application:
    """Something is not right; the applicant reads why and may hand it in again.

    Refuses with `shops.cannot_reject`, `shops.own_papers`, `shops.reason_missing`.
    """
    _require_stranger(act, application)
    application.status = LIFE.take("reject", application.status)
    application.reason = people.tidy(reason, rules.LONGEST_REASON)
    if not application.reason:
        raise Malformed("shops.reason_missing")
    application.decided_at = act.now
    application.save(update_fields=["status", "reason", "decided_at"])
    tasks.settle(act, ref=application.ref, kind="shops.review", outcome="shops.rejected")
    act.tell(ApplicationRejected(application.ref, reason=application.reason))
    return application


@operation("shops.fall_due", on=Application)
def fall_due(act: Act, application: Application) -> Application:
    """The sweep: thirty days (option) before the six months are over the office has a task and the shop hears of it.

    Refuses with `shops.cannot_fall_due` when somebody has looked meanwhile.
    """
    application.status = LIFE.take("fall_due", application.status)
    application.save(update_fields=["status"])
    assert application.check_by is not None
    tasks.open(
        act,
        kind="shops.check",
        ref=application.ref,
        role="supervisor",
        due_at=application.check_by,
        detail={"shop_name": application.shop_name},
    )
    act.tell(CheckDue(application.ref, check_by=application.check_by.isoformat()))
    return application


@operation("shops.lapse", on=Application)
def lapse(act: Act, application: Application) -> Application:
    """The sweep: the six months are over and nobody has looked; it is the administrators' now, and with the option on the shop may not sell.

    Refuses with `shops.cannot_lapse` when somebody has looked meanwhile or there is still time.
    """
    status = LIFE.take("lapse", application.status)
    if application.check_by is None or application.check_by > act.now:
        raise Refused("shops.cannot_lapse", status=application.status)
    application.status, application.paused = status, bool(act.option(rules.PAUSE_OVERDUE))
    application.save(update_fields=["status", "paused"])
    assert application.shop_id is not None
    tasks.open(act, kind="shops.check_overdue", ref=application.ref, role="admin", due_at=act.now, detail={"shop_name": application.shop_name})
    act.tell(CheckOverdue(application.ref, shop=application.shop_id, paused=application.paused))
    return application


@operation("shops.renew", on=Application)
def renew(act: Act, application: Application) -> Application:
    """Somebody has looked again and all is as it should be: six more months (option) from now.

    Refuses with `shops.cannot_renew`, `shops.own_papers`.
    """
    _require_stranger(act, application)
    application.status = LIFE.take("renew", application.status)
    resumed, application.paused = application.paused, False
    application.decided_at, application.check_by = act.now, _next_check(act)
    application.save(update_fields=["status", "paused", "decided_at", "check_by"])
    assert application.shop_id is not None
    tasks.settle(act, ref=application.ref, kind="shops.check", outcome="shops.renewed")
    tasks.settle(act, ref=application.ref, kind="shops.check_overdue", outcome="shops.renewed")
    act.tell(CheckRenewed(application.ref, shop=application.shop_id, check_by=application.check_by.isoformat(), resumed=resumed))
    return application


def _require_stranger(act: Act, application: Application) -> None:
    """Nobody judges his own papers."""
    if application.person_id == act.actor.id:
        raise Refused("shops.own_papers")


def _next_check(act: Act) -> datetime:
    """The same hour some months (option) from now."""
    here = timezone.localtime(act.now)
    day = rules.months_later(here.date(), act.option(rules.RECHECK_MONTHS))
    return here.replace(year=day.year, month=day.month, day=day.day)
