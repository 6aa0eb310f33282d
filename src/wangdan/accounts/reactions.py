"""What the clock does for accounts: old codes, counts and tokens go."""

from wangdan.accounts import operations
from wangdan.kernel.react import Sweep

SWEEPS = [Sweep("accounts.sweep_traces", due=lambda _limit: [0], run=operations.sweep_traces, every=3600)]
