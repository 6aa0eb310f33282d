"""The hand that draws: flat parts of an SVG, five palettes, and the walls and floors a thing can stand before."""

from collections.abc import Callable

INK, CREAM, WOOD, BARK, BRASS = "#24313b", "#fbf7ef", "#bd9168", "#8f6a48", "#d9a949"
GLASS, STEEL = "#dfe9ea", "#a9b5ba"
PALETTES = {
    "pine": ("#e4ece4", "#d3dfd5", "#1f6b55", "#134f3e", "#8fbda6"),
    "sand": ("#f1eadf", "#e4dac9", "#c9a77c", "#a98659", "#ecdcc2"),
    "clay": ("#f3e6dd", "#e6d3c6", "#c07a5c", "#9c5d43", "#e6b9a2"),
    "mist": ("#e5ecee", "#d3dee2", "#5f7f8e", "#466270", "#b5cad3"),
    "plum": ("#ede8ec", "#ddd4db", "#7c6478", "#5e4a5b", "#c6b4c2"),
}
"""Wall, floor, main, shade, light."""
Motif = Callable[[str, str, str], str]
"""A drawing of (main, shade, light) on 400 × 400: floor at y = 288, object between 50 and 340, one soft shadow, six colours at most."""


def rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0) -> str:
    """A box with round corners."""
    return f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{r:g}" fill="{fill}"/>'


def oval(x: float, y: float, rx: float, ry: float, fill: str) -> str:
    """An ellipse about its middle."""
    return f'<ellipse cx="{x:g}" cy="{y:g}" rx="{rx:g}" ry="{ry:g}" fill="{fill}"/>'


def dot(x: float, y: float, r: float, fill: str) -> str:
    """A disc."""
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}"/>'


def shape(d: str, fill: str) -> str:
    """A filled path."""
    return f'<path d="{d}" fill="{fill}"/>'


def stroke(d: str, colour: str, width: float = 6, dash: str = "") -> str:
    """A line with round ends; `dash` as SVG has it."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<path d="{d}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linecap="round" stroke-linejoin="round"{dashed}/>'


def faded(opacity: float, *parts: str) -> str:
    """Parts that let through what is behind them; said of every colour, for a layer of its own is slow to draw."""
    return (
        "".join(parts).replace(' fill="#', f' fill-opacity="{opacity:g}" fill="#').replace(' stroke="#', f' stroke-opacity="{opacity:g}" stroke="#')
    )  # fmt: skip


def turned(degrees: float, x: float, y: float, *parts: str) -> str:
    """Parts turned about a point."""
    return f'<g transform="rotate({degrees:g} {x:g} {y:g})">{"".join(parts)}</g>'


def leaf(x: float, y: float, rx: float, ry: float, fill: str, degrees: float) -> str:
    """An oval turned about its own middle."""
    return turned(degrees, x, y, oval(x, y, rx, ry, fill))


def shadow(x: float, y: float, rx: float, ry: float = 10) -> str:
    """The one soft shadow under a thing."""
    return faded(0.13, oval(x, y, rx, ry, INK))


def _floor(palette: str) -> str:
    return rect(0, 288, 400, 112, PALETTES[palette][1])


def _arch(palette: str) -> str:
    _, floor, _, _, light = PALETTES[palette]
    return faded(0.4, shape("M64 288V186q0-136 136-136t136 136v102z", light)) + rect(0, 288, 400, 112, floor)


def _sun(palette: str) -> str:
    _, floor, _, _, light = PALETTES[palette]
    return faded(0.42, dot(200, 186, 150, light)) + rect(0, 288, 400, 112, floor)


def _window(palette: str) -> str:
    _, floor, _, _, _ = PALETTES[palette]
    light = "".join(shape(f"M{x} 0h56l-96 288h-56z", CREAM) for x in (120, 204, 288))
    return faded(0.55, light) + rect(0, 288, 400, 112, floor)


def _panel(palette: str) -> str:
    _, floor, _, _, light = PALETTES[palette]
    rails = "".join(rect(x, 0, 3, 276, light) for x in (52, 150, 248, 346))
    return faded(0.55, rails) + rect(0, 276, 400, 12, CREAM) + rect(0, 288, 400, 112, floor)


GROUNDS: dict[str, Callable[[str], str]] = {"floor": _floor, "arch": _arch, "sun": _sun, "window": _window, "panel": _panel}
"""What is behind and below a thing."""


def picture(motif: Motif, palette: str, ground: str = "floor", *, mirrored: bool = False, close: bool = False) -> str:
    """A whole picture as SVG; `close` shows the middle of the thing alone, on plain paper."""
    wall, _, main, shade, light = PALETTES[palette]
    hangs = getattr(motif, "hangs", False)
    behind = "" if (hangs or close) and ground in ("floor", "panel") else GROUNDS[ground](palette)
    if hangs and ground not in ("floor", "panel"):
        behind = behind[: behind.rindex("<rect")]
    thing = motif(main, shade, light)
    if mirrored:
        thing = f'<g transform="matrix(-1 0 0 1 400 0)">{thing}</g>'
    box = "92 96 216 216" if close else "0 0 400 400"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}">{rect(0, 0, 400, 400, wall)}{behind}{thing}</svg>\n'


def hanging(motif: Motif) -> Motif:
    """Mark a thing that hangs on the wall: no floor below it."""
    motif.hangs = True  # type: ignore[attr-defined]
    return motif
