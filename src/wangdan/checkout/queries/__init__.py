"""Reads of the checkout: carts, quotes."""

from wangdan.checkout.queries.carts import CartLineView, CartShop, CartView, cart, digest, goods_of, pieces_in_cart, price_cart
from wangdan.checkout.queries.choosing import CouponChoice, PointsChoice, coupon_choices, document, points_choice
from wangdan.checkout.queries.quotes import Quote, QuotedLine, QuotedOrder, prepare, why_not_cash

__all__ = [
    "CartLineView",
    "CartShop",
    "CartView",
    "CouponChoice",
    "PointsChoice",
    "Quote",
    "QuotedLine",
    "QuotedOrder",
    "cart",
    "coupon_choices",
    "digest",
    "document",
    "goods_of",
    "pieces_in_cart",
    "points_choice",
    "prepare",
    "price_cart",
    "why_not_cash",
]
