"""Writes of the checkout: the cart, and the placing."""

from wangdan.checkout.operations.carts import add, add_again, change, choose, clear_gone, merge, remove
from wangdan.checkout.operations.placing import Placed, place, quote

__all__ = ["Placed", "add", "add_again", "change", "choose", "clear_gone", "merge", "place", "quote", "remove"]
