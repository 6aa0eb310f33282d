"""Sixty days of orders: stories that go on at their moment, in the order of time, each step a real operation with the clock moved back."""

import heapq
import itertools
from collections.abc import Generator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from wangdan.accounts.models import Address, Person
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout import queries as quotes
from wangdan.checkout.operations.placing import Placed
from wangdan.checkout.rules import Asked, Wish
from wangdan.fulfilment.models import Parcel
from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Refused
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.payments.errands import hear
from wangdan.payments.models import Attempt
from wangdan.site.demo.clerk import Beside, Clerk
from wangdan.site.demo.outside import Outside
from wangdan.site.demo.parcels import Road
from wangdan.site.demo.plans import CANCEL_REASONS, DECLINE_REASONS, NOTES, Plan
from wangdan.site.demo.stock import Shelf
from wangdan.site.world import World

Story = Generator[datetime, None, None]
"""Each yield is the moment at which it goes on."""
_SYSTEM = Call(SYSTEM)
_ROUND = timedelta(hours=3)
_NAMED = 0.42
"""The share of all purchases that the two named buyers make."""
_PLENTY = 9
_CASH_LIMIT = 100_000
_CHEAP, _TWOS = 20_000, 0.25


def soon(dice: Random, low: float, high: float) -> datetime:
    """A moment between so many hours from now."""
    return clock.now() + timedelta(hours=dice.uniform(low, high))


class Past:
    """The stories of the demo world and the clock they share."""

    def __init__(self, world: World, dice: Random, *, until: datetime, beside: bool) -> None:
        """Nothing has happened yet; with `beside` the clerk has a process of its own."""
        self.world, self.dice, self.until = world, dice, until
        self.outside = Outside(dice)
        self.clerk = Beside() if beside else Clerk()
        self.road = Road(self)
        self.sellers = {shop.pk: world.call(name) for shop, name in zip(world.shops, ("seller", "seller2"), strict=False)}
        self._queue: list[tuple[datetime, int, Story]] = []
        self._serial = itertools.count()
        self._buyers: list[tuple[Person, Address]] = []
        self._calls: dict[int, Call] = {}
        self._shelves: list[Shelf] = []
        self._left: dict[int, int] = {}

    def begin(self, moment: datetime, story: Story) -> None:
        """Let a story begin at a moment."""
        heapq.heappush(self._queue, (moment, next(self._serial), story))

    def run(self, plans: list[Plan], buyers: list[tuple[Person, Address]], shelves: list[Shelf]) -> None:
        """Let everything happen that is planned."""
        self._buyers, self._shelves = buyers, shelves
        self._calls = {person.pk: self.world.call(person.username) for person, _ in buyers}
        self._left = {shelf.sku.pk: shelf.pieces - (0 if shelf.last or shelf.apart else _PLENTY) for shelf in shelves}
        for plan in plans:
            self.begin(self.until - timedelta(hours=plan.hours_ago), self._purchase(plan))
        self.begin(self._queue[0][0], self._rounds())
        while self._queue and self._queue[0][0] <= self.until:
            moment, _, story = heapq.heappop(self._queue)
            with clock.at(moment):
                after = next(story, None)
            if after is not None:
                self.begin(max(after, moment), story)
        self.clerk.finish()

    def _rounds(self) -> Story:
        """The clerk looks every few hours."""
        while True:
            self.clerk.work()
            yield clock.now() + _ROUND

    # ---- what is bought -----------------------------------------------------------------------------------------

    def _basket(self, plan: Plan) -> tuple[Wish, ...]:
        """What the plan's buyer takes, of what is listed by then and there in plenty."""
        if plan.stop == "partly_shipped":
            return self._two_houses()
        if plan.stop in ("last_ones", "apart"):
            wanted = [shelf for shelf in self._shelves if (shelf.last if plan.stop == "last_ones" else shelf.apart) and self._left[shelf.sku.pk] > 0]
            found = wanted[:1]
            for shelf in found:
                self._left[shelf.sku.pk] = 0
            return tuple(Wish(shelf.sku.pk, shelf.pieces) for shelf in found)
        cheap = _CASH_LIMIT if plan.method == "cod" else None
        fine = [shelf.sku for shelf in self._plenty() if self._offered(shelf.sku, cheap)]
        if plan.pickup or cheap:
            shop = self.dice.choice(fine).product.shop_id
            fine = [sku for sku in fine if sku.product.shop_id == shop]
        taken = self.dice.sample(fine, min(plan.lines, len(fine)))
        if cheap:
            taken = taken[:1]
        return self._taken(tuple(Wish(sku.pk, self._pieces(sku, single=plan.method == "cod")) for sku in taken))

    def _plenty(self) -> list[Shelf]:
        return [shelf for shelf in self._shelves if self._left[shelf.sku.pk] > 1 and not (shelf.last or shelf.apart)]

    def _pieces(self, sku: Sku, *, single: bool) -> int:
        """Cheap things sometimes come in twos."""
        return 2 if not single and sku.price < _CHEAP and self.dice.random() < _TWOS else 1

    def _taken(self, wishes: tuple[Wish, ...]) -> tuple[Wish, ...]:
        for wish in wishes:
            self._left[wish.sku] -= wish.quantity
        return wishes

    def _two_houses(self) -> tuple[Wish, ...]:
        """Two things that lie in one warehouse each, so that the order leaves in two parcels."""
        houses: dict[int, list[Sku]] = {}
        for shelf in self._plenty():
            if shelf.only is not None and self._offered(shelf.sku, None):
                houses.setdefault(shelf.only, []).append(shelf.sku)
        return self._taken(tuple(Wish(self.dice.choice(skus).pk, 1) for skus in houses.values())) if len(houses) > 1 else ()

    @staticmethod
    def _offered(sku: Sku, limit: int | None) -> bool:
        listed = sku.product.listed_at
        return listed is not None and listed < clock.now() and (limit is None or sku.price < limit // 2)

    def _place(self, plan: Plan) -> tuple[Placed, Call] | None:
        """The buyer orders; None when nothing fits any more."""
        named = self.dice.random() < _NAMED or plan.stop in ("unpaid", "untransferred", "apart")
        person, address = self._buyers[plan.turn % 2] if named else self.dice.choice(self._buyers[2:] or self._buyers)
        call = self._calls[person.pk]
        basket = self._basket(plan)
        if not basket:
            return None
        asked = Asked(basket, address.pk, "pickup" if plan.pickup else "courier", None, plan.method, self.dice.choice(NOTES))
        try:
            return checkout.place(call, asked=asked, expected_total=quotes.prepare(call.actor, asked).total), call
        except Refused:
            return None

    def _purchase(self, plan: Plan) -> Story:
        """From the basket to the money, then every order by itself."""
        made = self._place(plan)
        if made is None or plan.stop in ("unpaid", "untransferred"):
            return
        placed, call = made
        if plan.stop == "expired":
            yield max(order.pay_by or clock.now() for order in placed.orders) + timedelta(seconds=12)
            for order in placed.orders:
                orders.expire(_SYSTEM, order.no)
            return
        if plan.stop == "cancelled_unpaid":
            yield soon(self.dice, 0.05, 0.4)
            for order in placed.orders:
                orders.cancel(call, order.no, reason=self.dice.choice(CANCEL_REASONS))
            return
        yield from self._pay(placed)
        for order in placed.orders:
            self.begin(clock.now(), self._order(order, plan, call))

    def _pay(self, placed: Placed) -> Story:
        """At the bank's page, by a transfer that finance matches, or later at the door."""
        if placed.payment.method == "sandbox" and placed.attempt is not None:
            visit: Attempt | None = placed.attempt
            yield soon(self.dice, 0.01, 0.12)
            if self.dice.random() < 0.05:  # noqa: PLR2004 - one in twenty banks says no first
                hear(self.outside.bank(placed.attempt, "failed"))
                visit = Attempt.objects.filter(payment=placed.payment, status="open").first()
                yield soon(self.dice, 0.02, 0.1)
            if visit is not None:
                hear(self.outside.bank(visit, "paid"))
        elif placed.payment.method == "bank_transfer":
            yield soon(self.dice, 1, 5)
            finance = self.world.call("finance")
            reference = placed.payment.reference or ""
            payments.match_transfer(finance, reference=reference, amount=placed.payment.amount, bank_no=self.outside.transfer_no())

    # ---- one order ----------------------------------------------------------------------------------------------

    def _order(self, order: Order, plan: Plan, buyer: Call) -> Story:
        """The shop's decision, then its parcels."""
        if plan.stop == "awaiting_acceptance":
            return
        yield soon(self.dice, 0.1, 4)
        seller = self.sellers[order.shop_id]
        if plan.stop == "cancelled_paid":
            orders.cancel(buyer, order.no, reason=self.dice.choice(CANCEL_REASONS))
            return
        if plan.stop == "declined":
            orders.decline(seller, order.no, reason=self.dice.choice(DECLINE_REASONS))
            return
        orders.accept(seller, order.no)
        for at, parcel in enumerate(Parcel.objects.filter(ref_of=order.ref).select_related("carrier", "warehouse__organisation").order_by("id")):
            self.begin(clock.now(), self.road.parcel(parcel, plan, at, self._ended(order, plan, buyer)))

    def _ended(self, order: Order, plan: Plan, buyer: Call) -> "Ended":
        return Ended(self, order.no, plan, buyer)


class Ended:
    """What follows when a parcel is there: the buyer looks, and confirms or lets the time confirm."""

    def __init__(self, past: Past, no: str, plan: Plan, buyer: Call) -> None:
        """For one order."""
        self.past, self.no, self.plan, self.buyer = past, no, plan, buyer

    def __call__(self) -> Any:
        """The story after the door; it does nothing while other parcels are on their way."""
        order = Order.objects.get(no=self.no)
        if order.status != "delivered" or self.plan.stop in ("delivered", "lost"):
            return
        if self.plan.stop == "completed_by_time" and order.confirm_by:
            yield order.confirm_by + timedelta(seconds=30)
            orders.confirm_receipt(_SYSTEM, self.no)
            return
        yield soon(self.past.dice, 2, 100)
        if Order.objects.get(no=self.no).status == "delivered":
            orders.confirm_receipt(self.buyer, self.no)
