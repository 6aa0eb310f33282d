"""Sixty days of orders, each step a real operation with the clock moved back: buyers, the hands that serve them, and the clerk."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from wangdan.accounts.models import Address, Person
from wangdan.kernel import clock
from wangdan.site.demo.beside import ClerkBeside, HandsBeside
from wangdan.site.demo.buying import Buying
from wangdan.site.demo.clerk import Clerk
from wangdan.site.demo.hands import Hands
from wangdan.site.demo.plans import Plan
from wangdan.site.demo.stock import Shelf
from wangdan.site.demo.timeline import Story, Timeline
from wangdan.site.world import World

_ROUND = timedelta(hours=3)


def live(
    world: World, plans: Iterable[Plan], buyers: list[tuple[Person, Address]], shelves: list[Shelf], times: tuple[datetime, Random, bool]
) -> None:
    """Let everything happen that is planned, up to a moment; with the last of `times` hands and clerk have processes of their own."""
    until, dice, beside = times
    timeline = Timeline(dice)
    clerk = ClerkBeside() if beside else Clerk()
    hands = HandsBeside() if beside else Hands(timeline)
    Buying(world, timeline, hands).plan(plans, buyers, shelves, until)

    def rounds() -> Story:
        while True:
            clerk.work()
            yield clock.now() + _ROUND

    timeline.begin(timeline.first, rounds())
    timeline.run(until)
    hands.finish(until)
    clerk.finish()
