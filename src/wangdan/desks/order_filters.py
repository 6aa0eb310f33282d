"""The conditions of a desk's list of orders: read from the address, shown as chips, offered as menus and one form (D08.5, D11.4)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from wangdan.desks import order_words, states, typed
from wangdan.desks.templatetags.wd import money
from wangdan.kernel import clock
from wangdan.orders.models import Order
from wangdan.orders.queries import Filters
from wangdan.orders.rules import LIFE, PAYMENT_METHODS

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
DAYS = (1, 7, 30, 90, 365)
FLAGS: dict[str, Any] = {
    "late": gettext_lazy("已超时"),
    "attention": gettext_lazy("要人处理"),
    "held": gettext_lazy("审核中"),
    "short": gettext_lazy("缺货"),
    "refunding": gettext_lazy("退款在路上"),
    "changed": gettext_lazy("改过单"),
    "note": gettext_lazy("有买家留言"),
    "marked": gettext_lazy("有旗标"),
}
CHOICES = ("status", "payment", "parcel", "method", "mark", "flags")
"""Conditions whose values are chosen; several with commas."""
TYPED = ("q", "customer", "goods", "waybill", "from", "to", "low", "high")
NAMES = ("shop", "buyer", "days", *CHOICES, *TYPED)
"""Every condition an address may carry."""
LABELS: dict[str, Any] = {
    "days": gettext_lazy("下单时间"),
    "from": gettext_lazy("从哪天"),
    "to": gettext_lazy("到哪天"),
    "status": gettext_lazy("状态"),
    "payment": gettext_lazy("付款"),
    "parcel": gettext_lazy("包裹"),
    "method": gettext_lazy("支付方式"),
    "flags": gettext_lazy("提醒"),
    "mark": gettext_lazy("旗标"),
    "shop": gettext_lazy("店铺"),
    "buyer": gettext_lazy("买家"),
    "q": pgettext_lazy("condition", "查找"),
    "customer": gettext_lazy("客户"),
    "goods": gettext_lazy("商品"),
    "waybill": gettext_lazy("运单号"),
    "low": gettext_lazy("金额从"),
    "high": gettext_lazy("金额到"),
}
_LONGEST = 80


@dataclass(frozen=True)
class Asked:
    """The conditions as the address carries them (`given`, known names only) and as the query takes them."""

    given: Mapping[str, str]
    filters: Filters
    shops: Mapping[str, str] = field(default_factory=dict)


def given(values: Mapping[str, str]) -> dict[str, str]:
    """The conditions among the values of an address, each a line of bounded length."""
    found = {name: " ".join(values.get(name, "").replace("\x00", "").split())[:_LONGEST] for name in NAMES}
    return {name: value for name, value in found.items() if value}


def read(values: Mapping[str, str], *, seat: str = "", shops: Iterable[tuple[int, str]] = ()) -> Asked:
    """What the values ask for; what makes no sense as a number or day is left out."""
    said = given(values)
    many = {name: tuple(part for part in said.get(name, "").split(",") if part) for name in CHOICES}
    first, last = day(said.get("from")), day(said.get("to"))
    days = int(said["days"]) if said.get("days") in {str(each) for each in DAYS} else 0
    since = midnight(first) if first else clock.now() - dt.timedelta(days=days) if days else None
    filters = Filters(
        seat=seat,
        **many,
        shop=_ident(said.get("shop", "")),
        buyer=_ident(said.get("buyer", "")),
        since=since,
        until=midnight(last + dt.timedelta(days=1)) if last and last < dt.date.max else None,
        low=typed.minor_units(said.get("low", "")),
        high=typed.minor_units(said.get("high", "")),
        **{name: said.get(name, "") for name in ("q", "customer", "goods", "waybill")},
    )
    return Asked(said, filters, {str(pk): name for pk, name in shops})


def _ident(text: str) -> int | None:
    return int(text[:18]) if text.isascii() and text.isdecimal() else None


def within_tab(rows: QuerySet[Order], tab: str) -> QuerySet[Order]:
    """Those of the orders that belong to a desk's view; all of them for a view that is none."""
    wanted = next((states for key, _text, states, _state in TABS if key == tab), ())
    return rows.filter(status__in=wanted) if wanted else rows


def conditions(request: HttpRequest) -> list[tuple[str, str]]:
    """The view and the conditions of the present list, for forms that are about all of it."""
    tab = {"tab": request.GET["tab"][:10]} if request.GET.get("tab") else {}
    return list((tab | given(request.GET)).items())


def day(text: str | None) -> dt.date | None:
    """A day as a date field sends it; nothing for what is none."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def midnight(of: dt.date) -> dt.datetime:
    """When a day begins where the business is."""
    return timezone.make_aware(dt.datetime.combine(of, dt.time()))


# ---- addresses, chips, menus ----------------------------------------------------------------------------------------


def path(request: HttpRequest, **changed: Any) -> str:
    """The list's address with some conditions changed; None takes one away, and the page begins anew."""
    return _changed(request.path, kept(request), changed)


def kept(request: HttpRequest) -> dict[str, str]:
    """What the address of the list says: tab, view and conditions."""
    return _view(request) | given(request.GET)


def _view(request: HttpRequest) -> dict[str, str]:
    """The tab and the saved view one is in."""
    return {name: request.GET[name] for name in ("tab", "view") if request.GET.get(name)}


def _changed(path: str, present: Mapping[str, str], changed: Mapping[str, Any]) -> str:
    kept = {**present, **{name: str(value) for name, value in changed.items() if value is not None}}
    for name, value in changed.items():
        if value is None:
            kept.pop(name, None)
    return f"{path}?{urlencode(kept)}" if kept else path


def _last_days(days: str) -> str:
    count = int(days) if days.isdecimal() else 2
    return ngettext("近 %(n)s 天", "近 %(n)s 天", count) % {"n": days}


def word(name: str, value: str, shops: Mapping[str, str]) -> str:
    """A value of a condition as people read it."""
    if name == "days":
        return _last_days(value)
    if name == "shop":
        return shops.get(value, value)
    if name == "buyer":
        return _("同一位")
    if name in ("low", "high"):
        amount = typed.minor_units(value)
        return money(amount) if amount else value
    words = {
        "status": lambda each: states.word("orders", each),
        "payment": lambda each: states.word("parts", each),
        "parcel": lambda each: states.word("parcels", each),
        "method": order_words.method_word,
        "flags": lambda each: str(FLAGS.get(each, each)),
        "mark": lambda each: str(order_words.MARKS.get(each, each)),
    }
    return _("、").join(words[name](each) for each in value.split(",") if each) if name in words else value


def chips(request: HttpRequest, asked: Asked) -> list[dict[str, str]]:
    """The conditions that are set, each with the address without it."""
    return [
        {"label": str(LABELS[name]), "text": word(name, value, asked.shops), "path": path(request, **{name: None})}
        for name, value in asked.given.items()
    ]


def _options(asked: Asked) -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be chosen: condition → values with their words."""
    known = [status for status in states.STATES["orders"] if status in LIFE.states]
    parcels = [status for status in states.STATES["parcels"] if status != "at_point"]
    return [
        ("days", [(str(each), _last_days(str(each))) for each in DAYS]),
        ("status", [(each, states.word("orders", each)) for each in known]),
        ("payment", [(each, states.word("parts", each)) for each in states.STATES["parts"]]),
        ("parcel", [(each, states.word("parcels", each)) for each in parcels]),
        ("method", [(each, order_words.method_word(each)) for each in PAYMENT_METHODS]),
        ("flags", [(each, str(text)) for each, text in FLAGS.items() if each != "held" or "in_audit" in LIFE.states]),
        ("mark", [(each, str(text)) for each, text in order_words.MARKS.items()]),
        ("shop", list(asked.shops.items()) if len(asked.shops) > 1 else []),
    ]


def menus(request: HttpRequest, asked: Asked) -> list[dict[str, Any]]:
    """The conditions one may add by one choice, each as a menu of links."""
    present = kept(request)
    return [
        {
            "key": name,
            "label": LABELS[name],
            "options": [{"text": text, "path": _changed(request.path, present, {name: value})} for value, text in values],
        }
        for name, values in _options(asked)
        if values and name not in asked.given
    ]


def form(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """The form of the conditions that are typed, and what must stay as it is."""
    stay = _view(request)
    stay |= {name: value for name, value in asked.given.items() if name not in TYPED or name == "q"}
    return {"said": asked.given, "kept": list(stay.items()), "open": any(name in asked.given for name in TYPED if name != "q")}
