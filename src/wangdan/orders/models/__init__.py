"""Tables of orders: purchases, orders and lines; audits; edits and runs."""

from wangdan.orders.models.audits import Audit, Contact
from wangdan.orders.models.orders import Line, Order, Purchase
from wangdan.orders.models.runs import Change, Run, RunRow

__all__ = ["Audit", "Change", "Contact", "Line", "Order", "Purchase", "Run", "RunRow"]
