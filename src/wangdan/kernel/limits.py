"""Limits of the kernel's own work. Plain Python."""

from datetime import timedelta

from wangdan.kernel.option import Option

KEEP_KEYS = timedelta(hours=72)
"""How long an idempotency key is remembered; after that nobody knows what was done with it."""
MOST_REPLAYED = Option("kernel.most_replayed", default=20_000, low=1, high=1_000_000, text="重放日志一次最多多少条事实")
SWEEPS_LIKE = ("sweep:%", "jobs:%")
"""Names of tasks that the clock brings again by itself: retrying one is pointless."""
LONGEST_TROUBLE = 300
