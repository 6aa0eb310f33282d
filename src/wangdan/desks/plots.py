"""Plots as plain SVG, drawn on the server: they need no script and print well; every bar says its number, a table beside a line says its values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH, _HEIGHT, _EDGE = 600, 120, 8
_GAP = 0.25
"""Share of a bar's room that stays empty."""


@dataclass(frozen=True)
class Bar:
    """One value with what it is called and how its number reads."""

    label: str
    value: int
    text: str


def bars(given: Sequence[Bar], about: str) -> SafeString:
    """Bars from the first to the last; the highest fills the height, each tells its number when one points at it."""
    top = max((bar.value for bar in given), default=0) or 1
    room = _WIDTH / max(1, len(given))
    drawn = format_html_join(
        "",
        '<g><title>{}　{}</title><rect class="hit" x="{}" y="0" width="{}" height="{}"/><rect class="bar" x="{}" y="{}" width="{}" height="{}"/></g>',
        (
            (
                bar.label,
                bar.text,
                round(at * room, 2),
                round(room, 2),
                _HEIGHT,
                round(at * room + room * _GAP / 2, 2),
                round(_HEIGHT - _height(bar, top), 2),
                round(room * (1 - _GAP), 2),
                round(_height(bar, top), 2),
            )
            for at, bar in enumerate(given)
        ),
    )
    return _svg(drawn, about)


def steps(changes: Sequence[tuple[datetime, int]], until: datetime, about: str) -> SafeString:
    """A line that keeps each value until the next, oldest first, the highest on top; nothing for no change."""
    if not changes:
        return SafeString("")
    first, top, low = changes[0][0], max(value for _at, value in changes), min(value for _at, value in changes)
    span, points, before = max((until - first).total_seconds(), 1), [], None
    for at, value in [*changes, (until, changes[-1][1])]:
        x = _EDGE + (_WIDTH - 2 * _EDGE) * (at - first).total_seconds() / span
        y = _HEIGHT / 2 if top == low else _EDGE + (_HEIGHT - 2 * _EDGE) * (top - value) / (top - low)
        points += [f"{x:.1f},{before:.1f}"] if before is not None else []
        points.append(f"{x:.1f},{y:.1f}")
        before = y
    return _svg(format_html('<polyline points="{}"/>', " ".join(points)), about)


def _svg(drawn: SafeString, about: str) -> SafeString:
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    return format_html('<svg class="wd-plot" viewBox="{}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>', box, about, drawn)


def _height(bar: Bar, top: int) -> float:
    """How high the bar stands; what is not nothing is always seen."""
    return max(2.0, _HEIGHT * bar.value / top) if bar.value > 0 else 0.0
