"""What goods may be: their life, their limits, and what a shop hands in to describe them. Prices are minor units."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from wangdan.kernel.errors import Malformed
from wangdan.kernel.machine import Machine
from wangdan.kernel.option import Option

LIFE = Machine(
    "catalogue",
    start="draft",
    moves=[
        ("put_on_sale", ("draft", "off_sale"), "on_sale"),
        ("take_off_sale", "on_sale", "off_sale"),
        ("archive", ("draft", "off_sale"), "archived"),
    ],
)
"""A product's life; goods once sold are archived, never deleted (C7)."""

MOST_PICTURES = Option("catalogue.most_pictures", default=9, low=1, high=30, text="每件商品最多几张图片")
MOST_SKUS = Option("catalogue.most_skus", default=60, low=1, high=300, text="每件商品最多几个规格")

SHEET_AT_ONCE = Option("catalogue.sheet_at_once", default=100, low=1, high=1000, text="商品表格不超过多少件商品时当场写入，更多的在后台做")
SHEET_LINES = Option("catalogue.sheet_lines", default=5000, low=10, high=20_000, text="一张商品表格最多多少行")

HIGHEST_PRICE = 99_999_999_00
"""Minor units; a price above is a typing error."""
SORTS = ("best", "sold", "price", "-price", "new")
"""综合, 销量, 价格升, 价格降, 最新."""
_LONGEST = {"title": 120, "subtitle": 200, "origin": 60, "description": 20_000}


@dataclass(frozen=True)
class Variant:
    """One SKU as handed in: `id` of the one it replaces, specs such as {"颜色": "松绿"}, price in minor units."""

    specs: Mapping[str, str]
    price: int
    code: str = ""
    weight_grams: int = 500
    active: bool = True
    id: int | None = None
    picture_id: int | None = None


@dataclass(frozen=True)
class Draft:
    """A product as handed in by a shop (D06, D07: price, spec, origin, true description)."""

    category_id: int
    title: str
    variants: Sequence[Variant]
    subtitle: str = ""
    description: str = ""
    origin: str = ""
    parameters: Sequence[tuple[str, str]] = ()
    tags: Sequence[str] = field(default_factory=tuple)

    def checked(self, *, most_skus: int = MOST_SKUS.default) -> "Draft":
        """The draft if it makes sense, else every fault at once.

        Refuses with `catalogue.draft_incomplete` and `fields={name: what is wrong}` (code-like words: missing, too_long, nul, twice, price, weight).
        """
        faults = dict(self._faults(most_skus))
        if faults:
            raise Malformed("catalogue.draft_incomplete", fields=faults)
        return self

    def _faults(self, most_skus: int) -> Iterator[tuple[str, str]]:  # noqa: C901
        for name, longest in _LONGEST.items():
            text = getattr(self, name)
            if "\x00" in text:
                yield name, "nul"
            elif len(text) > longest:
                yield name, "too_long"
        if not self.title.strip():
            yield "title", "missing"
        if not self.variants:
            yield "variants", "missing"
        if len(self.variants) > most_skus:
            yield "variants", "too_many"
        if len({tuple(sorted(each.specs.items())) for each in self.variants}) < len(self.variants):
            yield "variants", "twice"
        if len({frozenset(each.specs) for each in self.variants}) > 1:
            yield "variants", "uneven"
        if any(not 0 < len(tag) <= 20 or "\x00" in tag for tag in self.tags) or len(self.tags) > 10:  # noqa: PLR2004
            yield "tags", "too_long"
        if any("\x00" in part or len(part) > 200 for pair in self.parameters for part in pair) or len(self.parameters) > 40:  # noqa: PLR2004
            yield "parameters", "too_long"
        for at, each in enumerate(self.variants):
            yield from _faults_of(at, each)


def _faults_of(at: int, variant: Variant) -> Iterator[tuple[str, str]]:
    words = [*variant.specs, *variant.specs.values(), variant.code]
    if any("\x00" in word or len(word) > 40 for word in words) or not all(word for word in words[:-1]) or len(variant.specs) > 3:  # noqa: PLR2004
        yield f"variants.{at}.specs", "too_long"
    if not 0 < variant.price <= HIGHEST_PRICE:
        yield f"variants.{at}.price", "price"
    if not 0 < variant.weight_grams <= 1_000_000:  # noqa: PLR2004
        yield f"variants.{at}.weight_grams", "weight"


def appeal(sold: int, listed_at: datetime | None) -> int:
    """How far up the general order a product stands: ten times as many sold counts as much as twenty days newer.

    It depends only on what was sold and when it was listed, so it is stored and never swept.
    """
    days = int(listed_at.timestamp() // 86_400) if listed_at else 0
    return round(1000 * math.log10(1 + max(sold, 0))) + days * 50
