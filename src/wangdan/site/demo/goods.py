"""The goods of the demo world, read from two small tables: what a thing is (motifs.csv) and what is sold of it (goods.csv)."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from wangdan.catalogue.rules import Draft, Variant
from wangdan.site.pictures.paint import GROUNDS, PALETTES
from wangdan.site.pictures.studio import Shot

HERE = Path(__file__).parent
COLOURS = {"pine": "松绿", "sand": "砂色", "clay": "陶土", "mist": "雾灰", "plum": "藕紫"}
"""The five palettes as colours that people choose."""
THIRD_PARTY = frozenset({"audio", "computers", "accessories"})
"""Categories that 松果数码 sells; the rest is the platform's own."""
_PALETTES, _GROUNDS = tuple(PALETTES), tuple(GROUNDS)


@dataclass(frozen=True)
class Thing:
    """What a motif is made of, in words."""

    grams: int
    origin: str
    parameters: tuple[tuple[str, str], ...]
    text: str


@dataclass(frozen=True)
class Ware:
    """A product to be sold; `sizes` in words with what each costs more, in minor units; `palettes` its colours, the first shown first."""

    slug: str
    category: str
    motif: str
    title: str
    subtitle: str
    price: int
    palettes: tuple[str, ...]
    coloured: bool
    sizes: tuple[tuple[str, int], ...]
    tag: str
    thing: Thing
    number: int
    first: bool

    @property
    def shots(self) -> tuple[Shot, ...]:
        """Its pictures: one per colour; what sells best has a close one too."""
        near = (Shot(self.motif, self.palettes[0], "sun", close=True),) if self.tag else ()
        return (*(shot(self.motif, palette) for palette in self.palettes), *near)

    @property
    def pairs(self) -> list[tuple[str, str, int]]:
        """Its variants: palette, size, price."""
        return [(palette, size, self.price + more) for palette in self.palettes for size, more in self.sizes]

    def draft(self, category_id: int, files: dict[Shot, int]) -> Draft:
        """What the shop hands in, with the files of the pictures."""
        variants = []
        for at, (palette, size, price) in enumerate(self.pairs):
            specs = ({"颜色": COLOURS[palette]} if self.coloured else {}) | ({_named(self.sizes): size} if size else {})
            picture = files.get(shot(self.motif, palette)) if self.coloured else None
            variants.append(Variant(specs, price, f"{self.slug[:2].upper()}{self.number:03d}-{at + 1:02d}", self.thing.grams, picture_id=picture))
        tags = (self.tag,) if self.tag else ()
        return Draft(category_id, self.title, variants, self.subtitle, self.description, self.thing.origin, self.parameters, tags)

    @property
    def description(self) -> str:
        """What it is, how it is kept; what the motif says holds for the first product of it."""
        return "\n\n".join([f"{self.subtitle}。", *([self.thing.text] if self.first else []), _CARE[self.slug]])

    @property
    def parameters(self) -> tuple[tuple[str, str], ...]:
        """Names and values for the table below; the page itself adds origin and weight."""
        own = self.thing.parameters if self.first else ()
        colours = (("颜色", "、".join(COLOURS[each] for each in self.palettes)),) if self.coloured else ()
        sizes = (("可选", "、".join(size for size, _ in self.sizes)),) if self.sizes[0][0] else ()
        return (*own, *colours, *sizes)


_CARE = {
    "furniture": "大件由白塔物流送到门口，安装说明与工具在箱内；木材的纹理每一件都不同。",
    "lamps": "收到后请先检查灯罩与玻璃；灯具保修两年，寄回的运费由我们承担。",
    "textiles": "深色与浅色第一次请分开洗；尺寸有 2 厘米以内的手工误差。",
    "kitchen": "瓷器与玻璃用六面缓冲装箱，碎了拍照即补；首次使用前请温水清洗。",
    "storage": "尺寸为外径，请量好要放的地方；纸箱可以折平再用。",
    "plants": "植物随季节长短不一，途中掉一两片叶子属正常，死了包赔。",
    "bath": "贴身用品开封后不支持七天无理由退货，请先看好规格。",
    "bags": "第一次使用请通风一晚；拉链与轮子保修一年。",
    "toys": "三岁以下请在大人陪伴下使用；缺件免费补寄。",
    "audio": "保修一年，七天内有问题直接换新；蓝牙距离以无遮挡为准。",
    "computers": "保修两年，附说明书与 Type-C 线；到手请先充满一次电。",
    "accessories": "保修一年；充电部分通过国家强制认证。",
}
_SIZES = ("厘米", "米", "寸", "GB", "TB", "升", "毫米")


def _named(sizes: tuple[tuple[str, int], ...]) -> str:
    """What the choice among the sizes is called."""
    measured = all(name in {"小号", "中号", "大号"} or any(word in name for word in _SIZES) or name[0].isdigit() for name, _ in sizes)
    return "尺寸" if measured else "款式"


def shot(motif: str, palette: str) -> Shot:
    """How a motif is shown in a palette: always before the same ground, so that colours of one product and mains of another share the file."""
    seed = sum(ord(letter) for letter in motif) + _PALETTES.index(palette) * 3
    return Shot(motif, palette, _GROUNDS[seed % len(_GROUNDS)], mirrored=seed % 4 == 0)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, _, value in (pair.partition("=") for pair in text.split(";")))


@cache
def things() -> dict[str, Thing]:
    """What each motif is, by name."""
    with (HERE / "motifs.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter="|"))
    return {row["motif"]: Thing(int(row["grams"]), row["origin"], _pairs(row["parameters"]), row["text"]) for row in rows}


def _sizes(spec: str) -> tuple[tuple[str, int], ...]:
    """`1.5 米=0,1.8 米=300` as words and minor units."""
    _, _, listed = spec.partition(":")
    if not listed:
        return (("", 0),)
    return tuple((name, round(float(more) * 100)) for name, _, more in (each.partition("=") for each in listed.split(",")))


def _colours(spec: str, first: int) -> tuple[str, ...]:
    """The palettes of a product: so many after `c`, three with sizes, one when there is no choice."""
    count = {"c2": 2, "c3": 3, "c5": 5, "cs": 2}.get(spec.partition(":")[0], 1)
    return tuple(_PALETTES[(first + step) % len(_PALETTES)] for step in range(count))


def wares() -> Iterator[Ware]:
    """Everything on offer, category after category."""
    slug = category = ""
    seen: dict[str, int] = {}
    lines = (HERE / "goods.csv").read_text("utf-8").splitlines()[1:]
    for number, line in enumerate(lines):
        if line.startswith("#"):
            slug, category = line[1:].split()
            continue
        motif, title, subtitle, price, spec, tag = line.split("|")
        at = seen[motif] = seen.get(motif, -1) + 1
        first = sum(ord(letter) for letter in motif) + at * 2
        yield Ware(
            slug, category, motif, title, subtitle, round(float(price) * 100), _colours(spec, first), spec.startswith("c"), _sizes(spec), tag,
            things()[motif], number, at == 0,
        )  # fmt: skip
