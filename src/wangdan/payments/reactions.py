"""What the clock does for payments: ask where no answer came."""

from wangdan.kernel.react import Sweep
from wangdan.payments import operations, queries

SWEEPS = [
    Sweep("payments.ask", due=queries.due_to_ask, run=operations.ask, every=20, limit=500),
    Sweep("payments.ask_refund", due=queries.due_refunds, run=operations.ask_refund, every=30, limit=100),
]
