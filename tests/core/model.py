"""A small pure model of orders, stock and money, as the mission tells it: what must be true after every step. It knows no database."""

from dataclasses import dataclass, field

UNSHIPPED = ("awaiting_payment", "in_audit", "awaiting_acceptance", "awaiting_shipment")
IN_HOUSE = ("planned", "picked", "inspected", "packed")
NEXT = {"planned": "picked", "picked": "inspected", "inspected": "packed", "packed": "handed_over"}
PAY_WITHIN = {"sandbox": 30, "bank_transfer": 3 * 1440}
CONFIRM_AFTER = 7 * 1440
HELD_FROM = 5000
"""Minor units from which the one rule of the games holds an order."""


@dataclass
class Box:
    """A parcel: SKU → pieces, and what a refusal at the door gives back."""

    no: str
    pieces: dict[int, int]
    worth: int
    cash: int
    status: str = "planned"


@dataclass
class Deal:
    """An order."""

    no: str
    method: str
    total: int
    wanted: dict[int, int]
    status: str
    pay_by: int | None
    paid: bool = False
    back: int = 0
    confirm_by: int | None = None
    boxes: list[Box] = field(default_factory=list)

    @property
    def first(self) -> str:
        """What it becomes when nothing has to be paid before: its shop's, or the auditor's when the rule holds it."""
        return "in_audit" if self.total >= HELD_FROM else "awaiting_acceptance"

    @property
    def waits(self) -> bool:
        """Whether its money is still expected."""
        return not self.paid and self.status not in ("cancelled", "declined", "ended")


@dataclass
class Visit:
    """A visit to the pay page over some orders."""

    deals: list[Deal]
    amount: int
    open: bool = True


@dataclass
class Buy:
    """A purchase."""

    no: str
    method: str
    deals: list[Deal]
    visits: list[Visit] = field(default_factory=list)

    def visit(self) -> None:
        """A new visit over what still waits."""
        waiting = [deal for deal in self.deals if deal.waits]
        if self.method == "sandbox" and waiting:
            self.visits.append(Visit(waiting, sum(deal.total for deal in waiting)))


@dataclass
class World:
    """Everything; `now` in minutes."""

    on_hand: dict[int, int] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    buys: list[Buy] = field(default_factory=list)
    now: int = 0
    captured: int = 0
    owed: int = 0
    settled: int = 0

    @property
    def deals(self) -> list[Deal]:
        """All orders."""
        return [deal for buy in self.buys for deal in buy.deals]

    def fits(self, wanted: dict[int, int]) -> bool:
        """Whether so much can be promised."""
        return all(self.on_hand[sku] - self.held[sku] >= pieces for sku, pieces in wanted.items())

    def place(self, buy: Buy) -> None:
        """A purchase was placed."""
        for deal in buy.deals:
            for sku, pieces in deal.wanted.items():
                self.held[sku] += pieces
        self.buys.append(buy)
        buy.visit()

    def pay(self, buy: Buy, visit: Visit | None, amount: int) -> None:
        """Money came for a visit (or by transfer): whole orders that wait are paid in turn, the rest is owed back."""
        self.captured += amount
        left = amount
        for deal in visit.deals if visit else buy.deals:
            if deal.waits and deal.total <= left:
                left -= deal.total
                self._paid(deal)
        self.owed += left
        if visit:
            visit.open = False
        for other in buy.visits:
            if other.open and any(not deal.waits for deal in other.deals):
                other.open = False
                buy.visit()

    @staticmethod
    def _paid(deal: Deal) -> None:
        deal.paid = True
        if deal.status == "awaiting_payment":
            deal.status = deal.first

    def close(self, buy: Buy, deal: Deal, status: str) -> None:
        """Cancelled, declined, expired: stock is free, its parcels are called off, its money goes back, its visit is closed."""
        for sku, pieces in deal.wanted.items():
            self.held[sku] -= pieces
        for box in deal.boxes:
            box.status = "called_off"
        self._give_back(deal, deal.total if deal.paid else 0)
        waited, deal.status = deal.waits, status
        if waited and any(visit.open for visit in buy.visits):
            for visit in buy.visits:
                visit.open = False
            buy.visit()

    def _give_back(self, deal: Deal, amount: int) -> None:
        deal.back += amount
        self.owed += amount

    def hand_over(self, deal: Deal, box: Box) -> None:
        """Goods leave the house."""
        box.status = "handed_over"
        for sku, pieces in box.pieces.items():
            self.on_hand[sku] -= pieces
            self.held[sku] -= pieces
        deal.status = "partly_shipped" if any(other.status in IN_HOUSE for other in deal.boxes) else "shipped"

    def deliver(self, deal: Deal, box: Box) -> None:
        """Signed for; the courier brought the cash."""
        box.status = "delivered"
        if box.cash:
            self.captured += box.cash
            self._paid(deal)
            for other in deal.boxes:
                if other.status in ("refused", "returned"):
                    self._give_back(deal, other.worth)
        if deal.status != "completed" and not any(other.status in (*IN_HOUSE, "handed_over") for other in deal.boxes):
            self._arrive(deal)

    def _arrive(self, deal: Deal) -> None:
        deal.status, deal.confirm_by = "delivered", self.now + CONFIRM_AFTER

    def refuse(self, deal: Deal, box: Box) -> None:
        """Turned away at the door: its share goes back; with nothing else left the order ends."""
        box.status = "refused"
        if deal.status not in ("partly_shipped", "shipped"):
            return
        if deal.paid:
            self._give_back(deal, box.worth)
        others = {other.status for other in deal.boxes if other is not box} - {"refused", "returned"}
        if not others:
            deal.status = "ended"
        elif others == {"delivered"}:
            self._arrive(deal)

    def take_back(self, box: Box) -> None:
        """It lies on the shelf again."""
        box.status = "returned"
        for sku, pieces in box.pieces.items():
            self.on_hand[sku] += pieces

    def repay(self) -> None:
        """The bank paid back all that was owed; a shipped order without money is closed."""
        self.settled, self.owed = self.settled + self.owed, 0
        for deal in self.deals:
            if deal.paid and deal.back == deal.total and deal.status in ("shipped", "delivered", "completed"):
                deal.status = "ended"
