"""What the clock does for warehouses: somebody is told what is running out."""

from wangdan.inventory import operations, queries
from wangdan.kernel.react import Sweep

SWEEPS = [Sweep("inventory.warn_low", due=queries.due_low, run=operations.warn_low, every=600, limit=100)]
