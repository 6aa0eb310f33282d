"""What the office did in its order centre: views that it keeps, flags on orders, one order changed, one placed for a customer."""

from wangdan.accounts import operations as accounts
from wangdan.accounts.models import Address
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.inventory import queries as inventory
from wangdan.orders import operations, queries
from wangdan.orders.models import Line, Order
from wangdan.orders.rules import Wanted, WantedLine
from wangdan.site.demo.clerk import Clerk
from wangdan.site.world import World

_VIEWS = (("货到付款", {"method": "cod"}, True), ("大额", {"low": "1000"}, True), ("要人处理", {"flags": "attention"}, False))
_PLENTY = 5
_MARKS = (("red", "买家要求先打电话"), ("yellow", "等补货，周五前发"))


def work(world: World) -> None:
    """All of it now, by the people of the office; the clerk does what follows."""
    lead, boss = world.call("supervisor"), world.call("admin")
    for name, conditions, shared in _VIEWS:
        accounts.save_view(lead, desk="office", name=name, conditions=conditions, shared=shared)
    waiting = list(Order.objects.filter(status__in=("awaiting_acceptance", "awaiting_shipment")).select_related("purchase").order_by("-id")[:20])
    for order, (mark, remark) in zip(waiting, _MARKS, strict=False):
        operations.mark(lead, order.no, mark=mark, remark=remark)
    paid = next((order for order in waiting if order.paid_at and order.status == "awaiting_acceptance"), None)
    if paid is not None:
        lines = tuple(WantedLine(line.sku_id, line.quantity) for line in Line.objects.filter(order=paid))
        wanted = Wanted(lines, off=queries.office_of(Line.objects.filter(order=paid)) + min(500, paid.total - 1))
        total = queries.plan(paid, wanted).total
        operations.edit(boss, paid.no, wanted=wanted, expected_total=total, reason="老客户，让五块钱")
    _order_for(world)
    Clerk().finish()


def _order_for(world: World) -> None:
    """The administrator takes an order on the phone."""
    buyer = world.people["buyer2"]
    address = Address.objects.filter(person=buyer).first()
    skus = list(Sku.objects.filter(active=True, product__status="on_sale").order_by("-id").values_list("pk", flat=True)[:50])
    free = next((sku for sku, pieces in inventory.available(skus).items() if pieces >= _PLENTY), None)
    if address is None or free is None:
        return
    asked = Asked((Wish(free, 1),), address.pk, payment_method="bank_transfer", note="电话下单")
    total = prepare(world.call("buyer2").actor, asked).total
    checkout.place_for(world.call("admin"), buyer=buyer.pk, asked=asked, expected_total=total)
