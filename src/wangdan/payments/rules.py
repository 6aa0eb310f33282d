"""Statuses of parts, attempts and refunds, and what a captured amount is applied to. Plain sums, no clock, no database."""

from collections.abc import Sequence
from dataclasses import dataclass

from wangdan.kernel.machine import Machine

METHODS = ("sandbox", "bank_transfer", "cod")
"""How a payment can be made; each has a file in gateways/."""

PART_STATES = ("expected", "captured", "partly_refunded", "refunded", "let_go")
LIFE = Machine(
    "payments",
    start="open",
    moves=[
        ("capture", ("open", "failed", "closed"), "captured"),
        ("fail", "open", "failed"),
        ("close", "open", "closed"),
    ],
)
"""The life of an attempt. Money that comes late still counts: a failed or closed attempt can be captured."""
REFUND_LIFE = Machine(
    "payments",
    start="intended",
    moves=[
        ("settle_refund", ("intended", "unknown", "failed"), "done"),
        ("doubt_refund", ("intended", "unknown"), "unknown"),
        ("fail_refund", ("intended", "unknown"), "failed"),
        ("retry_refund", "failed", "intended"),
    ],
)
"""The life of a refund. `unknown` is asked again with the same number; `failed` waits for finance, the money stays owed."""

ASK_AFTER_SECONDS = 20
"""An open attempt older than this is asked about at the gateway: the notify may be lost."""
ASK_EVERY_SECONDS = 30
ATTEMPTS_LIMIT = 20
"""Attempts opened by themselves for one payment after failures."""
AMOUNT_LIMIT = 10**12
"""Minor units; nobody pays ten billion."""


@dataclass(frozen=True)
class Share:
    """What one part asks for: its ref, its amount in minor units, and whether it still waits for money."""

    ref: str
    amount: int
    waits: bool


@dataclass(frozen=True)
class Said:
    """What a gateway says about an attempt or a refund; amounts in minor units. `event`: paid, failed, closed, open, refunded, refused."""

    event: str
    no: str
    amount: int = 0
    currency: str = ""
    payee: str = ""
    gateway_no: str = ""
    text: str = ""


def part_status(amount: int, captured: int, refunded: int, *, let_go: bool = False) -> str:
    """The status that the sums of a part make: nothing is told twice."""
    if let_go:
        return "let_go"
    if captured < amount or (amount == 0 and captured < 0):
        return "expected"
    if refunded == 0:
        return "captured"
    return "refunded" if refunded >= captured else "partly_refunded"


def apply(amount: int, shares: Sequence[Share]) -> tuple[list[str], int]:
    """Which parts a captured amount pays, and what is left over to be refunded.

    A part is paid wholly or not at all; parts that wait no more (let go, or paid by another attempt) get nothing.
    """
    paid, left = [], amount
    for share in shares:
        if share.waits and share.amount <= left:
            paid.append(share.ref)
            left -= share.amount
    return paid, left


def mismatch(said: Said, *, amount: int, currency: str, payee: str) -> list[str]:
    """The fields in which a genuine message differs from our own row; empty when all agree."""
    wanted = {"amount": (said.amount, amount), "currency": (said.currency, currency), "payee": (said.payee, payee)}
    return [name for name, (told, ours) in wanted.items() if told != ours]
