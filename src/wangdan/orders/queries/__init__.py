"""Reads of orders: lists, one order's page, its time line, its numbers explained, what is due, what must always hold."""

from wangdan.orders.queries.due import due_to_confirm, due_to_expire
from wangdan.orders.queries.finding import Filters, counts, find
from wangdan.orders.queries.invariants import INVARIANTS
from wangdan.orders.queries.journal import entries
from wangdan.orders.queries.moves import moves, seats, sits
from wangdan.orders.queries.viewing import OrderView, one, view, views
from wangdan.orders.queries.waiting import MOST_COUNTED, Wait, states_now, waits

__all__ = [
    "INVARIANTS",
    "MOST_COUNTED",
    "Filters",
    "OrderView",
    "Wait",
    "counts",
    "due_to_confirm",
    "due_to_expire",
    "entries",
    "find",
    "moves",
    "one",
    "seats",
    "sits",
    "states_now",
    "view",
    "views",
    "waits",
]
