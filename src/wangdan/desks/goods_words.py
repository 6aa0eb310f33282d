"""Goods and their stock in words: what was changed on a product, how a count came about, to whom pieces are promised."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wangdan.catalogue.models import Category, Product
from wangdan.desks import journal_words, states
from wangdan.desks.journal_words import Change, Entry
from wangdan.desks.templatetags import wd
from wangdan.inventory.models import Hold, Move
from wangdan.kernel.models import Journal
from wangdan.orders.models import Line, Order

_SHOWN = 60
WORDS: dict[str, tuple[Any, str]] = {
    "catalogue.create_product": (gettext_lazy("新建商品"), ""),
    "catalogue.edit_product": (pgettext_lazy("past", "编辑商品"), "moving"),
    "catalogue.put_on_sale": (pgettext_lazy("past", "上架"), "done"),
    "catalogue.take_off_sale": (pgettext_lazy("past", "下架"), "stopped"),
    "catalogue.archive": (pgettext_lazy("past", "归档"), "stopped"),
    "catalogue.change_price": (pgettext_lazy("past", "改价"), "moving"),
    "catalogue.add_picture": (gettext_lazy("加图片"), ""),
    "catalogue.remove_picture": (gettext_lazy("去掉图片"), ""),
    "catalogue.move_picture": (gettext_lazy("调整图片顺序"), ""),
    "catalogue.show_variant": (gettext_lazy("给规格配图"), ""),
}
"""Operation → what it reads as and its colour."""
FIELDS: dict[str, Any] = {
    "title": gettext_lazy("名称"),
    "subtitle": gettext_lazy("副标题"),
    "category_id": gettext_lazy("分类"),
    "origin": gettext_lazy("产地"),
    "tags": gettext_lazy("标签"),
    "description": gettext_lazy("描述"),
    "parameters": gettext_lazy("参数"),
    "status": gettext_lazy("状态"),
}
KINDS: dict[str, tuple[Any, str]] = {
    "receive": (pgettext_lazy("past", "入库"), "done"),
    "adjust": (pgettext_lazy("past", "调整"), "waiting"),
    "count": (pgettext_lazy("past", "盘点"), "moving"),
    "ship": (gettext_lazy("卖出"), "stopped"),
    "restock": (gettext_lazy("退回入库"), "done"),
}


def entries(product: Product) -> list[Entry]:
    """Who changed what on a product, newest first (three statements at most)."""
    rows = list(Journal.objects.filter(ref=product.ref).order_by("-id")[:_SHOWN])
    names = journal_words.names_of(rows)
    places = dict(Category.objects.values_list("pk", "name")) if any("category_id" in row.changes for row in rows) else {}
    return [_entry(row, names, places) for row in rows]


def _entry(row: Journal, names: dict[int, str], places: dict[int, str]) -> Entry:
    text, state = WORDS.get(row.operation, (row.operation, ""))
    born = row.operation == "catalogue.create_product"
    return Entry(str(text), row.at, journal_words.who(row, names), state, [] if born else list(_changes(row, places)))


def _changes(row: Journal, places: dict[int, str]) -> Iterable[Change]:
    """The changes that mean something to people: texts, state, prices, variants."""
    for name, pair in row.changes.items():
        if not isinstance(pair, list) or len(pair) != 2:  # noqa: PLR2004 - before and after
            continue
        before, after = pair
        if name == "skus":
            yield from _variants(before or [], after or [])
        elif name.startswith("price ") and isinstance(after, int):
            yield Change(_("价格 %(what)s") % {"what": name.removeprefix("price ")}, wd.money(before), wd.money(after))
        elif name in FIELDS:
            yield Change(str(FIELDS[name]), _value(name, before, places), _value(name, after, places))


def _variants(before: list[Any], after: list[Any]) -> Iterable[Change]:
    """Variants that came, went, or cost something else."""
    old, new = ({str(label): (price, active) for label, price, active in found if active} for found in (before, after))
    for label in dict.fromkeys([*old, *new]):
        was, now = old.get(label), new.get(label)
        if was != now:
            what = label or _("单一规格")
            yield Change(what, wd.money(was[0]) if was else "", wd.money(now[0]) if now else _("停用"))


def _value(name: str, value: Any, places: dict[int, str]) -> str:
    if value in (None, "", [], {}):
        return ""
    if name == "status":
        return states.word("products", str(value))
    if name == "category_id":
        return places.get(int(value), str(value))
    if name == "tags":
        return _("、").join(str(each) for each in value)
    if name == "parameters":
        return _("；").join(_("：").join(pair) for pair in value)[:120]
    return str(value)[:120]


@dataclass(frozen=True)
class Moved:
    """One change of a count, as people read it; `order` is the number of the order it was sold by, `amount` what the buyer pays for it."""

    at: datetime
    kind: str
    state: str
    delta: str
    warehouse: str
    who: str
    why: str
    order: str = ""
    amount: int | None = None


def moves(rows: Iterable[Move]) -> list[Moved]:
    """Changes of counts with who, when and why; for what was sold, by which order and for how much (one statement more)."""
    found = list(rows)
    orders = {move.ref.removeprefix("orders:") for move in found if move.ref.startswith("orders:")}
    skus = {move.stock.sku_id for move in found}
    lines = Line.objects.filter(order__no__in=orders, sku__in=skus).values_list("order__no", "sku", "quantity", "amount") if orders else ()
    each: dict[tuple[str, int], tuple[int, int]] = {}
    for no, sku, quantity, amount in lines:
        before = each.get((no, sku), (0, 0))
        each[no, sku] = (before[0] + quantity, before[1] + amount)
    return [_moved(move, each) for move in found]


def _moved(move: Move, sold: dict[tuple[str, int], tuple[int, int]]) -> Moved:
    order = move.ref.removeprefix("orders:") if move.ref.startswith("orders:") else ""
    text, state = KINDS.get(move.kind, (move.kind, ""))
    quantity, amount = sold.get((order, move.stock.sku_id), (0, 0))
    return Moved(
        at=move.at,
        kind=str(text),
        state=state,
        delta=f"+{move.delta}" if move.delta > 0 else f"−{-move.delta}",
        warehouse=move.stock.warehouse.name,
        who=move.person.shown if move.person else _("系统"),
        why=_("包裹 %(no)s") % {"no": wd.groups(move.note)} if move.kind == "ship" and move.note else move.note,
        order=order,
        amount=amount * -move.delta // quantity if quantity and move.kind == "ship" else None,
    )


@dataclass(frozen=True)
class Promise:
    """Pieces kept for an order that has not left: `short` when a count found too few."""

    order: str
    status: str
    pieces: int
    warehouse: str
    at: datetime
    short: bool


def promises(holds: Iterable[Hold]) -> list[Promise]:
    """To which orders held pieces are promised, oldest first (one statement)."""
    found = list(holds)
    numbers = [hold.ref.removeprefix("orders:") for hold in found]
    known = dict(Order.objects.filter(no__in=numbers).values_list("no", "status")) if numbers else {}
    return [
        Promise(number, known.get(number, ""), hold.quantity, hold.warehouse.name, hold.at, hold.status == "short")
        for number, hold in zip(numbers, found, strict=True)
    ]
