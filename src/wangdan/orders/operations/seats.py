"""Whose move it is: the grant says which roles may, this says whether the actor sits at this order."""

from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotGranted
from wangdan.orders.models import Order
from wangdan.orders.queries.moves import sits


def require_seat(act: Act, order: Order, move: str) -> None:
    """Refuses with `kernel.not_granted` (403) when the actor sees the order but this move is another seat's."""
    if not sits(act.actor, order, move):
        raise NotGranted(operation=f"orders.{move}")
