"""Orders as rows of a desk's list: what each waits for and until when; tabs, filters and the search by any number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Case, Count, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from wangdan.desks import moments, order_words, states
from wangdan.fulfilment.models import Parcel
from wangdan.kernel import clock, numbers, options
from wangdan.orders.models import Line, Order
from wangdan.orders.rules import ACCEPT_WITHIN, SHIP_WITHIN
from wangdan.payments.models import Attempt, Part, Refund

TABS: tuple[tuple[str, Any, tuple[str, ...], str], ...] = (
    ("", gettext_lazy("全部"), (), ""),
    ("accept", gettext_lazy("待接单"), ("awaiting_acceptance",), "waiting"),
    ("ship", gettext_lazy("待发货"), ("awaiting_shipment", "partly_shipped"), "waiting"),
    ("way", gettext_lazy("在路上"), ("shipped",), ""),
    ("delivered", gettext_lazy("已签收"), ("delivered",), ""),
    ("pay", gettext_lazy("待付款"), ("awaiting_payment",), ""),
    ("closed", gettext_lazy("已结束"), ("completed", "cancelled", "declined", "ended"), ""),
)
"""Key, words, states and colour of a desk's views."""
DAYS = (1, 7, 30, 90)
_FILTERS = ("status", "shop", "method", "days", "late")
_WAITING = ("awaiting_acceptance", "awaiting_shipment", "partly_shipped")
_MOST = 20


@dataclass(frozen=True)
class Row:
    """One order as a row."""

    no: str
    status: str
    waits: str
    due: datetime | None
    clock: moments.Deadline | None
    name: str
    phone: str
    shop: str
    goods: str
    total: int
    placed_at: datetime


def with_due(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders that wait for the shop, with the deadline of their next step as `due`."""
    accept, ship = timedelta(hours=options.value(ACCEPT_WITHIN)), timedelta(hours=options.value(SHIP_WITHIN))
    return rows.filter(status__in=_WAITING).annotate(
        due=Case(
            When(status="awaiting_acceptance", then=Coalesce("approved_at", "paid_at", "placed_at") + accept),
            default=Coalesce(F("accepted_at"), F("placed_at")) + ship,
        )
    )


def goods_of(orders: Iterable[Order]) -> dict[int, str]:
    """What each order is about in a few words, in one statement."""
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(order__in=[order.pk for order in orders]).order_by("order_id", "position"):
        lines.setdefault(line.order_id, []).append(line)
    return {pk: _goods(found) for pk, found in lines.items()}


def _called(title: str) -> str:
    """The first words of a title that say what it is: `75% 机械键盘`, not `75%`."""
    told = ""
    for word in title.split(" "):
        told = f"{told} {word}".strip()
        if sum("\u4e00" <= sign <= "\u9fff" for sign in told) > 1:
            break
    return told[:14]


def _goods(lines: list[Line]) -> str:
    pieces = sum(line.quantity for line in lines)
    title = _called(lines[0].title)
    if len(lines) > 1:
        return _("%(title)s 等 %(n)s 件") % {"title": title, "n": pieces}
    return _("%(title)s × %(n)s") % {"title": title, "n": pieces} if pieces > 1 else title


def rows(orders: list[Order]) -> list[Row]:
    """The rows of a page; `shop` must have been fetched along."""
    goods = goods_of(orders)
    return [_row(order, goods.get(order.pk, "")) for order in orders]


def _row(order: Order, goods: str) -> Row:
    due, _since = order_words.due_of(order)
    return Row(
        no=order.no,
        status=order.status,
        waits=order_words.waits_short(order),
        due=due,
        clock=moments.deadline(due) if due else None,
        name=order.to_name,
        phone=order.to_phone,
        shop=order.shop.name,
        goods=goods,
        total=order.total,
        placed_at=order.placed_at,
    )


def path(request: HttpRequest, **changed: Any) -> str:
    """The list's address with some conditions changed; None takes one away, and the page begins anew."""
    kept = {name: request.GET[name] for name in ("tab", *_FILTERS) if request.GET.get(name)}
    kept |= {name: str(value) for name, value in changed.items() if value is not None}
    for name, value in changed.items():
        if value is None:
            kept.pop(name, None)
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def tabs(request: HttpRequest, everything: QuerySet[Order]) -> list[dict[str, Any]]:
    """The views with their counts, in one statement."""
    counted = dict(everything.values_list("status").annotate(n=Count("pk")))
    present = request.GET.get("tab", "")
    made = []
    for key, text, wanted, state in TABS:
        count = sum(counted.get(status, 0) for status in wanted) if state else None
        path_of = f"{request.path}?tab={key}" if key else request.path
        made.append({"text": text, "count": count, "state": state if count else "", "on": key == present, "path": path_of})
    return made


def filtered(request: HttpRequest, everything: QuerySet[Order]) -> QuerySet[Order]:
    """The orders of the present view and conditions."""
    found = everything
    wanted = next((wanted for key, _text, wanted, _state in TABS if key == request.GET.get("tab", "")), ())
    if wanted:
        found = found.filter(status__in=wanted)
    if request.GET.get("status") in states.STATES["orders"]:
        found = found.filter(status=request.GET["status"])
    if request.GET.get("shop", "").isdecimal():
        found = found.filter(shop_id=int(request.GET["shop"][:18]))
    if request.GET.get("method") in ("sandbox", "bank_transfer", "cod"):
        found = found.filter(payment_method=request.GET["method"])
    if request.GET.get("days", "") in {str(days) for days in DAYS}:
        found = found.filter(placed_at__gte=clock.now() - timedelta(days=int(request.GET["days"])))
    if request.GET.get("late"):
        found = with_due(found).filter(due__lt=clock.now())
    return found


def _options(request: HttpRequest, name: str, values: Iterable[tuple[Any, Any]]) -> list[dict[str, Any]]:
    return [{"text": text, "path": path(request, **{name: value}), "on": request.GET.get(name) == str(value)} for value, text in values]


def _last_days(days: str) -> str:
    count = int(days) if days.isdecimal() else len(DAYS)
    return ngettext("近 %(n)s 天", "近 %(n)s 天", count) % {"n": days}


def menus(request: HttpRequest, shops: Iterable[tuple[int, str]] = ()) -> list[dict[str, Any]]:
    """The conditions one may add, each as a menu of links."""
    days = [(each, _last_days(str(each))) for each in DAYS]
    methods = [(each, order_words.method_word(each)) for each in ("sandbox", "bank_transfer", "cod")]
    made = [
        ("days", _("下单时间"), days),
        ("status", _("状态"), [(status, word) for status, (word, _colour) in states.STATES["orders"].items()]),
        ("method", _("支付方式"), methods),
        ("late", _("时限"), [(1, _("已超时"))]),
    ]
    shops = list(shops)
    if len(shops) > 1:
        made.append(("shop", _("店铺"), shops))
    return [{"key": key, "label": label, "options": _options(request, key, values)} for key, label, values in made if not request.GET.get(key)]


def chips(request: HttpRequest, shops: Iterable[tuple[int, str]] = ()) -> list[dict[str, str]]:
    """The conditions that are set, each with the address without it."""
    names = {str(pk): name for pk, name in shops}
    words = {
        "days": (_("下单时间"), _last_days),
        "status": (_("状态"), lambda value: states.word("orders", value)),
        "method": (_("支付方式"), order_words.method_word),
        "late": (_("时限"), lambda _value: _("已超时")),
        "shop": (_("店铺"), lambda value: names.get(value, value)),
    }
    return [
        {"label": words[name][0], "text": words[name][1](request.GET[name][:20]), "path": path(request, **{name: None})}
        for name in _FILTERS
        if request.GET.get(name)
    ]


def find(text: str, visible: QuerySet[Order]) -> list[Order]:
    """Orders by any number of ours, a phone (whole or its last four digits), a waybill, or the receiver's name; newest first."""
    plain = text.replace("\x00", "").strip()[:80]
    if not plain:
        return []
    number = numbers.normalise(plain)
    wanted = _by_number(number) if numbers.is_number(number) else _by_words(plain)
    return list(visible.filter(wanted).select_related("shop").order_by("-id")[:_MOST])


def _by_number(number: str) -> Q:
    """Order, purchase, parcel, payment or its reference, or a visit to its pay page or a refund of it."""
    if number.startswith("A"):
        return Q(no=number)
    if number.startswith("G"):
        return Q(purchase__no=number)
    if number.startswith("P"):
        refs = Parcel.objects.filter(no=number).values_list("ref_of", flat=True)
    else:
        named = Q(payment__no=number) | Q(payment__reference=number)
        named |= Q(payment__in=Attempt.objects.filter(no=number).values("payment")) | Q(pk__in=Refund.objects.filter(no=number).values("part"))
        refs = Part.objects.filter(named).values_list("ref", flat=True)
    return Q(no__in=[ref.split(":")[-1] for ref in refs])


def _by_words(plain: str) -> Q:
    """Phone, waybill or name."""
    digits = "".join(sign for sign in plain if sign.isdigit() and sign.isascii()).removeprefix("86")
    packed = plain.replace(" ", "").upper()
    wanted = Q(to_name=plain)
    refs = Parcel.objects.filter(waybill=packed).exclude(waybill="").values_list("ref_of", flat=True)
    wanted |= Q(no__in=[ref.split(":")[-1] for ref in refs])
    if len(digits) == 11:  # noqa: PLR2004 - a mobile number
        wanted |= Q(to_phone=digits)
    elif digits == plain and len(digits) == 4:  # noqa: PLR2004 - the last four digits
        wanted |= Q(to_phone__endswith=digits)
    return wanted
