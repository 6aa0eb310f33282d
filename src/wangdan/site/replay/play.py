"""Plays deals through the real operations, each by the person whose step it is, from wherever a former run left them.

Nothing is written but by operations. What the outside would say is told as the signed callbacks and errands tell it: the bank's word through
`payments.capture` and `payments.settle_refund`, the carrier's waybill through `fulfilment.booked`, its sign-off through
`fulfilment.deliver`. No bank and no courier is asked, so their time is not in the measured rates.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wangdan.checkout.operations import Placed
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks import placing
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel import options
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Problem
from wangdan.orders import operations as orders
from wangdan.orders.models import Line, Order
from wangdan.orders.rules import UNSHIPPED
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt, Payment, Refund
from wangdan.payments.rules import Said
from wangdan.site.replay.records import Deal
from wangdan.site.replay.stage import Booth, Customer, Ware
from wangdan.tasks.rules import LIMITS

HANDS = {"planned": fulfilment.pick, "picked": fulfilment.inspect, "inspected": fulfilment.pack}
"""What a warehouse does to a parcel, by the parcel's state."""
_GOES_OUT = frozenset({"shipped", "delivered"})
_EARLIEST = 10**9


@dataclass
class Tally:
    """What happened: counts by word, and refusals by (step, code) with the number of a deal as an example."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], str] = field(default_factory=dict)

    def refuse(self, step: str, code: str, example: str, count: int = 1) -> None:
        """Note a refusal."""
        self.refused[step, code] += count
        self.examples.setdefault((step, code), example)

    def add(self, other: "Tally") -> None:
        """Take in what another worker counted."""
        self.counts.update(other.counts)
        self.refused.update(other.refused)
        self.examples = other.examples | self.examples


@dataclass
class Kept:
    """An order as the player knows it; `at` is the place in the data set of the deal that it came from."""

    no: str
    status: str
    purchase: str
    method: str
    shop: int
    at: int
    reason: str = ""
    lines: dict[int, int] = field(default_factory=dict)


@dataclass
class Company:
    """Everybody and everything the deals name: shops by the seller's key, customers by theirs, finance."""

    of_set: str
    booths: Mapping[str, Booth]
    customers: Mapping[str, Customer]
    finance: Any


def _placed(placed: Placed) -> dict[str, Any]:
    """What is kept of a placing beside its key: the purchase and its orders."""
    return {"purchase": placed.purchase.no, "orders": [[order.no, order.status, order.shop_id] for order in placed.orders]}


class Player:
    """Plays one customer's deals after the other; each deal is looked up by its note first, so that what is done stays done."""

    def __init__(self, company: Company, deals: Sequence[tuple[int, Deal]]) -> None:
        """`deals` are (place in the data set, deal), in order; all of their customers' orders are read once."""
        self.company, self.deals, self.tally = company, deals, Tally()
        self.keepers = {booth.shop_id: booth.keeper for booth in company.booths.values()}
        self.book: dict[str, dict[str, list[Kept]]] = {}
        self._read()

    def play(self) -> Tally:
        """Play them all; refusals are counted, bugs are raised."""
        for at, deal in self.deals:
            self.tally.counts["deals"] += 1
            try:
                if deal.takes_back:
                    self._take_back(at, deal)
                else:
                    self._deal(at, deal)
            except Problem as problem:
                self.tally.refuse("take back" if deal.takes_back else "deal", problem.code, deal.no)
        return self.tally

    # ---- what a former run left ---------------------------------------------------------------------------------

    def _note(self, deal: str) -> str:
        return f"{self.company.of_set} {deal}"

    def _read(self) -> None:
        places = {self._note(deal.no): at for at, deal in self.deals}
        names = {self.company.customers[deal.customer].actor.id: deal.customer for _, deal in self.deals}
        found = Order.objects.filter(buyer_id__in=names, note__startswith=f"{self.company.of_set} ").select_related("purchase").order_by("pk")
        by_pk: dict[int, Kept] = {}
        for order in found.only("pk", "no", "status", "purchase__no", "payment_method", "shop_id", "buyer_id", "note", "reason").iterator(2000):
            place = places.get(" ".join(order.note.split(" ")[:2]), _EARLIEST)
            kept = Kept(order.no, order.status, order.purchase.no, order.payment_method, order.shop_id, place, order.reason)
            by_pk[order.pk] = kept
            self.book.setdefault(names[order.buyer_id], {}).setdefault(order.note, []).append(kept)
        if any(deal.takes_back for _, deal in self.deals):
            for order_pk, sku, quantity in Line.objects.filter(order__in=list(by_pk)).values_list("order_id", "sku_id", "quantity"):
                by_pk[order_pk].lines[sku] = quantity

    # ---- a deal -------------------------------------------------------------------------------------------------

    def _wanted(self, deal: Deal) -> dict[int, int]:
        """Pieces by SKU; what the catalogue would not list cannot be named and is counted."""
        wanted: dict[int, int] = {}
        for item in deal.items:
            booth = self.company.booths[item.shop]
            ware: Ware = (item.article, item.price)
            if ware in booth.skus:
                wanted[booth.skus[ware]] = wanted.get(booth.skus[ware], 0) + item.pieces
            else:
                self.tally.refuse("line", booth.unlisted.get(ware, "catalogue.draft_incomplete price"), deal.no)
        return wanted

    def _deal(self, at: int, deal: Deal) -> None:
        known = self.book.get(deal.customer, {}).get(self._note(deal.no))
        if known:
            self.tally.counts["known"] += 1
        else:
            wanted = self._wanted(deal)
            known = self._place(at, deal, wanted, self._note(deal.no))
        self._pay(deal, known)
        for kept in known:
            self._go(deal, kept)

    def _place(self, at: int, deal: Deal, wanted: Mapping[int, int], note: str) -> list[Kept]:
        """The customer asks for the price and places the order; the key holds even against another replay beside this one."""
        customer = self.company.customers[deal.customer]
        lines = tuple(Wish(sku, pieces) for sku, pieces in wanted.items())
        asked = Asked(lines, customer.address, payment_method=deal.method, note=note)
        quote = prepare(customer.actor, asked)
        placed = placing.place(Call(customer.actor, f"replay:{note}", _placed), asked=asked, expected_total=quote.total)
        made = [Kept(no, status, placed["purchase"], deal.method, shop, at) for no, status, shop in placed["orders"]]
        by_shop = {kept.shop: kept for kept in made}
        for order in quote.orders:
            by_shop[order.shop.id].lines = {line.sku_id: line.quantity for line in order.lines}
        self.book.setdefault(deal.customer, {})[note] = made
        self.tally.counts["orders"] += len(made)
        self.tally.counts["lines"] += len(lines)
        return made

    def _pay(self, deal: Deal, known: Sequence[Kept]) -> None:
        """The bank says that the purchase is paid, or finance finds the transfer."""
        waiting = [kept for kept in known if kept.status == "awaiting_payment"]
        if not waiting or deal.fate in ("placed", "dropped"):
            return
        payment = Payment.objects.get(purchase_ref=f"purchases:{waiting[0].purchase}")
        if waiting[0].method == "bank_transfer":
            bank_no = f"{self.company.of_set}-{waiting[0].no}"
            payments.match_transfer(Call(self.company.finance), reference=payment.reference or "", amount=payment.amount, bank_no=bank_no)
        else:
            visit = Attempt.objects.get(payment=payment, status="open")
            said = Said("paid", visit.no, visit.amount, visit.currency, visit.payee, f"replay-{visit.no}")
            payments.capture(Call(SYSTEM, f"replay:{visit.no}"), visit.no, said=said)
        self.tally.counts["paid"] += 1
        for kept in waiting:
            kept.status = "awaiting_acceptance"
        for no in Order.objects.filter(no__in=[kept.no for kept in waiting], status="in_audit").values_list("no", flat=True):
            orders.approve(Call(SYSTEM), no)  # whoever audits knows that the data set let it pass

    def _go(self, deal: Deal, kept: Kept) -> None:
        """Bring one order as far as its deal went."""
        keeper, buyer = self.keepers[kept.shop], self.company.customers[deal.customer].actor
        if deal.fate in ("cancelled", "dropped") and kept.status in UNSHIPPED:
            self._cancel(kept, deal.customer, "数据集里已取消")
        elif deal.fate == "declined" and kept.status == "awaiting_acceptance":
            orders.decline(Call(keeper), kept.no, reason="缺货")
            self._settle(kept, "declined")
        elif deal.fate in ("accepted", *_GOES_OUT):
            if kept.status == "awaiting_acceptance":
                orders.accept(Call(keeper), kept.no)
                kept.status = "awaiting_shipment"
            if deal.fate in _GOES_OUT and kept.status not in ("completed", "ended", "cancelled"):
                self._send(kept, keeper, delivered=deal.fate == "delivered")
                if deal.fate == "delivered":
                    orders.confirm_receipt(Call(buyer), kept.no)
                    kept.status = "completed"
        self.tally.counts[kept.status] += 1

    def _send(self, kept: Kept, keeper: Any, *, delivered: bool) -> None:
        """The warehouse works on every parcel, the carrier takes it and, if it got that far, delivers it."""
        for no, status in Parcel.objects.filter(ref_of=f"orders:{kept.no}").order_by("pk").values_list("no", "status"):
            state = status
            while state in HANDS:
                state = HANDS[state](Call(keeper), no).status
            if state == "packed":
                fulfilment.book(Call(keeper), no)
                fulfilment.booked(Call(SYSTEM), no, waybill=f"RP{no}")
                state = fulfilment.hand_over(Call(keeper), no).status
                self.tally.counts["parcels"] += 1
            if delivered and state == "handed_over":
                said = Event(event_id=f"replay:{no}", event="delivered", text="已签收")
                fulfilment.deliver(Call(SYSTEM, f"replay:{no}"), no, said=said)
        kept.status = "delivered" if delivered else "shipped"

    # ---- what comes back ----------------------------------------------------------------------------------------

    def _cancel(self, kept: Kept, customer: str, reason: str) -> None:
        orders.cancel(Call(self.company.customers[customer].actor), kept.no, reason=reason)
        self._settle(kept, "cancelled")
        kept.reason = reason

    def _settle(self, kept: Kept, status: str) -> None:
        """The bank says that the money is back; what came by transfer finance sends back by hand."""
        kept.status = status
        for refund in Refund.objects.filter(part__ref=f"orders:{kept.no}").exclude(status="done").select_related("attempt"):
            alone = refund.attempt.gateway == "bank_transfer" and refund.amount <= options.value(LIMITS["finance"])
            by = self.company.finance if alone else SYSTEM
            payments.settle_refund(Call(by), refund.no, gateway_no=f"replay-{refund.no}")
            self.tally.counts["refunds"] += 1

    def _candidates(self, customer: str, at: int, reason: str) -> Iterator[Kept]:
        """Earlier orders that can give something back, the newest first; those this very deal called off in a former run count as open."""
        earlier = [kept for some in self.book.get(customer, {}).values() for kept in some if kept.at < at]
        for kept in sorted(earlier, key=lambda each: (each.at, each.no), reverse=True):
            if kept.status in UNSHIPPED or kept.reason == reason:
                yield kept

    def _take_back(self, at: int, deal: Deal) -> None:
        """Goods of earlier orders come back: the order is called off and refunded, and what the customer keeps is ordered anew."""
        wanted, reason = self._wanted(deal), self._note(deal.no)
        for kept in list(self._candidates(deal.customer, at, reason)):
            hit = {sku: min(pieces, wanted.get(sku, 0)) for sku, pieces in kept.lines.items() if wanted.get(sku, 0)}
            if not hit:
                continue
            for sku, pieces in hit.items():
                wanted[sku] -= pieces
            if kept.reason != reason:
                self._cancel(kept, deal.customer, reason)
                self.tally.counts["called off"] += 1
            rest = {sku: pieces - hit.get(sku, 0) for sku, pieces in kept.lines.items() if pieces > hit.get(sku, 0)}
            note = f"{reason} {kept.no}"
            if rest:
                again = self.book[deal.customer].get(note) or self._place(at, deal, rest, note)
                self._pay(deal, again)
        nowhere = [sku for sku, pieces in wanted.items() if pieces]
        if nowhere:
            self.tally.refuse("take back", "replay.nothing_to_take_back", deal.no, len(nowhere))
