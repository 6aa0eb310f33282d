"""Plots as plain SVG, drawn on the server: they need no script, print well, and every bar says its number."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH, _HEIGHT = 600, 120
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
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    return format_html('<svg class="wd-plot" viewBox="{}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>', box, about, drawn)


def _height(bar: Bar, top: int) -> float:
    """How high the bar stands; what is not nothing is always seen."""
    return max(2.0, _HEIGHT * bar.value / top) if bar.value > 0 else 0.0
