"""Counters for /metrics: operations by name and outcome, and how long they took."""

from prometheus_client import Counter, Histogram

_OPERATIONS = Counter("wangdan_operations", "Operations by name and outcome.", ["operation", "outcome"])
_SECONDS = Histogram(
    "wangdan_operation_seconds",
    "How long operations took, lock waits and commit included.",
    ["operation"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)


def count(operation: str, outcome: str, seconds: float) -> None:
    """Count one run of an operation."""
    _OPERATIONS.labels(operation, outcome).inc()
    _SECONDS.labels(operation).observe(seconds)
