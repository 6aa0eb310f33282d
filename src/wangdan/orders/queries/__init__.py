"""Reads of orders: lists, one order's page, its time line, its numbers explained, what is due, what must always hold."""

from wangdan.orders.queries import auditing
from wangdan.orders.queries.due import due_to_chase, due_to_confirm, due_to_expire
from wangdan.orders.queries.finding import Filters, counts, find
from wangdan.orders.queries.invariants import INVARIANTS
from wangdan.orders.queries.journal import entries
from wangdan.orders.queries.moves import moves, seats, sits
from wangdan.orders.queries.together import DAYS, bought_lately, lines_bought, together
from wangdan.orders.queries.viewing import OrderView, one, view, views

__all__ = [
    "DAYS",
    "INVARIANTS",
    "Filters",
    "OrderView",
    "auditing",
    "bought_lately",
    "counts",
    "due_to_chase",
    "due_to_confirm",
    "due_to_expire",
    "entries",
    "find",
    "lines_bought",
    "moves",
    "one",
    "seats",
    "sits",
    "together",
    "view",
    "views",
]
