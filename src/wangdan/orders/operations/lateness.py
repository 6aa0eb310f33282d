"""A shop that takes too long: reminded before its time is over, reported to the office after, relieved of the order in the end (D10.2, D11.3)."""

from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.fact import Fact
from wangdan.kernel.operation import operation
from wangdan.orders.facts import ShopLate, ShopReminded
from wangdan.orders.models import Order
from wangdan.orders.operations.ending import cancel
from wangdan.orders.queries import lateness
from wangdan.orders.rules import FORFEITS, SHOP_STEPS
from wangdan.tasks import operations as tasks


@operation("orders.chase", on=Order)
def chase(act: Act, order: Order) -> Order:
    """The sweep: what the clock has to say to a shop about an order that waits for it (D10.2).

    Some hours (option) before the shop's time is over it is reminded; when it is over the office gets a task and the buyer is told; after a
    further grace (option) the order is called off and the money goes back. What is partly on its way is reported, never called off.
    Refuses with `orders.cannot_chase` when it is not the shop's turn or the clock has nothing new to say.
    """
    step = SHOP_STEPS.get(order.status)
    if step is None:
        raise Refused("orders.cannot_chase", status=order.status)
    patience = lateness.patience(step)
    stage = patience.stage(act.now - lateness.since(order))
    if stage == "over" and order.status == "partly_shipped":
        stage = "late"
    if not stage or order.chased in _heard(step, stage):
        raise Refused("orders.cannot_chase", status=order.status)
    if stage == "over":
        return cancel(act, order, reason=FORFEITS[step])
    order.chased = f"{step}_{stage}"
    order.save(update_fields=["chased"])
    due_at = lateness.since(order) + patience.within
    if stage == "soon":
        act.tell(ShopReminded(order.ref, step=step, due_at=due_at.isoformat()))
        return order
    over_at = lateness.over_at(order)
    accepting, hours = step == "accept", int(patience.within.total_seconds()) // 3600
    tasks.open(
        act,
        kind="orders.accept_late" if accepting else "orders.ship_late",
        ref=order.ref,
        role="service",
        due_at=over_at,
        detail={"shop_name": order.shop.name, "hours": hours},
    )
    act.tell(ShopLate(order.ref, step=step, over_at=over_at.isoformat() if over_at else ""))
    return order


def _heard(step: str, stage: str) -> tuple[str, ...]:
    """What `chased` says when the shop has heard this, or worse, already."""
    return {"soon": (f"{step}_soon", f"{step}_late"), "late": (f"{step}_late",)}.get(stage, ())


@operation("orders.end_chase", on=Order)
def end_chase(act: Act, order: Order, *, fact: Fact) -> Order:  # noqa: ARG001 - whatever moved it on
    """NOW: the order has moved on, so what the office was to do about its shop is done."""
    if order.chased.endswith("_late"):
        tasks.settle(act, ref=order.ref, kind="orders.accept_late", outcome="orders.moved_on")
        tasks.settle(act, ref=order.ref, kind="orders.ship_late", outcome="orders.moved_on")
    return order
