"""Draws a life as SVG: the longest way down the middle, other ends beside it, shortcuts along the left."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from wangdan.desks import states
from wangdan.kernel.machine import Machine

_WIDE, _BOX, _TALL, _ROW, _TOP = 360, 132, 34, 64, 30
_MIDDLE, _SIDE, _LANE = 150, 296, 13
"""x of the middle column's centre and of the side column's; pixels between two shortcuts."""


@dataclass(frozen=True)
class Box:
    """A state on the drawing: the centre of its box, and its width."""

    x: float
    y: float
    wide: float

    @property
    def left(self) -> float:
        """X of its left edge."""
        return self.x - self.wide / 2

    @property
    def right(self) -> float:
        """X of its right edge."""
        return self.x + self.wide / 2


def _next(life: Machine) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {state: [] for state in life.states}
    for (_, source), target in life.table.items():
        if target != source and target not in found[source]:
            found[source].append(target)
    return found


def backbone(life: Machine) -> list[str]:
    """The longest way from the start without meeting a state twice."""
    onward = _next(life)

    def longest(state: str, seen: frozenset[str]) -> list[str]:
        ways = [longest(each, seen | {each}) for each in onward[state] if each not in seen]
        return [state, *max(ways, key=len, default=[])]

    return longest(life.start, frozenset({life.start}))


def _boxes(life: Machine, line: list[str]) -> dict[str, Box]:
    """Where each state stands: the line below one another, the others beside the last state that leads to them."""
    placed = {state: Box(_MIDDLE, _TOP + at * _ROW + _TALL / 2, _BOX) for at, state in enumerate(line)}
    taken: set[float] = set()
    for state in life.states:
        if state in placed:
            continue
        rows = [placed[source].y for (_, source), target in life.table.items() if target == state and source in placed]
        y = (sum(rows) / len(rows) if rows else _TOP) + _ROW / 2
        while any(abs(y - other) < _TALL + 8 for other in taken):
            y += _TALL + 8
        taken.add(y)
        placed[state] = Box(_SIDE, y, 104)
    return placed


def _lanes(spans: list[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Shortcuts in lanes, the short ones nearest, so that none lies on another."""
    lanes: dict[tuple[int, int], int] = {}
    for span in sorted(spans, key=lambda each: (each[1] - each[0], each)):
        busy = {lanes[other] for other in lanes if other[0] < span[1] and span[0] < other[1]}
        lanes[span] = next(lane for lane in range(len(spans)) if lane not in busy)
    return lanes


def _arrow(points: str, x: float, y: float, towards: str) -> SafeString:
    heads = {"down": f"M{x} {y}l-4-7h8z", "right": f"M{x} {y}l-7-4v8z", "left": f"M{x} {y}l7-4v8z"}
    return format_html('<path d="{}"/><path class="head" d="{}"/>', points, heads[towards])


def _shortcut(a: Box, b: Box, lane: int) -> SafeString:
    """A way along the left, down or back up."""
    x, way = a.left - 14 - _LANE * lane, 1 if b.y > a.y else -1
    leave, enter = a.y + 9 * way, b.y - 9 * way
    out = f"M{a.left} {leave}H{x + 6}Q{x} {leave} {x} {leave + 6 * way}V{enter - 6 * way}Q{x} {enter} {x + 6} {enter}H{b.left - 6}"
    return _arrow(out, b.left, enter, "right")


def _aside(a: Box, b: Box) -> SafeString:
    """A way to a state beside the line, or from there back."""
    out, into = (a.right, b.left) if b.x > a.x else (a.left, b.right)
    bend = 24 if b.x > a.x else -24
    return _arrow(f"M{out} {a.y}C{out + bend} {a.y} {into - bend} {b.y} {into} {b.y}", into, b.y, "right" if b.x > a.x else "left")


def _ways(life: Machine, line: list[str], boxes: Mapping[str, Box], said: Mapping[tuple[str, str], str]) -> list[SafeString]:
    """Every way as an arrow, each pair of states once; the ones straight down carry what is said of them."""
    at, pairs = {state: row for row, state in enumerate(line)}, dict.fromkeys((source, target) for (_, source), target in life.table.items())
    spans = {(a, b): (min(at[a], at[b]), max(at[a], at[b])) for a, b in pairs if a != b and a in at and b in at and at[b] - at[a] != 1}
    lanes, drawn = _lanes(list(dict.fromkeys(spans.values()))), []
    for source, target in pairs:
        a, b = boxes[source], boxes[target]
        if source == target:
            drawn.append(_arrow(f"M{a.right} {a.y - 8}h14v16h-8", a.right, a.y + 8, "left"))
        elif (source, target) in spans:
            drawn.append(_shortcut(a, b, lanes[spans[source, target]]))
        elif source in at and target in at:
            drawn.append(_arrow(f"M{a.x} {a.y + _TALL / 2}V{b.y - _TALL / 2 - 6}", b.x, b.y - _TALL / 2, "down"))
            drawn.append(format_html('<text class="said" x="{}" y="{}">{}</text>', a.x + 8, (a.y + b.y) / 2 + 4, said.get((source, target), "")))
        else:
            drawn.append(_aside(a, b))
    return drawn


def _start(box: Box) -> tuple[float, float, float, float]:
    """The dot above a state that a life may begin in, and where its line to the box begins."""
    x, y = box.x - 44, box.y - _TALL / 2 - 12
    return x, y, x, y + 4


def life(machine: Machine, kind: str, *, count: Callable[[str], str], said: Mapping[tuple[str, str], str], title: str) -> SafeString:
    """The life of one kind of thing: `count(state)` stands beside the state's word (empty for none), `said` beside the way (from, to)."""
    line = backbone(machine)
    boxes = _boxes(machine, line)
    tall = max(box.y for box in boxes.values()) + _TALL
    ways = format_html_join("", "{}", ((each,) for each in _ways(machine, line, boxes, said)))
    starts = format_html_join(
        "", '<circle class="start" cx="{}" cy="{}" r="4"/><path d="M{} {}v8"/>', (_start(boxes[state]) for state in machine.starts)
    )
    drawn = format_html_join("", "{}", ((_box(kind, state, boxes[state], count(state)),) for state in machine.states))
    head = '<svg class="wd-flow" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>'
    return format_html(head, _WIDE, round(tall), title, ways, starts, drawn)


def _box(kind: str, state: str, box: Box, count: str) -> SafeString:
    return format_html(
        '<g data-state="{}"><rect x="{}" y="{}" width="{}" height="{}" rx="8"/><text x="{}" y="{}">{}{}</text></g>',
        states.colour(kind, state),
        box.left,
        box.y - _TALL / 2,
        box.wide,
        _TALL,
        box.x,
        box.y + 5,
        states.word(kind, state),
        format_html(' <tspan class="count">{}</tspan>', count) if count else "",
    )
