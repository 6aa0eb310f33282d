"""Many callers at the same instant, each on a connection of his own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection

from wangdan.kernel.errors import Problem


def at_once(calls: Sequence[Callable[[], Any]], *, width: int = 40) -> list[Any]:
    """Run the calls released by one barrier, at most `width` at a time; results or problems in the order of the calls.

    Anything that is not a problem said politely is raised: a deadlock or a timeout fails the test.
    """
    results: list[Any] = [None] * len(calls)
    bugs: list[BaseException] = []
    for start in range(0, len(calls), width):
        batch = range(start, min(start + width, len(calls)))
        barrier = threading.Barrier(len(batch))

        def run(at: int, barrier: threading.Barrier = barrier) -> None:
            try:
                barrier.wait(30)
                results[at] = calls[at]()
            except Problem as problem:
                results[at] = problem
            except BaseException as bug:  # noqa: BLE001 - shown by the test
                bugs.append(bug)
            finally:
                connection.close()

        threads = [threading.Thread(target=run, args=(at,)) for at in batch]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
    if bugs:
        raise bugs[0]
    return results
