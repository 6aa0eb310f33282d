"""Writes of the checkout: the cart, and the placing."""

from wangdan.checkout.operations.carts import add, add_again, change, choose, clear_gone, merge, remove
from wangdan.checkout.operations.ordering import place_for
from wangdan.checkout.operations.placing import Placed, place, quote

__all__ = ["Placed", "add", "add_again", "change", "choose", "clear_gone", "merge", "place", "place_for", "quote", "remove"]
