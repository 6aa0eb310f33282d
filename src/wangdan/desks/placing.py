"""Placing for every desk: the payment password when points are spent, and another try when the warehouse that was chosen ran dry in between."""

from typing import Any

from wangdan.accounts import operations as accounts
from wangdan.accounts.operations import Proof, Secret
from wangdan.checkout import operations
from wangdan.checkout.rules import Asked
from wangdan.inventory import queries as inventory
from wangdan.kernel import options
from wangdan.kernel.act import Call
from wangdan.kernel.errors import Malformed, Refused
from wangdan.promotions.rules.offers import PASSWORD_FOR_POINTS

_TRIES = 4


def place(call: Call, *, asked: Asked, expected_total: int, device: str = "", secret: Secret | None = None) -> Any:
    """`checkout.place`, again while the stock as a whole suffices; refusals as there.

    `secret` is the payment password as typed, needed when points are spent; a wrong one is counted whatever becomes of the order, and refused (422)
    with `accounts.payment_password_wrong` (left).
    """
    proof = _proved(call, secret) if asked.points and options.value(PASSWORD_FOR_POINTS) else None
    for _ in range(_TRIES - 1):
        try:
            return operations.place(call, asked=asked, expected_total=expected_total, device=device, proof=proof)
        except Refused as problem:
            if problem.code != "inventory.cannot_hold" or not _lies_elsewhere(problem.detail.get("skus", [])):
                raise
    return operations.place(call, asked=asked, expected_total=expected_total, device=device, proof=proof)


def _proved(call: Call, secret: Secret | None) -> Proof | None:
    """The proof of the payment password, in a transaction of its own so that a wrong try stays counted."""
    shown = accounts.show_payment_password(Call(call.actor), given=secret or Secret(""))
    if shown.problem:
        raise Malformed(shown.problem, left=shown.left)
    return shown.proof


def _lies_elsewhere(short: list[dict[str, Any]]) -> bool:
    """Whether all warehouses together still have what was short."""
    free = inventory.available([entry["sku"] for entry in short])
    return bool(short) and all(free.get(entry["sku"], 0) >= entry["wanted"] for entry in short)
