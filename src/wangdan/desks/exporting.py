"""Orders as rows of a file: what stands in each column, masked unless asked in full, read in heaps so that memory stays as it is (D08.5)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from wangdan.accounts.rules import mask_name, mask_phone
from wangdan.desks import keyset, moments, order_filters, order_words, states
from wangdan.desks.sheets import Cell
from wangdan.kernel.act import Actor
from wangdan.orders import queries
from wangdan.orders.models import Run
from wangdan.orders.queries import OrderView

_HEAP = 500
Column = Callable[[OrderView, bool], Cell]
"""What a column says of an order; the second says whether in full."""


def _goods(view: OrderView) -> str:
    return _("；").join(f"{line.title} {line.label} × {line.quantity}".replace("  ", " ") for line in view.lines)


def _address(view: OrderView, *, full: bool) -> str:
    return view.order.destination.line if full else f"{view.order.destination.region}****"


def _waybills(view: OrderView) -> str:
    return _("、").join(dict.fromkeys(parcel.waybill for parcel in view.parcels if parcel.waybill and parcel.status != "called_off"))


def _parcels(view: OrderView) -> str:
    return _("、").join(states.word("parcels", parcel.shown) for parcel in view.parcels if parcel.status != "called_off")


COLUMNS: tuple[tuple[Any, Column], ...] = (
    (gettext_lazy("订单号"), lambda view, _full: view.order.no),
    (gettext_lazy("购买单"), lambda view, _full: view.order.purchase.no),
    (gettext_lazy("店铺"), lambda view, _full: view.order.shop.name),
    (gettext_lazy("状态"), lambda view, _full: states.word("orders", view.order.status)),
    (gettext_lazy("付款"), lambda view, _full: states.word("parts", view.order.money)),
    (gettext_lazy("支付方式"), lambda view, _full: order_words.method_word(view.order.payment_method)),
    (gettext_lazy("商品"), lambda view, _full: _goods(view)),
    (gettext_lazy("件数"), lambda view, _full: str(view.pieces)),
    (gettext_lazy("商品合计"), lambda view, _full: view.order.goods),
    (gettext_lazy("运费"), lambda view, _full: view.order.freight),
    (gettext_lazy("优惠"), lambda view, _full: view.order.discount),
    (gettext_lazy("应付"), lambda view, _full: view.order.total),
    (gettext_lazy("已退"), lambda view, _full: view.order.refunded),
    (gettext_lazy("收货人"), lambda view, full: view.order.to_name if full else mask_name(view.order.to_name)),
    (gettext_lazy("手机"), lambda view, full: view.order.to_phone if full else mask_phone(view.order.to_phone)),
    (gettext_lazy("收货地址"), lambda view, full: _address(view, full=full)),
    (gettext_lazy("包裹"), lambda view, _full: _parcels(view)),
    (gettext_lazy("运单号"), lambda view, _full: _waybills(view)),
    (gettext_lazy("买家留言"), lambda view, full: view.order.note if full or not view.order.note else _("（有留言）")),
    (gettext_lazy("旗标"), lambda view, _full: str(order_words.MARKS.get(view.order.mark, ""))),
    (gettext_lazy("备注"), lambda view, _full: view.order.remark),
    (pgettext_lazy("step", "提交"), lambda view, _full: moments.exact(view.order.placed_at)),
    (pgettext_lazy("step", "付款"), lambda view, _full: moments.exact(view.order.paid_at)),
    (pgettext_lazy("step", "发货"), lambda view, _full: moments.exact(view.order.shipped_at)),
    (pgettext_lazy("step", "签收"), lambda view, _full: moments.exact(view.order.delivered_at)),
    (pgettext_lazy("step", "结束"), lambda view, _full: moments.exact(view.order.closed_at)),
    (gettext_lazy("原因"), lambda view, _full: order_words.reason_word(view.order.reason)),
)
"""Head and content of every column."""


def rows(actor: Actor, asked: dict[str, Any]) -> Iterator[Sequence[Cell]]:
    """The head, then a row per order of the run's conditions, newest first; the actor's own sight is the limit."""
    yield [str(head) for head, _column in COLUMNS]
    full = bool(asked["full"])
    for view in _views(actor, asked):
        yield [column(view, full) for _head, column in COLUMNS]


def _views(actor: Actor, asked: dict[str, Any]) -> Iterator[OrderView]:
    """The orders in heaps of some hundred, by keyset."""
    filters = order_filters.read(asked["conditions"], seat=asked["seat"]).filters
    found = order_filters.within_tab(queries.find(actor, filters), asked["conditions"].get("tab", ""))
    cursor = ""
    while True:
        page = keyset.page(found, cursor, _HEAP, by="placed_at")
        yield from queries.views(actor, page.rows, parcels=True)
        if not page.next:
            return
        cursor = page.next


def counted(made: Iterable[Sequence[Cell]], tell: Callable[[int], None]) -> Iterator[Sequence[Cell]]:
    """The same rows; how many there were is told after every heap and at the end, the head not counted."""
    at = 0
    for at, row in enumerate(made):
        yield row
        if at and at % _HEAP == 0:
            tell(at)
    tell(at)


def folder() -> Path:
    """Where files are kept until they are fetched."""
    return Path(settings.DATA) / "exports"


def name_of(run: Run) -> str:
    """What the file is called where it is kept and when it is fetched."""
    return f"orders-{run.no}.{run.asked['form']}"
