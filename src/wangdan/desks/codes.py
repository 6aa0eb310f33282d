"""Bar codes and squares as plain SVG: rectangles with attributes, for the Content-Security-Policy allows no style."""

import segno
from barcode.codex import Code128
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_HEIGHT, _QUIET, _BORDER = 60, 10, 2


def bars(text: str) -> SafeString:
    """Code 128 of a number, with quiet zones."""
    modules = Code128(text).build()[0]
    runs, at = [], 0
    while at < len(modules):
        end = at
        while end < len(modules) and modules[end] == modules[at]:
            end += 1
        if modules[at] == "1":
            runs.append((at + _QUIET, end - at, _HEIGHT))
        at = end
    drawn = format_html_join("", '<rect x="{}" y="0" width="{}" height="{}"/>', runs)
    box = f"0 0 {len(modules) + 2 * _QUIET} {_HEIGHT}"
    return format_html('<svg class="wd-bars" viewBox="{}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>', box, text, drawn)


def square(text: str) -> SafeString:
    """A QR code of a number."""
    matrix = segno.make(text, error="m", micro=False).matrix
    cells = ((x + _BORDER, y + _BORDER) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark)
    drawn = format_html_join("", '<rect x="{}" y="{}" width="1" height="1"/>', cells)
    box = f"0 0 {len(matrix) + 2 * _BORDER} {len(matrix) + 2 * _BORDER}"
    return format_html('<svg class="wd-square" viewBox="{}" shape-rendering="crispEdges" role="img" aria-label="{}">{}</svg>', box, text, drawn)
