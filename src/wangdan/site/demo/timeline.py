"""A past in the order of time: stories that go on at their moment with the clock moved back."""

import heapq
import itertools
from collections.abc import Generator
from datetime import datetime, timedelta
from random import Random

from wangdan.kernel import clock

Story = Generator[datetime, None, None]
"""Each yield is the moment at which it goes on."""


class Timeline:
    """What is still to happen, the next first, and the dice of those who tell it."""

    def __init__(self, dice: Random) -> None:
        """Nothing is to happen yet."""
        self.dice = dice
        self._queue: list[tuple[datetime, int, Story]] = []
        self._serial = itertools.count()

    def begin(self, moment: datetime, story: Story) -> None:
        """Let a story begin at a moment."""
        heapq.heappush(self._queue, (moment, next(self._serial), story))

    @property
    def first(self) -> datetime:
        """When the first story begins."""
        return self._queue[0][0]

    def run(self, until: datetime) -> None:
        """Let everything happen up to a moment."""
        while self._queue and self._queue[0][0] <= until:
            moment, _, story = heapq.heappop(self._queue)
            with clock.at(moment):
                after = next(story, None)
            if after is not None:
                self.begin(max(after, moment), story)

    def soon(self, low: float, high: float) -> datetime:
        """A moment between so many hours from now."""
        return clock.now() + timedelta(hours=self.dice.uniform(low, high))
