"""Small plots as SVG, drawn on the server: steps of a price, bars of pieces per day; the table beside them says the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

WIDTH, HEIGHT, EDGE = 600, 120, 8


@dataclass(frozen=True)
class Bar:
    """One bar: where it stands, how high, and what it says."""

    x: float
    y: float
    width: float
    height: float
    day: date
    value: int


def steps(changes: Sequence[tuple[datetime, int]], until: datetime) -> str:
    """The points of a line that keeps each value until the next, oldest first; "" for fewer than one."""
    if not changes:
        return ""
    first, span = changes[0][0], max((until - changes[0][0]).total_seconds(), 1)
    top, low = max(value for _at, value in changes), min(value for _at, value in changes)
    points, before = [], None
    for at, value in [*changes, (until, changes[-1][1])]:
        x = EDGE + (WIDTH - 2 * EDGE) * (at - first).total_seconds() / span
        y = HEIGHT / 2 if top == low else EDGE + (HEIGHT - 2 * EDGE) * (top - value) / (top - low)
        points += [f"{x:.1f},{before:.1f}"] if before is not None else []
        points.append(f"{x:.1f},{y:.1f}")
        before = y
    return " ".join(points)


def bars(by_day: dict[date, int], today: date, days: int) -> list[Bar]:
    """A bar for each of the last days, oldest first; a day without any stands at nought."""
    top, room = max([*by_day.values(), 1]), (WIDTH - 2 * EDGE) / days
    made = []
    for at in range(days):
        day = today - timedelta(days=days - 1 - at)
        value = by_day.get(day, 0)
        height = (HEIGHT - 2 * EDGE) * value / top
        made.append(Bar(round(EDGE + at * room, 1), round(HEIGHT - EDGE - height, 1), round(room * 0.7, 1), round(height, 1), day, value))
    return made
