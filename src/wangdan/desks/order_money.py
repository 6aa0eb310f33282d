"""Money explained: every number of an order, a cart or a quote with the sum behind it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from wangdan.desks import offer_words, sayings
from wangdan.desks.templatetags.wd import plain_money
from wangdan.promotions.rules import Priced, Share, summed


@dataclass(frozen=True)
class Row:
    """One number: what it is, how much (minor units), and how it came about."""

    label: str
    amount: int
    why: str
    open: bool = False


@dataclass(frozen=True)
class Sum:
    """Numbers that add up."""

    rows: list[Row]
    total_label: str
    total: int
    why: str = ""


def goods_why(lines: Iterable[Any]) -> str:
    """Each line as price times pieces."""
    told = [
        _("%(title)s %(price)s × %(n)s") % {"title": str(line.title)[:16], "price": plain_money(line.price), "n": line.quantity} for line in lines
    ]
    return _("；").join(told) + _("。") if told else ""


def of_order(order: Any, lines: Sequence[Any], *, paid: bool) -> Sum:
    """The sum of one order; shares of the freight are named because a refund is taken from them."""
    why = sayings.joined(order.freight_reason)
    freight_why = why or _("免运费。")
    if order.freight:
        shares = _("；").join(
            _("%(title)s 分摊 %(share)s") % {"title": str(line.title)[:16], "share": plain_money(line.freight_share)} for line in lines
        )
        freight_why = (why or _("按下单时的收货地和金额算。")) + "\n" + shares + _("。退一件时按这个数退。")
    rows = [Row(_("商品合计"), order.goods, goods_why(lines)), Row(_("运费"), order.freight, freight_why)]
    rows += steps(lines, [[Share(**step) for step in line.steps] for line in lines])
    return Sum(rows, _("实付") if paid else _("应付"), order.total, total_why(rows))


def total_why(rows: Sequence[Row]) -> str:
    """The total as the sum of its rows: 商品合计 30.00 + 运费 8.00 − 优惠 5.00."""
    told = ""
    for row in rows:
        sign = (" − " if row.amount < 0 else " + ") if told else ""
        told += f"{sign}{row.label} {plain_money(abs(row.amount))}"
    return told


def of_quote(quote: Any) -> Sum:
    """The sum of a quote over all shops."""
    lines = [line for order in quote.orders for line in order.lines]
    freight = sum(order.freight for order in quote.orders)
    per_shop = [_("%(shop)s %(freight)s") % {"shop": order.shop.name, "freight": sayings.joined(order.freight_reason)} for order in quote.orders]
    rows = [Row(_("商品合计"), sum(order.goods for order in quote.orders), goods_why(lines)), Row(_("运费"), freight, "\n".join(per_shop))]
    rows += steps(lines, [line.steps for line in lines], quote.points)
    return Sum(rows, _("应付"), quote.total)


def steps(lines: Sequence[Any], shares: Sequence[Sequence[Share]], points: int = 0) -> list[Row]:
    """One row per offer that took something off, in the order of the steps."""
    return [
        Row(offer_words.label(share), -share.amount, offer_words.explained(share, lines, shares, points if share.step == "points" else 0))
        for share in summed(shares)
    ]


def of_cart(cart: Any, priced: Priced) -> Sum:
    """The sum of what is ticked in a cart, without freight; `priced` says what offers take off it now."""
    chosen = [line for line in cart.lines if line.chosen]
    rows = [Row(_("商品合计"), cart.total, goods_why(chosen) or _("还没有勾选商品。"))]
    shares = {line.item.sku_id: line.steps for order in priced.orders for line in order.lines}
    rows += steps(chosen, [shares.get(line.sku_id, ()) for line in chosen])
    return Sum(rows, _("合计"), priced.total)
