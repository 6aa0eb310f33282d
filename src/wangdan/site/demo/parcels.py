"""The parcels of the demo's past: picked, inspected, packed, handed over, carried, and what happened at the door."""

from collections.abc import Generator, Mapping
from datetime import datetime

from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import SYSTEM, Call
from wangdan.site.demo.outside import Outside
from wangdan.site.demo.plans import Plan
from wangdan.site.demo.timeline import Story, Timeline

Way = Generator[datetime, None, bool]
"""A story that says at its end whether the parcel came to its own."""
_SYSTEM = Call(SYSTEM)
_STAGES = ("planned", "picked", "inspected", "packed")
_RECENT = 240
"""Hours; what is older was followed less closely."""
_NEAR = 0.5
"""The share of parcels under way that are already out for delivery."""


class Road:
    """What becomes of parcels."""

    def __init__(self, timeline: Timeline, outside: Outside, sellers: Mapping[int, Call], warehouse: Call) -> None:
        """Shares the clock and the dice of the past."""
        self.timeline, self.dice, self.outside = timeline, timeline.dice, outside
        self.sellers, self.warehouse = sellers, warehouse

    def parcel(self, parcel: Parcel, plan: Plan, at: int) -> Way:
        """One parcel's way, as far as the plan lets it come; True when it came to its end."""
        hands = self.sellers.get(parcel.warehouse.organisation_id, self.warehouse)
        stop = "planned" if plan.stop == "partly_shipped" and at else plan.stop
        stages = {"planned": None, "picked": fulfilment.pick, "inspected": fulfilment.inspect, "packed": fulfilment.pack}
        for stage in _STAGES:
            step = stages[stage]
            if step is not None:
                yield self.timeline.soon(0.1, 2.2)
                step(hands, parcel.no)
            if stop == stage:
                return False
        yield self.timeline.soon(0.3, 2)
        parcel = self._hand_over(parcel, hands)
        if parcel.method == "pickup":
            yield from self._at_point(parcel, plan, hands)
        else:
            yield from self._carried(parcel, plan, hands)
        return True

    def _hand_over(self, parcel: Parcel, hands: Call) -> Parcel:
        if parcel.method == "courier":
            booked = fulfilment.book(hands, parcel.no)
            carrier = booked.carrier.code if booked.carrier else ""
            eta = self.timeline.soon(44, 66).replace(minute=0, second=0, microsecond=0)
            fulfilment.booked(_SYSTEM, parcel.no, waybill=self.outside.waybill(carrier), eta=eta)
        fulfilment.hand_over(hands, parcel.no)
        return Parcel.objects.select_related("carrier", "warehouse").get(pk=parcel.pk)

    def _at_point(self, parcel: Parcel, plan: Plan, hands: Call) -> Story:
        """It waits for its buyer, who has six digits."""
        if plan.stop == "at_point":
            return
        yield self.timeline.soon(4, 40)
        fulfilment.collect(hands, parcel.no, code=parcel.pickup_code)

    def _carried(self, parcel: Parcel, plan: Plan, hands: Call) -> Story:
        """The carrier's pushes, and the door."""
        if plan.hours_ago < _RECENT:
            yield self.timeline.soon(0.3, 1.5)
            self._say(parcel, "picked_up", "快递员已上门取件", parcel.warehouse.city)
        yield self.timeline.soon(1.5, 5)
        self._say(parcel, "in_transit", f"快件运输中，离开【{parcel.warehouse.city}】发往【{parcel.to_city}】", parcel.warehouse.city)
        if plan.stop in ("shipped", "apart", "partly_shipped"):
            if self.dice.random() < _NEAR and plan.hours_ago > 26:  # noqa: PLR2004 - a day on the way
                yield self.timeline.soon(6, 7)
                self._say(parcel, "out_for_delivery", f"快件到达【{parcel.to_city}】，快递员正在派送", parcel.to_city)
            return
        yield self.timeline.soon(16, 40)
        if plan.stop == "lost":
            fulfilment.lose(_SYSTEM, parcel.no, said=self.outside.event(parcel, "lost", "快件遗失，正在核查", parcel.to_city))
            return
        if plan.hours_ago < _RECENT:
            self._say(parcel, "out_for_delivery", f"快件到达【{parcel.to_city}】，快递员正在派送", parcel.to_city)
            yield self.timeline.soon(1, 5)
        yield from self._door(parcel, plan, hands)

    def _door(self, parcel: Parcel, plan: Plan, hands: Call) -> Story:
        if not plan.stop.startswith("refused"):
            fulfilment.deliver(_SYSTEM, parcel.no, said=self.outside.event(parcel, "delivered", "已签收，感谢使用", parcel.to_city))
            return
        fulfilment.refuse(_SYSTEM, parcel.no, said=self.outside.event(parcel, "refused", "收件人拒收，快件退回", parcel.to_city))
        if plan.stop == "refused":
            yield self.timeline.soon(30, 60)
            fulfilment.take_back(hands, parcel.no)

    def _say(self, parcel: Parcel, event: str, text: str, place: str) -> None:
        fulfilment.track(_SYSTEM, parcel.no, said=self.outside.event(parcel, event, text, place))
