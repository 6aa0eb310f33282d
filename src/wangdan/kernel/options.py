"""Business options: limits that the texts leave open, each with a default, bounds and a history."""

import threading
import time
from typing import Any

from wangdan.kernel.models import OptionValue
from wangdan.kernel.option import Option

_FRESH_SECONDS = 5.0


class _Cache:
    """The changed options, read at most every five seconds per process."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._until = 0.0
        self._lock = threading.Lock()

    def read(self) -> dict[str, Any]:
        """All changed values."""
        if time.monotonic() >= self._until:
            values = dict(OptionValue.objects.values_list("name", "value"))
            with self._lock:
                self._values, self._until = values, time.monotonic() + _FRESH_SECONDS
        return self._values

    def forget(self) -> None:
        """Read anew next time."""
        self._until = 0.0


_cache = _Cache()


def value(option: Option) -> Any:
    """The present value of the option: what an administrator set, else the default."""
    return _cache.read().get(option.name, option.default)


def forget() -> None:
    """Drop this process's copy of the options after a change."""
    _cache.forget()


__all__ = ["Option", "forget", "value"]
