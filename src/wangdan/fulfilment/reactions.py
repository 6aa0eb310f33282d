"""What the clock does for parcels: ask where no carrier said anything."""

from wangdan.fulfilment import operations, queries
from wangdan.kernel.react import Sweep

SWEEPS = [Sweep("fulfilment.ask", due=queries.due_to_ask, run=operations.ask, every=60, limit=200)]
