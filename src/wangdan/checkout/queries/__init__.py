"""Reads of the checkout: carts, quotes."""

from wangdan.checkout.queries.carts import CartLineView, CartShop, CartView, cart, digest, goods_of, pieces_in_cart
from wangdan.checkout.queries.quotes import Quote, QuotedLine, QuotedOrder, document, prepare, why_not_cash

__all__ = [
    "CartLineView",
    "CartShop",
    "CartView",
    "Quote",
    "QuotedLine",
    "QuotedOrder",
    "cart",
    "digest",
    "document",
    "goods_of",
    "pieces_in_cart",
    "prepare",
    "why_not_cash",
]
