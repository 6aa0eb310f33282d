"""What the clock does for the kernel: old idempotency keys go."""

from wangdan.kernel import operations
from wangdan.kernel.react import Sweep

SWEEPS = [Sweep("kernel.forget_keys", due=lambda _limit: [0], run=operations.forget_keys, every=3600)]
