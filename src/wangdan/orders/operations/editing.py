"""An administrator edits an order: lines, prices, address, the office's reduction, as one change with its effect on money and stock (D08.4)."""

from datetime import timedelta

from wangdan.accounts.operations import checked
from wangdan.catalogue.models import Picture
from wangdan.delivery import operations as delivery
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.operations.planning import Journey, Piece
from wangdan.inventory import operations as inventory
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation
from wangdan.orders.facts import OrderEdited
from wangdan.orders.models import Change, Line, Order, Purchase
from wangdan.orders.operations.placing import address_fields
from wangdan.orders.queries.editing import Plan, plan
from wangdan.orders.rules import SHIP_WITHIN, Wanted, checked_change, clean_reason
from wangdan.payments import operations as payments
from wangdan.promotions.rules import PricedLine


@operation("orders.edit", on=Order)
def edit(act: Act, order: Order, *, wanted: Wanted, expected_total: int, reason: str) -> Change:
    """Make an order another one while nothing of it has been shipped (D08.2, D08.4): administrators only, with a reason, kept as one change.

    Before payment the part follows and the open visit to the pay page is closed; after it a smaller total sends the difference back, a larger one
    is refused. Holds follow under the lock; parcels in the house are called off and planned anew.
    Refuses with `orders.change_differs` (total) when it costs other than `expected_total`, `orders.reason_missing`, `orders.reason_long`,
    `fulfilment.cannot_call_off`, and all that `queries.plan` and `rules.checked_change` refuse.
    """
    kept, asked = clean_reason(reason), checked_change(wanted)
    found = plan(order, Wanted(asked.lines, checked(asked.to) if asked.to else None, asked.off))
    if found.total != expected_total:
        raise Refused("orders.change_differs", total=found.total)
    _rewrite(order, found)
    _pay(act, order, found)
    parcels = _send(act, order, found)
    change = Change.objects.create(
        root_id=order.root_id,
        order=order,
        person_id=act.person_id,
        reason=kept,
        before=found.before,
        after=found.after,
        money={"back": found.back, "expected": list(found.expected) if found.expected else None},
        stock=found.stock,
        parcels=parcels,
        at=act.now,
    )
    act.note("lines", found.before["lines"], found.after["lines"])
    act.note("reason", None, kept)
    act.tell(OrderEdited(order.ref, change=change.pk, before=found.before["total"], after=found.total, back=found.back))
    return change


def _rewrite(order: Order, found: Plan) -> None:
    """Lines, sums and address as they are to be; the purchase sums its orders."""
    wanted = {line.item.sku_id: line for line in found.priced.lines}
    Line.objects.filter(order=order).exclude(sku_id__in=wanted).delete()
    place = max((line.position for line in found.known.values()), default=0)
    for sku, line in wanted.items():
        row = found.known.get(sku)
        if row is None:
            place += 1
            row = _new_line(order, found, line, place)
        row.price, row.quantity, row.amount = line.item.price, line.item.quantity, line.amount
        row.discount, row.freight_share, row.total = line.discount, line.freight_share, line.total
        row.steps = [share.document() for share in line.steps]
        row.save()
    Purchase.objects.filter(pk=order.purchase_id).update(
        total=order.purchase.total - order.total + found.total, lines=order.purchase.lines - len(found.known) + len(wanted)
    )
    priced = found.priced
    order.goods, order.freight, order.discount, order.total = priced.goods, priced.freight, priced.discount, priced.total
    order.freight_reason, order.allocation, order.reduced = found.freight_reason, found.allocation, order.reduced + found.back
    fields = address_fields(found.to)
    for name, value in fields.items():
        setattr(order, name, value)
    sums = ["goods", "freight", "discount", "total", "reduced", "freight_reason", "allocation"]
    order.save(update_fields=[*sums, *fields])


def _new_line(order: Order, found: Plan, line: PricedLine, place: int) -> Line:
    sku = found.goods[line.item.sku_id]
    first = Picture.objects.filter(product=sku.product_id).order_by("position", "id").values_list("file_id", flat=True).first()
    picture = sku.picture_id or first
    return Line(order=order, position=place, product_id=sku.product_id, sku=sku, title=sku.product.title, specs=sku.specs, picture_id=picture)


def _pay(act: Act, order: Order, found: Plan) -> None:
    """The money follows: what is still to come is asked for anew, what came too much goes back."""
    if found.back:
        payments.refund(act, ref=order.ref, amount=found.back, reason="order_changed")
    elif found.expected and found.expected[0] != found.expected[1]:
        payments.reprice(act, ref=order.ref, amount=found.total)


def _send(act: Act, order: Order, found: Plan) -> int:
    """The goods follow: parcels in the house are called off, other pieces are held, parcels are planned anew; how many parcels that were."""
    if found.replans:
        fulfilment.call_off(act, ref=order.ref)
    if found.moves_house:
        delivery.review_slot(act, ref=order.ref, destination=found.to)
    if found.stock:
        inventory.rehold(act, ref=order.ref, wants=found.wants, root_id=order.root_id)
    if found.replans:
        pieces = [
            Piece(str(line.pk), line.sku_id, line.title, line.specs, line.picture_id, line.quantity, line.sku.weight_grams)
            for line in Line.objects.filter(order=order).select_related("sku")
        ]
        parcels = fulfilment.plan(act, ref=order.ref, root_id=order.root_id, pieces=pieces, journey=_journey(act, order))
        if sum(parcel.pieces for parcel in parcels) != sum(piece.quantity for piece in pieces):
            raise Refused("orders.stock_missing", skus=[])
        return len(parcels)
    if found.moves_house:
        fulfilment.readdress(act, ref=order.ref, destination=found.to)
    return 0


def _journey(act: Act, order: Order) -> Journey:
    """As at acceptance: the deadline to ship does not begin anew."""
    cash = order.total if order.payment_method == "cod" else 0
    ship_by = (order.accepted_at or act.now) + timedelta(hours=act.option(SHIP_WITHIN))
    return Journey(order.destination, order.method, order.pickup_point_id, cash, ship_by)
