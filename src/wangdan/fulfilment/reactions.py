"""What parcels do when goods change their bin, and what the clock does for them: ask where no carrier said anything."""

from wangdan.fulfilment import operations, queries
from wangdan.inventory.facts import GoodsMoved
from wangdan.kernel.react import Sweep

NOW = {("warehouses", GoodsMoved): operations.follow_bin}
SWEEPS = [
    Sweep("fulfilment.ask", due=queries.due_to_ask, run=operations.ask, every=60, limit=200),
    Sweep("fulfilment.call_back", due=queries.due_to_call_back, run=operations.call_back, every=600),
]
