"""The hands that take an order from its payment to its end: the shop decides, parcels travel, the buyer confirms."""

from datetime import datetime, timedelta
from random import Random

from wangdan.accounts.models import Organisation, Person
from wangdan.fulfilment.models import Parcel
from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.site.demo.outside import Outside
from wangdan.site.demo.parcels import Road
from wangdan.site.demo.plans import CANCEL_REASONS, DECLINE_REASONS, HELD, REJECT_REASONS, Plan
from wangdan.site.demo.timeline import Story, Timeline
from wangdan.site.world import call

_SYSTEM = Call(SYSTEM)


class Hands:
    """Shops, warehouses and carriers of the past, on a time line of their own or a shared one."""

    def __init__(self, timeline: Timeline) -> None:
        """Everybody is at his place."""
        self.timeline, self.dice = timeline, timeline.dice
        people = {person.username: person for person in Person.objects.all()}
        self.people = people
        shops = Organisation.objects.filter(kind="shop").order_by("pk")
        self.sellers = {shop.pk: call(people[name]) for shop, name in zip(shops, ("seller", "seller2"), strict=False)}
        self.road = Road(timeline, Outside(Random(timeline.dice.random())), self.sellers, call(people["warehouse"]))  # noqa: S311 - looks only

    def take(self, no: str, plan: Plan, buyer: str) -> None:
        """An order is theirs from now on."""
        self.timeline.begin(clock.now(), self._order(no, plan, buyer))

    def finish(self, until: datetime) -> None:
        """Let everything happen up to a moment."""
        self.timeline.run(until)

    def _order(self, no: str, plan: Plan, buyer: str) -> Story:
        """The auditor's decision where the rules want one, the shop's decision, then its parcels."""
        if Order.objects.filter(no=no, status="in_audit").exists():
            yield from self._audited(no, plan)
        if plan.stop in ("awaiting_acceptance", *HELD):
            return
        yield self.timeline.soon(0.1, 4)
        order = Order.objects.get(no=no)
        seller = self.sellers[order.shop_id]
        if plan.stop == "cancelled_paid":
            orders.cancel(call(self.people[buyer]), no, reason=self.dice.choice(CANCEL_REASONS))
            return
        if plan.stop == "declined":
            orders.decline(seller, no, reason=self.dice.choice(DECLINE_REASONS))
            return
        orders.accept(seller, no)
        for at, parcel in enumerate(Parcel.objects.filter(ref_of=order.ref).select_related("carrier", "warehouse__organisation").order_by("id")):
            self.timeline.begin(clock.now(), self._travels(parcel, plan, at, buyer))

    def _audited(self, no: str, plan: Plan) -> Story:
        """The auditor calls the buyer and decides; what waits now was called once in vain."""
        yield self.timeline.soon(0.1, 0.25)
        auditor = call(self.people["auditor"])
        if plan.stop != "in_audit" or self.dice.random() < 0.5:  # noqa: PLR2004 - half of what waits
            result = {"in_audit": "no_answer", "rejected": "denied"}.get(plan.stop, "confirmed")
            orders.log_contact(auditor, no, channel="phone", result=result)
        if plan.stop == "in_audit":
            return
        yield self.timeline.soon(0.1, 1)
        if plan.stop == "rejected":
            orders.reject(auditor, no, reason=self.dice.choice(REJECT_REASONS))
        else:
            orders.approve(auditor, no, reason="电话里本人确认")

    def _travels(self, parcel: Parcel, plan: Plan, at: int, buyer: str) -> Story:
        """A parcel's way, and what follows when it is there."""
        arrived = yield from self.road.parcel(parcel, plan, at)
        if arrived:
            yield from self._confirmed(parcel.ref_of.partition(":")[2], plan, buyer)

    def _confirmed(self, no: str, plan: Plan, buyer: str) -> Story:
        """The buyer looks and confirms, or lets the time confirm; nothing while other parcels are on their way."""
        order = Order.objects.get(no=no)
        if order.status != "delivered" or plan.stop in ("delivered", "lost"):
            return
        if plan.stop == "completed_by_time" and order.confirm_by:
            yield order.confirm_by + timedelta(seconds=30)
            orders.confirm_receipt(_SYSTEM, no)
            return
        yield self.timeline.soon(2, 100)
        if Order.objects.get(no=no).status == "delivered":
            orders.confirm_receipt(call(self.people[buyer]), no)
