"""A running sandbox and a shop that listens, for every test of the outside world."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.running import Running
from sandbox.tests.shop import SECRET, Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Somebody who listens."""
    found = Shop(SECRET)
    yield found
    found.close()


@pytest.fixture
def box(tmp_path: Path, shop: Shop) -> Iterator[Running]:
    """A running sandbox."""
    running = Running(tmp_path, secret=SECRET, shop_url=shop.url).start()
    yield running
    running.stop()
