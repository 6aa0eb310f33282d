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

Buyers = list[tuple[Person, Address]]
_ROUND = timedelta(hours=3)


def live(world: World, plans: Iterable[Plan], buyers: Buyers, shelves: list[Shelf], times: tuple[datetime, Random, bool]) -> None:
    """Let everything happen that is planned, up to a moment; with the last of `times` hands and clerk have processes of their own.

    Orders that wait for their money are placed at the very end, minutes before the present one, however long all else took.
    """
    until, dice, beside = times
    planned = list(plans)
    timeline = Timeline(dice)
    clerk = ClerkBeside() if beside else Clerk()
    hands = HandsBeside() if beside else Hands(timeline)
    buying = Buying(world, timeline, hands)
    buying.meet(buyers, shelves)
    buying.plan([plan for plan in planned if plan.stop != "unpaid"], until)

    def rounds() -> Story:
        while True:
            clerk.work()
            yield clock.now() + _ROUND

    timeline.begin(timeline.first, rounds())
    timeline.run(until)
    hands.finish(until)
    now = clock.now()
    buying.plan([plan for plan in planned if plan.stop == "unpaid"], now)
    timeline.run(now)
    clerk.finish()
