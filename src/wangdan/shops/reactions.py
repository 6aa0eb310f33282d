"""What the clock does for shops: the papers of each are looked at again every six months, those of nobody are erased."""

from wangdan.kernel.react import Sweep
from wangdan.shops import operations, queries

SWEEPS = [
    Sweep("shops.fall_due", due=queries.due_to_fall_due, run=operations.fall_due, every=3600),
    Sweep("shops.erase_papers", due=queries.due_to_erase_papers, run=operations.erase_papers, every=3600),
    Sweep("shops.lapse", due=queries.due_to_lapse, run=operations.lapse, every=3600),
]
