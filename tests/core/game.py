"""The game of orders: every step that people, banks, carriers and the clock may take, in the real house and in the model together."""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.core import stage
from tests.core.model import HELD_FROM, NEXT, PAY_WITHIN, UNSHIPPED, Box, Buy, Deal, World
from wangdan.checkout.tests.market import buyer, market, stock_of
from wangdan.desks import placing
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel, ParcelLine
from wangdan.inventory import operations as inventory
from wangdan.kernel.errors import Refused
from wangdan.kernel.jobs import run_sweep
from wangdan.kernel.sayings import PLAIN, saying
from wangdan.orders import operations as orders
from wangdan.orders.models import Line, Order
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt, Capture, Part, Refund
from wangdan.policy import operations as policy
from wangdan.policy.risk import Condition, Draft
from wangdan.promotions.rules import part_of

ROOT = stage.ROOT
STEPS = {"picked": fulfilment.pick, "inspected": fulfilment.inspect, "packed": fulfilment.pack}
SEEN: set[str] = set()
"""States that orders were in, in all games: a model that never gets anywhere proves nothing."""
PICK = st.integers(0, 10**6)


class Orders(RuleBasedStateMachine):
    """The real house and the model take every step together."""

    def __init__(self) -> None:
        """A market of its own: two shops, three goods, three warehouses."""
        super().__init__()
        self.world = World()
        self.serial = 0

    @initialize()
    def open_market(self) -> None:
        """Goods on the shelves: the first lies in two warehouses."""
        self.shop, self.one = market(), buyer()
        policy.add_rule(ROOT, draft=Draft(saying(PLAIN, text="大"), (Condition("amount", "least", HELD_FROM),), 60))
        self.skus = [self.shop.sku(price=700, stock={0: 3, 1: 4}), self.shop.sku(price=1999, stock=5), self.shop.sku(shop=1, price=3000, stock=4)]
        self.world.on_hand = {sku.pk: stock_of(sku)[0] for sku in self.skus}
        self.world.held = dict.fromkeys(self.world.on_hand, 0)

    def teardown(self) -> None:
        """The clock stands right again."""
        os.environ.pop("WANGDAN_CLOCK", None)

    # ---- what people choose among ---------------------------------------------------------------------------------

    def choose(self, pick: int, wanted: Callable[[Deal], bool] = lambda _: True) -> tuple[Buy, Deal] | None:
        """One of the orders that are wanted."""
        found = [(buy, deal) for buy in self.world.buys for deal in buy.deals if wanted(deal)]
        return found[pick % len(found)] if found else None

    def box(self, pick: int, *statuses: str) -> tuple[Deal, Box] | None:
        """One of the parcels in those states."""
        found = [(deal, box) for deal in self.world.deals for box in deal.boxes if box.status in statuses]
        return found[pick % len(found)] if found else None

    def attempt(self, run: Callable[[], Any], *, allowed: bool) -> bool:
        """Do it: it must go through exactly when the model allows it."""
        if allowed:
            run()
        else:
            with pytest.raises(Refused):
                run()
        return allowed

    def have(self) -> bool:
        """Whether there is any order."""
        return bool(self.world.buys)

    # ---- the buyer ------------------------------------------------------------------------------------------------

    @rule(
        pieces=st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any), method=st.sampled_from(["sandbox", "sandbox", "bank_transfer", "cod"])
    )
    def place(self, pieces: list[int], method: str) -> None:
        """A purchase, of one or both shops; too much is refused and leaves nothing."""
        wishes = [(sku, count) for sku, count in zip(self.skus, pieces, strict=True) if count]
        if not self.world.fits({sku.pk: count for sku, count in wishes}):
            with pytest.raises(Refused, match=r"inventory\.cannot_hold"):
                stage.placed(self.one, *wishes, method=method)
            return
        total = stage.price(self.one, *wishes, method=method)
        made = placing.place(self.one.call(), asked=self.one.wants(*wishes, method=method), expected_total=total)
        pay_by = self.world.now + PAY_WITHIN[method] if method in PAY_WITHIN else None
        deals = []
        for order in made.orders:
            wanted = dict(Line.objects.filter(order=order).values_list("sku_id", "quantity"))
            deal = Deal(order.no, method, order.total, wanted, "awaiting_payment", pay_by)
            deal.status = deal.first if method == "cod" else deal.status
            deals.append(deal)
        self.world.place(Buy(made.purchase.no, method, deals))

    @precondition(have)
    @rule(pick=PICK, visit=PICK)
    def pay_online(self, pick: int, visit: int) -> None:
        """The bank's word on any visit, also a closed one or one that was paid before: every time with a number of its own."""
        found = self.choose(pick, lambda deal: deal.method == "sandbox")
        if found is None:
            return
        self.capture(found[0], visit % len(found[0].visits))

    def capture(self, buy: Buy, number: int) -> None:
        """The bank's word on one visit."""
        self.serial += 1
        row = list(Attempt.objects.filter(payment__purchase_ref=f"purchases:{buy.no}").order_by("pk"))[number]
        payments.capture(ROOT, row.no, said=stage.word(row, gateway_no=f"SB{row.no}-{self.serial}"))
        self.world.pay(buy, buy.visits[number], buy.visits[number].amount)

    @precondition(have)
    @rule(pick=PICK, more=st.sampled_from([0, 0, 1, 5000]))
    def pay_by_transfer(self, pick: int, more: int) -> None:
        """A transfer over what is due, or more; late and double ones go back."""
        found = self.choose(pick, lambda deal: deal.method == "bank_transfer")
        if found is None:
            return
        self.transfer(found[0], more)

    def transfer(self, buy: Buy, more: int) -> None:
        """Finance books it."""
        self.serial += 1
        amount = sum(deal.total for deal in buy.deals if deal.waits) + more
        reference = Part.objects.get(ref=f"orders:{buy.deals[0].no}").payment.reference
        number = f"BANK-{buy.no}-{self.serial}"
        if self.attempt(lambda: payments.match_transfer(ROOT, reference=reference, amount=amount, bank_no=number), allowed=amount > 0):
            self.world.pay(buy, None, amount)

    @precondition(have)
    @rule(pick=PICK)
    def cancel(self, pick: int) -> None:
        """The buyer calls an order off, as long as nothing left."""
        buy, deal = self.choose(pick)  # type: ignore[misc]
        if self.attempt(lambda: orders.cancel(self.one.call(), deal.no, reason="x"), allowed=deal.status in UNSHIPPED):
            self.world.close(buy, deal, "cancelled")

    @precondition(have)
    @rule(pick=PICK)
    def confirm(self, pick: int) -> None:
        """The buyer says that he has it."""
        _, deal = self.choose(pick)  # type: ignore[misc]
        allowed = deal.status in ("shipped", "delivered") and deal.paid
        if self.attempt(lambda: orders.confirm_receipt(self.one.call(), deal.no), allowed=allowed):
            deal.status = "completed"

    # ---- shop and warehouse ---------------------------------------------------------------------------------------

    @precondition(have)
    @rule(pick=PICK)
    def accept(self, pick: int) -> None:
        """The shop takes an order: every piece is in a parcel."""
        self.take(self.choose(pick)[1])  # type: ignore[index]

    def take(self, deal: Deal) -> None:
        """Accept it and see which parcels it became."""
        if not self.attempt(lambda: orders.accept(ROOT, deal.no), allowed=deal.status == "awaiting_acceptance"):
            return
        deal.status = "awaiting_shipment"
        lines, gone = {line.sku_id: line for line in Line.objects.filter(order__no=deal.no)}, dict.fromkeys(deal.wanted, 0)
        for parcel in stage.parcels(Order.objects.get(no=deal.no)):
            pieces = {row.sku_id: row.quantity for row in ParcelLine.objects.filter(parcel=parcel)}
            worth = sum(part_of(lines[sku].total, lines[sku].quantity, gone[sku], count) for sku, count in pieces.items())
            deal.boxes.append(Box(parcel.no, pieces, worth, parcel.cod_amount))
            for sku, count in pieces.items():
                gone[sku] += count
        assert gone == deal.wanted
        assert sum(box.cash for box in deal.boxes) == (deal.total if deal.method == "cod" else 0)

    @precondition(have)
    @rule(pick=PICK, steps=st.integers(4, 12))
    def go_far(self, pick: int, steps: int) -> None:
        """An order goes a long way."""
        self.go_on(pick, steps)

    @precondition(have)
    @rule(pick=PICK, steps=st.integers(1, 6))
    def go_on(self, pick: int, steps: int) -> None:
        """An order goes its way for some steps, as most orders do."""
        for _ in range(steps):
            buy, deal = self.choose(pick)  # type: ignore[misc]
            boxes = [box for box in deal.boxes if box.status in (*NEXT, "handed_over")]
            if deal.status == "awaiting_payment" and deal.method == "sandbox":
                self.capture(buy, next(at for at, visit in enumerate(buy.visits) if visit.open))
            elif deal.status == "awaiting_payment":
                self.transfer(buy, 0)
            elif deal.status == "in_audit":
                self.release(deal)
            elif deal.status == "awaiting_acceptance":
                self.take(deal)
            elif boxes and boxes[0].status == "handed_over":
                (self.turn_away if pick % 3 == 0 else self.arrive)(deal, boxes[0])
            elif boxes:
                self.step(deal, boxes[0])

    @precondition(have)
    @rule(pick=PICK)
    def approve(self, pick: int) -> None:
        """The auditor lets an order pass that the rule held."""
        self.release(self.choose(pick)[1])  # type: ignore[index]

    def release(self, deal: Deal) -> None:
        """It is its shop's now."""
        if self.attempt(lambda: orders.approve(ROOT, deal.no), allowed=deal.status == "in_audit"):
            deal.status = "awaiting_acceptance"

    @precondition(have)
    @rule(pick=PICK)
    def reject(self, pick: int) -> None:
        """The auditor does not."""
        buy, deal = self.choose(pick)  # type: ignore[misc]
        if self.attempt(lambda: orders.reject(ROOT, deal.no, reason="x"), allowed=deal.status == "in_audit"):
            self.world.close(buy, deal, "declined")

    @precondition(have)
    @rule(pick=PICK)
    def decline(self, pick: int) -> None:
        """The shop cannot."""
        buy, deal = self.choose(pick)  # type: ignore[misc]
        if self.attempt(lambda: orders.decline(ROOT, deal.no, reason="x"), allowed=deal.status == "awaiting_acceptance"):
            self.world.close(buy, deal, "declined")

    @rule(pick=PICK, steps=st.integers(1, 4))
    def work(self, pick: int, steps: int) -> None:
        """The warehouse takes a parcel some steps further, at last out of the house."""
        found = self.box(pick, *NEXT)
        for _ in range(steps):
            if found and found[1].status in NEXT:
                self.step(*found)

    def step(self, deal: Deal, box: Box) -> None:
        """One step of the warehouse."""
        if box.status == "packed":
            fulfilment.book(ROOT, box.no)
            fulfilment.booked(ROOT, box.no, waybill=f"SF{box.no}")
            fulfilment.hand_over(ROOT, box.no)
            self.world.hand_over(deal, box)
        else:
            box.status = NEXT[box.status]
            STEPS[box.status](ROOT, box.no)

    @rule(pick=PICK, pieces=st.integers(1, 3))
    def receive(self, pick: int, pieces: int) -> None:
        """Goods arrive."""
        at = pick % len(self.skus)
        inventory.receive(ROOT, self.shop.warehouses[2 if at == 2 else 0].pk, sku_id=self.skus[at].pk, quantity=pieces)
        self.world.on_hand[self.skus[at].pk] += pieces

    # ---- the carrier, the bank, the clock -------------------------------------------------------------------------

    @rule(pick=PICK, twice=st.booleans())
    def deliver(self, pick: int, twice: bool) -> None:  # noqa: FBT001
        """Signed for; the push may come twice."""
        found = self.box(pick, "handed_over")
        if found:
            self.arrive(*found, times=2 if twice else 1)

    def arrive(self, deal: Deal, box: Box, times: int = 1) -> None:
        """The carrier's push, so many times."""
        for _ in range(times):
            stage.arrive(Parcel(no=box.no), cash=box.cash)
        self.world.deliver(deal, box)

    @rule(pick=PICK)
    def refuse(self, pick: int) -> None:
        """Turned away at the door."""
        found = self.box(pick, "handed_over")
        if found:
            self.turn_away(*found)

    def turn_away(self, deal: Deal, box: Box) -> None:
        """The carrier's push."""
        stage.turn_away(Parcel(no=box.no))
        self.world.refuse(deal, box)

    @rule(pick=PICK)
    def take_back(self, pick: int) -> None:
        """What was turned away comes back."""
        found = self.box(pick, "refused")
        if found:
            fulfilment.take_back(ROOT, found[1].no)
            self.world.take_back(found[1])

    @rule()
    def repay(self) -> None:
        """The bank pays back."""
        stage.repaid()
        self.world.repay()

    @rule(minutes=st.sampled_from([1, 31, 31, 4321, 10081]))
    def time_passes(self, minutes: int) -> None:
        """The clock moves, and the sweeps come by."""
        self.world.now += minutes
        os.environ["WANGDAN_CLOCK"] = f"+{self.world.now}m"
        run_sweep("orders.expire")
        run_sweep("orders.confirm_receipt")
        for buy in self.world.buys:
            for deal in buy.deals:
                if deal.status == "awaiting_payment" and deal.pay_by is not None and deal.pay_by <= self.world.now:
                    self.world.close(buy, deal, "cancelled")
                if deal.status == "delivered" and deal.paid and (deal.confirm_by or 0) <= self.world.now:
                    deal.status = "completed"

    # ---- what must be true ----------------------------------------------------------------------------------------

    @invariant()
    def nothing_is_broken(self) -> None:
        """`check` finds nothing."""
        if self.world.on_hand:
            stage.whole()

    @invariant()
    def both_agree(self) -> None:
        """States, stock and money are what the model says."""
        if not self.world.on_hand:
            return
        numbers = [deal.no for deal in self.world.deals]
        real = dict(Order.objects.filter(buyer=self.one.person).values_list("no", "status"))
        assert real == {deal.no: deal.status for deal in self.world.deals}
        SEEN.update(real.values())
        assert {sku.pk: stock_of(sku) for sku in self.skus} == {sku: (self.world.on_hand[sku], self.world.held[sku]) for sku in self.world.on_hand}
        paid = set(Order.objects.filter(no__in=numbers, paid_at__isnull=False).values_list("no", flat=True))
        assert paid == {deal.no for deal in self.world.deals if deal.paid}
        mine = Refund.objects.filter(payment__payer=self.one.person)
        came = sum(Capture.objects.filter(attempt__payment__payer=self.one.person).values_list("amount", flat=True))
        sums = (
            came,
            sum(mine.exclude(status="done").values_list("amount", flat=True)),
            sum(mine.filter(status="done").values_list("amount", flat=True)),
        )
        assert sums == (self.world.captured, self.world.owed, self.world.settled)
