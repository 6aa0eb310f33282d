"""A market, a buyer who can be reached, and a running sandbox for messages."""

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.running import Running
from wangdan.checkout.tests.market import Buyer, Market, buyer, market
from wangdan.kernel import guards
from wangdan.notices.tests.post import Post

PHONE, MAIL = "+8613800006021", "chen@example.com"


@pytest.fixture(scope="session")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The outside world as a process."""
    running = Running(tmp_path_factory.mktemp("outside")).start()
    yield running
    running.stop()


@pytest.fixture
def post(outside: Running, settings: Any, transactional_db: None) -> Post:
    """The post against a sandbox that has no faults and takes every id anew."""
    outside.fault("messages", "none")
    settings.WANGDAN_SANDBOX_URL, settings.WANGDAN_SANDBOX_SECRET = outside.url, outside.secret
    return Post(outside)


@pytest.fixture
def shop(transactional_db: None) -> Market:
    """A market."""
    return market()


@pytest.fixture
def one(transactional_db: None) -> Buyer:
    """A buyer with a proved phone and mail address."""
    made = buyer()
    with guards.exempt("tests arrange proved contacts"):
        made.person.phone, made.person.email = PHONE, MAIL
        made.person.save()
    return made
