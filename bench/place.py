"""`wangdan bench place`: purchases through the door, beside the bare committed inserts that the same machine does in the same minute."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from rich.table import Table

from bench.ground import Act, Bare, rate, ratios
from wangdan.accounts import operations as accounts
from wangdan.checkout.operations import Placed
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks import placing
from wangdan.kernel.act import Call
from wangdan.site import world
from wangdan.site.replay import stage
from wangdan.site.replay.stage import Booth, Customer, Range

SKUS = 200


def _market(clients: int) -> tuple[Booth, list[Customer]]:
    """A shop with many goods and more pieces than anybody will buy, and a buyer per client."""
    world.ground()
    names = [f"bench-{at}" for at in range(clients)]
    stage.take_over([*names, "bench-keeper"])
    goods = {(f"G{at}", 1000 + at): (f"商品 {at}", 1_000_000) for at in range(SKUS)}
    booth = stage.raise_shop(Range("bench", "压测店", "bench-keeper", goods))
    people = stage.customers(names)
    return booth, [people[name] for name in names]


@dataclass(frozen=True)
class Placing:
    """One purchase of so many lines, quoted and placed with a key of its own, as the API does it; `hot`: all buy the same goods."""

    booth: Booth
    people: list[Customer]
    lines: int
    hot: bool = False

    def __call__(self, client: int, done: int) -> None:
        """Buy."""
        skus, buyer = list(self.booth.skus.values()), self.people[client]
        first = 0 if self.hot else (client * 37 + done * self.lines) % (len(skus) - self.lines)
        asked = Asked(tuple(Wish(sku, 1) for sku in skus[first : first + self.lines]), buyer.address, payment_method="sandbox")
        total = prepare(buyer.actor, asked).total
        placing.place(Call(buyer.actor, secrets.token_urlsafe(12), _number), asked=asked, expected_total=total)


def _number(placed: Placed) -> str:
    return placed.purchase.no


@dataclass(frozen=True)
class Renaming:
    """The door with next to nothing behind it."""

    people: list[Customer]

    def __call__(self, client: int, done: int) -> None:
        """Change one's own name."""
        accounts.change_profile(Call(self.people[client].actor, secrets.token_urlsafe(12)), name=f"买家 {done}")


def report(url: str, *, clients: int, seconds: float, **_: object) -> Table:
    """The ratios as a table."""
    return ratios(measure(url, clients, seconds), "bare commits", "of the limit", f"{clients} clients, {seconds:g} s each")


def measure(url: str, clients: int, seconds: float) -> Iterator[tuple[str, float, float]]:
    """What was done, its rate, and the limit measured right before and after it."""
    booth, people = _market(clients)
    cases: tuple[tuple[str, Act], ...] = (
        ("a keyed operation on one row (accounts.change_profile)", Renaming(people)),
        ("a purchase of one line", Placing(booth, people, 1)),
        ("a purchase of ten lines", Placing(booth, people, 10)),
        ("a purchase of one line, all of the same goods", Placing(booth, people, 1, hot=True)),
    )
    limit = rate(Bare(url), clients, seconds)
    for name, act in cases:
        ours = rate(act, clients, seconds)
        after = rate(Bare(url), clients, seconds)
        yield name, ours, (limit + after) / 2
        limit = after
