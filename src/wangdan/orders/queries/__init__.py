"""Reads of orders: lists, one order's page, its time line, its numbers explained, what is due, what must always hold."""

from wangdan.orders.queries.customers import customers
from wangdan.orders.queries.due import due_to_confirm, due_to_expire
from wangdan.orders.queries.finding import Filters, counts, find
from wangdan.orders.queries.invariants import INVARIANTS
from wangdan.orders.queries.journal import entries
from wangdan.orders.queries.lateness import due_to_chase, over_at, patience
from wangdan.orders.queries.moves import moves, seats, sits
from wangdan.orders.queries.sales import Sold, sold_by_day
from wangdan.orders.queries.viewing import OrderView, one, view, views

__all__ = [
    "INVARIANTS",
    "Filters",
    "OrderView",
    "Sold",
    "counts",
    "customers",
    "due_to_chase",
    "due_to_confirm",
    "due_to_expire",
    "entries",
    "find",
    "moves",
    "one",
    "over_at",
    "patience",
    "seats",
    "sits",
    "sold_by_day",
    "view",
    "views",
]
