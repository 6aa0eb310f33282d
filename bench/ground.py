"""The ground a bench runs on: a database of its own with safe settings, thrown away afterwards, and the limit that it sets."""

import contextlib
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import django
import psycopg
from django.core.management import call_command
from django.db import connections
from rich.table import Table

from wangdan.site.embedded import Cluster

Act = Callable[[int, int], None]
"""One piece of work: (client, how many before it)."""


@contextlib.contextmanager
def system() -> Iterator[str]:
    """A migrated, empty system; nothing of it is left behind. Every commit is on the disk, as in production."""
    folder = Path(tempfile.mkdtemp(prefix="wangdan-bench-"))
    cluster = Cluster(folder / "var").start()
    try:
        os.environ |= {"DATABASE_URL": cluster.url(), "WANGDAN_DATA": str(folder / "files"), "DJANGO_SETTINGS_MODULE": "wangdan.site.settings"}
        os.environ |= {"WANGDAN_SANDBOX_SECRET": "bench", "WANGDAN_SANDBOX_URL": "http://127.0.0.1:9", "WANGDAN_SECRET_KEY": "bench"}
        django.setup()
        call_command("migrate", verbosity=0)
        yield cluster.url()
    finally:
        with contextlib.suppress(Exception):
            connections.close_all()
        cluster.remove()
        shutil.rmtree(folder, ignore_errors=True)


def _work(act: Act, client: int, seconds: float) -> float:
    """One client's rate: work until the time is over."""
    act(client, 0)
    began, done = time.perf_counter(), 0
    while (spent := time.perf_counter() - began) < seconds:
        done += 1
        act(client, done)
    return done / spent


def rate(act: Act, clients: int, seconds: float) -> float:
    """How often a second so many clients, each a process with a connection of its own, do it together."""
    connections.close_all()
    with multiprocessing.get_context("fork").Pool(clients) as pool:
        return sum(pool.starmap(_work, [(act, client, seconds) for client in range(clients)]))


class Bare:
    """The physical limit: one row of about a journal entry's size, one commit, no framework in between."""

    def __init__(self, url: str) -> None:
        """Make the table."""
        self.url = url
        self.connection: psycopg.Connection | None = None
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, text text)")

    def __call__(self, _client: int, _done: int) -> None:
        """One committed insert."""
        if self.connection is None:
            self.connection = psycopg.connect(self.url, autocommit=True)
        self.connection.execute("INSERT INTO bench_bare (text) VALUES (%s)", ["x" * 400])


def ratios(measured: Iterable[tuple[str, float, float]], unit: str, limit: str, title: str) -> Table:
    """What was measured, each rate beside its limit's, as a table of ratios."""
    table = Table("what", f"costs so many {unit}", limit, title=f"{title}; the limit is measured before and after")
    for what, ours, theirs in measured:
        table.add_row(what, f"{theirs / ours:.1f}", f"{100 * ours / theirs:.2f} %")
    return table
