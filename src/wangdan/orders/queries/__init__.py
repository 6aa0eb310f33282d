"""Reads of orders: lists, one order's page, its time line, its numbers explained, what is due, what must always hold."""

from wangdan.orders.queries import auditing
from wangdan.orders.queries.conditions import FLAGS, PAYMENTS
from wangdan.orders.queries.customers import customers
from wangdan.orders.queries.due import due_to_chase, due_to_confirm, due_to_expire, old_files, waiting_for_shop
from wangdan.orders.queries.editing import Plan, office_of, plan
from wangdan.orders.queries.effects import Effect, effects
from wangdan.orders.queries.finding import NEWEST, Filters, counts, find, seen
from wangdan.orders.queries.invariants import INVARIANTS
from wangdan.orders.queries.journal import INSIDE, entries
from wangdan.orders.queries.lateness import neglected, over_at, patience
from wangdan.orders.queries.moves import moves, seats, sits
from wangdan.orders.queries.runs import rows_waiting, run, run_rows, runs
from wangdan.orders.queries.sales import Sold, sold_by_day
from wangdan.orders.queries.together import DAYS, bought_lately, lines_bought, together
from wangdan.orders.queries.viewing import OrderView, one, view, views
from wangdan.orders.queries.waiting import MOST_COUNTED, Wait, states_now, waits

__all__ = [
    "DAYS",
    "FLAGS",
    "INSIDE",
    "INVARIANTS",
    "MOST_COUNTED",
    "NEWEST",
    "PAYMENTS",
    "Effect",
    "Filters",
    "OrderView",
    "Plan",
    "Sold",
    "Wait",
    "auditing",
    "bought_lately",
    "counts",
    "customers",
    "due_to_chase",
    "due_to_confirm",
    "due_to_expire",
    "effects",
    "entries",
    "find",
    "lines_bought",
    "moves",
    "neglected",
    "office_of",
    "old_files",
    "one",
    "over_at",
    "patience",
    "plan",
    "rows_waiting",
    "run",
    "run_rows",
    "runs",
    "seats",
    "seen",
    "sits",
    "sold_by_day",
    "states_now",
    "together",
    "view",
    "views",
    "waiting_for_shop",
    "waits",
]
