"""Draws many pictures on every core and encodes them as uploads are kept; needs no Django, so that its workers start at once."""

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from types import TracebackType
from typing import Self

import resvg_py
from PIL import Image

from wangdan.files import rules
from wangdan.files.rules import Prepared
from wangdan.site.pictures import paint
from wangdan.site.pictures.motifs import MOTIFS

_BATCH = 6


@dataclass(frozen=True)
class Shot:
    """One picture to be drawn."""

    motif: str
    palette: str
    ground: str = "floor"
    mirrored: bool = False
    close: bool = False


def draw(shots: list[Shot], width: int) -> list[Prepared]:
    """The pictures as they are kept."""
    made = []
    for shot in shots:
        svg = paint.picture(MOTIFS[shot.motif], shot.palette, shot.ground, mirrored=shot.mirrored, close=shot.close)
        png = resvg_py.svg_to_bytes(svg_string=svg, width=width, skip_system_fonts=True)
        with Image.open(io.BytesIO(bytes(png)), formats=["PNG"]) as opened:
            made.append(rules.encode(opened.convert("RGB"), effort=1))
    return made


def _batches(shots: Iterable[Shot]) -> Iterator[list[Shot]]:
    left = iter(shots)
    while batch := list(islice(left, _BATCH)):
        yield batch


class Studio:
    """Draws each shot once, from the moment it is opened; with no workers it draws when asked."""

    def __init__(self, shots: Iterable[Shot], *, workers: int, width: int = 640) -> None:
        """Begin."""
        self.shots, self.width = list(dict.fromkeys(shots)), width
        self._pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn")) if workers else None
        self._waiting: list[Future[list[Prepared]]] = []
        if self._pool:
            self._waiting = [self._pool.submit(draw, batch, width) for batch in _batches(self.shots)]

    def __enter__(self) -> Self:
        """For `with`."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the pool."""
        if self._pool:
            self._pool.shutdown(cancel_futures=True)

    def pictures(self) -> list[Prepared]:
        """The pictures in the order of `shots`; waits for the workers."""
        return [each for done in self._waiting for each in done.result()] if self._pool else draw(self.shots, self.width)
