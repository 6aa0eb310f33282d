"""A whole replay: reads the data set, builds its world, and plays the deals with as many processes as the machine has cores."""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from django.db import connections

from wangdan.accounts.models import Person
from wangdan.site import world
from wangdan.site.replay import stage
from wangdan.site.replay.play import Company, Player, Tally
from wangdan.site.replay.records import SETS, Deal
from wangdan.site.replay.stage import Booth, Range, Ware

_BUNDLE = 40
"""Deals in one piece of work at least; all deals of a customer stay together and in order."""
_SHOPS = 8
NAMES = {"olist": "Olist 集市", "online-retail": "英伦礼品"}
Say = Callable[[str, int, int], None]


@dataclass
class Report:
    """What a replay did: counts, refusals, and how long building and playing took."""

    tally: Tally = field(default_factory=Tally)
    deals: int = 0
    built_seconds: float = 0.0
    played_seconds: float = 0.0
    busy_seconds: float = 0.0
    """Processor time of the playing processes, the database's not included: what a rate cannot say on a machine that others use too."""

    @property
    def rate(self) -> float:
        """Orders placed per second of playing."""
        return self.tally.counts["orders"] / self.played_seconds if self.played_seconds else 0.0


def ranges(of_set: str, deals: Iterable[Deal]) -> list[Range]:
    """What each shop must have: every ware that is asked for, with the pieces asked for in all."""
    goods: dict[str, dict[Ware, tuple[str, int]]] = {}
    for deal in deals:
        for item in deal.items:
            wares = goods.setdefault(item.shop, {})
            title, pieces = wares.get((item.article, item.price), (item.title, 0))
            wares[item.article, item.price] = (title, pieces + (0 if deal.takes_back else item.pieces))
    shops = []
    for key, wares in goods.items():
        name = f"{NAMES[of_set]} {key}".strip()
        shops.append(Range(key, name, stage.username(of_set, f"k{key}"), wares, warehouses=1 if key else 2))
    return sorted(shops, key=lambda each: -len(each.goods))


def bundles(deals: Sequence[Deal]) -> list[list[tuple[int, Deal]]]:
    """The deals in pieces of work, the heaviest first; one customer's deals are never in two."""
    by_customer: dict[str, list[tuple[int, Deal]]] = {}
    for at, deal in enumerate(deals):
        by_customer.setdefault(deal.customer, []).append((at, deal))
    found: list[list[tuple[int, Deal]]] = [[]]
    for own in sorted(by_customer.values(), key=len, reverse=True):
        if len(found[-1]) >= _BUNDLE:
            found.append([])
        found[-1].extend(own)
    return sorted((each for each in found if each), key=lambda some: -sum(len(deal.items) + 5 for _, deal in some))


@dataclass
class _Shared:
    """What the processes inherit from the one that made them."""

    company: Company | None = None


_shared = _Shared()


def _play(some: list[tuple[int, Deal]]) -> Tally:
    assert _shared.company is not None
    return Player(_shared.company, some).play()


def _raise(some: Sequence[Range]) -> list[Booth]:
    return [stage.raise_shop(each) for each in some]


def _pool(workers: int) -> ProcessPoolExecutor:
    """Processes that begin as copies of this one; no connection is shared, so ours are closed before."""
    connections.close_all()
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"))


def _build(of_set: str, deals: Sequence[Deal], workers: int, say: Say) -> Company:
    world.ground()
    shops = ranges(of_set, deals)
    names = {deal.customer: stage.username(of_set, deal.customer) for deal in deals}
    known = set(Person.objects.filter(username__in=[*names.values(), *(each.keeper for each in shops)]).values_list("username", flat=True))
    stage.take_over({*names.values(), *(each.keeper for each in shops)} - known)
    cashier = stage.finance(of_set)
    stage.category()
    booths: dict[str, Booth] = {}
    with _pool(workers) as pool:
        work = [pool.submit(_raise, some) for some in stage.several(shops, _SHOPS)]
        for done in as_completed(work):
            booths |= {booth.key: booth for booth in done.result()}
            say("building the shops", len(booths), len(shops))
    people = stage.customers(names.values())
    return Company(of_set, booths, {customer: people[name] for customer, name in names.items()}, cashier)


def replay(of_set: str, folder: Path, *, limit: int | None = None, workers: int = 0, say: Say = lambda *_: None) -> Report:
    """Play the data set in `folder`; `say(what, done, of)` tells how far it is.

    Customers are played side by side, each one's deals in the order of time. Refuses with RecordsError for a folder that lacks a file.
    """
    workers, report, began = workers or os.cpu_count() or 1, Report(), time.monotonic()
    deals = list(SETS[of_set](folder, limit))
    _shared.company = _build(of_set, deals, workers, say)
    report.deals, report.built_seconds = len(deals), time.monotonic() - began
    began, played, busy = time.monotonic(), 0, _children()
    with _pool(workers) as pool:
        work = {pool.submit(_play, some): len(some) for some in bundles(deals)}
        for done in as_completed(work):
            report.tally.add(done.result())
            played += work[done]
            say("playing the deals", played, len(deals))
    report.played_seconds, report.busy_seconds = time.monotonic() - began, _children() - busy
    return report


def _children() -> float:
    """Processor time of all processes that we started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
