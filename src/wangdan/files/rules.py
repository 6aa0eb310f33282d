"""What may be uploaded, and how a picture is re-encoded. No Django: bytes in, bytes out."""

import hashlib
import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageOps

from wangdan.kernel.errors import Malformed
from wangdan.kernel.option import Option

LARGEST_MB = Option("files.largest_mb", default=10, low=1, high=50, text="上传图片不超过多少 MB")
PER_HOUR = Option("files.per_hour", default=300, low=10, high=10_000, text="每个账号每小时最多上传多少个文件")

WIDTHS = (200, 400, 800)
"""Widths in pixels that every picture is kept in."""
TALLEST = 3
"""A picture is at most this many times as high as it is wide; higher ones are made narrower."""
MOST_PIXELS = 50_000_000
SMALLEST_SIDE = 16
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 84

# What Pillow's decoders raise on broken or hostile files; anything unreadable is the uploader's problem, never a 500.
_BROKEN = (OSError, ValueError, SyntaxError, EOFError, IndexError, KeyError, TypeError, ArithmeticError, MemoryError, Image.DecompressionBombError)


@dataclass(frozen=True)
class Prepared:
    """A picture that was really decoded and re-encoded: one WebP per width, no metadata of the original."""

    sha256: str
    width: int
    height: int
    renditions: "Renditions"

    @property
    def size(self) -> int:
        """Bytes of the largest rendition."""
        return len(self.renditions[WIDTHS[-1]])


class Renditions(dict[int, bytes]):
    """Width → WebP bytes; copied and printed without the bytes, so that hashes of calls and logs stay small."""

    def __str__(self) -> str:
        """For the hash of an idempotent call: the content, not the bytes."""
        return ",".join(f"{width}:{hashlib.sha256(data).hexdigest()}" for width, data in sorted(self.items()))

    def __deepcopy__(self, memo: dict[int, Any]) -> str:
        """`dataclasses.asdict` of a call's input wants the content only."""
        return str(self)


def fit(width: int) -> int:
    """The smallest kept width that is at least `width` pixels, else the largest."""
    return next((each for each in WIDTHS if each >= width), WIDTHS[-1])


def prepare(data: bytes, *, largest_mb: int = LARGEST_MB.default) -> Prepared:
    """Check an uploaded picture by decoding it and re-encode it at every width (D06: true pictures).

    Refuses with `files.too_large` (bytes or pixels), `files.not_a_picture` (not JPEG, PNG, WebP or GIF, or broken), `files.too_small`.
    """
    if len(data) > largest_mb * 1024 * 1024:
        raise Malformed("files.too_large", largest_mb=largest_mb)
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Malformed("files.too_large", largest_mb=largest_mb, most_pixels=MOST_PIXELS)
            if min(opened.size) < SMALLEST_SIDE:
                raise Malformed("files.too_small", smallest=SMALLEST_SIDE)
            opened.draft("RGB", (WIDTHS[-1] * 2, WIDTHS[-1] * 2 * TALLEST))
            opened.load()
            flat = _flat(ImageOps.exif_transpose(opened))
    except _BROKEN as error:
        raise Malformed("files.not_a_picture") from error
    return encode(flat)


def _flat(image: Image.Image) -> Image.Image:
    """The picture on white paper: no transparency, no palette, no metadata."""
    if image.mode in ("RGBA", "LA", "P", "PA") or "transparency" in image.info:
        seen = image.convert("RGBA")
        paper = Image.new("RGB", seen.size, "white")
        paper.paste(seen, mask=seen.getchannel("A"))
        return paper
    return image.convert("RGB")


def encode(image: Image.Image, *, effort: int = 4) -> Prepared:
    """Every width of an RGB picture as WebP, never enlarged; `effort` 0 is fast, 6 is small."""
    renditions = Renditions()
    largest: tuple[int, int] = (0, 0)
    for width in sorted(WIDTHS, reverse=True):
        image = image.copy() if width == WIDTHS[-1] else image
        image.thumbnail((width, width * TALLEST), Image.Resampling.LANCZOS)
        largest = max(largest, image.size)
        out = io.BytesIO()
        image.save(out, "WEBP", quality=QUALITY, method=effort)
        renditions[width] = out.getvalue()
    return Prepared(hashlib.sha256(renditions[WIDTHS[-1]]).hexdigest(), *largest, renditions)
