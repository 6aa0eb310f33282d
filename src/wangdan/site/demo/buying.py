"""What the people of the demo's past buy and how they pay; everything after the money is in other hands."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from wangdan.accounts.models import Address, Person
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.operations.placing import Placed
from wangdan.checkout.rules import Asked, Wish
from wangdan.delivery import queries as delivery
from wangdan.delivery.rules import Sent
from wangdan.kernel import clock
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Refused
from wangdan.orders import operations as orders
from wangdan.payments import operations as payments
from wangdan.payments.errands import hear
from wangdan.payments.models import Attempt
from wangdan.site.demo.outside import Outside
from wangdan.site.demo.plans import CANCEL_REASONS, HELD, NOTES, Plan
from wangdan.site.demo.stock import Shelf
from wangdan.site.demo.timeline import Story, Timeline
from wangdan.site.world import World

_SYSTEM = Call(SYSTEM)
_NAMED = 0.42
"""The share of all purchases that the two named buyers make."""
_OFTEN_NAMED = frozenset({"unpaid", "untransferred", "apart", "delivered", "refused_now"})
_PLENTY = 9
_CASH_LIMIT = 100_000
_CHEAP, _TWOS = 20_000, 0.25


class Hands(Protocol):
    """Whoever takes an order from its payment to its end."""

    def take(self, no: str, plan: Plan, buyer: str) -> None:
        """The order is theirs now; `buyer` is a user name."""

    def finish(self, until: datetime) -> None:
        """Let everything happen up to a moment."""


class Buying:
    """The purchases of the past."""

    def __init__(self, world: World, timeline: Timeline, hands: Hands) -> None:
        """Nothing is bought yet."""
        self.world, self.timeline, self.hands, self.dice = world, timeline, hands, timeline.dice
        self.outside = Outside(self.dice)
        self._finance = world.call("finance")
        self._buyers: list[tuple[Person, Address]] = []
        self._calls: dict[int, Call] = {}
        self._shelves: list[Shelf] = []
        self._left: dict[int, int] = {}

    def meet(self, buyers: list[tuple[Person, Address]], shelves: list[Shelf]) -> None:
        """Who buys, and what there is to buy."""
        self._buyers, self._shelves = buyers, shelves
        self._calls = {person.pk: self.world.call(person.username) for person, _ in buyers}
        self._left = {shelf.sku.pk: shelf.pieces - (0 if shelf.last or shelf.apart else _PLENTY) for shelf in shelves}

    def plan(self, plans: Iterable[Plan], until: datetime) -> None:
        """Let every planned purchase begin in its time."""
        for plan in plans:
            self.timeline.begin(until - timedelta(hours=plan.hours_ago), self._purchase(plan))

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
        named = self.dice.random() < _NAMED or plan.stop in _OFTEN_NAMED
        person, address = self._buyers[plan.turn % 2] if named else self.dice.choice(self._buyers[2:-1] or self._buyers)
        if plan.stop in HELD:
            person, address = self._buyers[-1]
        call = self._calls[person.pk]
        basket = self._basket(plan)
        if not basket:
            return None
        asked = Asked(basket, address.pk, "pickup" if plan.pickup else "courier", None, plan.method, self.dice.choice(NOTES))
        try:
            return checkout.place(call, asked=asked, expected_total=self._total(asked, address)), call
        except Refused:
            return None

    def _total(self, asked: Asked, address: Address) -> int:
        """What the buyer sees: goods and each shop's freight; `place` refuses when it is not so."""
        sent: dict[int, list[Sent]] = {}
        skus = {shelf.sku.pk: shelf.sku for shelf in self._shelves}
        for wish in asked.lines or ():
            sku = skus[wish.sku]
            load = Sent(sku.product_id, wish.quantity, sku.weight_grams * wish.quantity, sku.price * wish.quantity)
            sent.setdefault(sku.product.shop_id, []).append(load)
        goods = sum(each.amount for loads in sent.values() for each in loads)
        if asked.delivery == "pickup":
            return goods
        return goods + sum(found.amount for found in delivery.freights(address.destination, sent).values())

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
            yield self.timeline.soon(0.05, 0.4)
            for order in placed.orders:
                orders.cancel(call, order.no, reason=self.dice.choice(CANCEL_REASONS))
            return
        yield from self._pay(placed)
        for order in placed.orders:
            self.hands.take(order.no, plan, self._name(call))

    def _name(self, call: Call) -> str:
        return next(person.username for person, _ in self._buyers if person.pk == call.actor.id)

    def _pay(self, placed: Placed) -> Story:
        """At the bank's page, by a transfer that finance matches, or later at the door."""
        if placed.payment.method == "sandbox" and placed.attempt is not None:
            visit: Attempt | None = placed.attempt
            yield self.timeline.soon(0.01, 0.12)
            if self.dice.random() < 0.05:  # noqa: PLR2004 - one in twenty banks says no first
                hear(self.outside.bank(placed.attempt, "failed"))
                visit = Attempt.objects.filter(payment=placed.payment, status="open").first()
                yield self.timeline.soon(0.02, 0.1)
            if visit is not None:
                hear(self.outside.bank(visit, "paid"))
        elif placed.payment.method == "bank_transfer":
            yield self.timeline.soon(1, 5)
            reference = placed.payment.reference or ""
            payments.match_transfer(self._finance, reference=reference, amount=placed.payment.amount, bank_no=self.outside.transfer_no())
