"""What is seeded: deals over two years, each with its shop, buyer, goods, way of paying and the state it has reached by its age."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SPAN = timedelta(days=730)
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_CLOSED = (("completed", 84), ("partly", 1), ("expired", 7), ("cancelled", 4), ("declined", 2), ("returned", 2))
"""How old deals ended, in parts of a hundred; `partly`: completed with some money given back."""
_METHODS = (("sandbox", 72), ("cod", 14), ("bank_transfer", 14))
_FAMILIES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_GIVEN = ("安", "晓禾", "静", "若溪", "明远", "书瑶", "子昂", "一帆", "思齐", "嘉木", "清欢", "景行", "知夏", "星河", "云舒", "望舒")
_STREETS = ("云溪路", "解放路", "人民路", "学院路", "滨江大道", "文一西路", "建设路", "中山路")


@dataclass(frozen=True)
class Ware:
    """A variant on sale: `price` in minor units."""

    sku: int
    product: int
    title: str
    price: int


@dataclass(frozen=True)
class Stall:
    """A shop with the warehouse it sends from and what it sells."""

    shop: int
    warehouse: int
    warehouse_name: str
    province: str
    wares: Sequence[Ware]


@dataclass(frozen=True)
class Place:
    """A division that exists, with its code."""

    province: str
    city: str
    district: str
    code: str


@dataclass(frozen=True)
class Deal:
    """One order to be. `fate`: expired, cancelled, declined, returned, partly, or a state of the life; lines are (ware, pieces)."""

    placed_at: datetime
    fate: str
    method: str
    stall: Stall
    buyer: int
    lines: tuple[tuple[Ware, int], ...]
    freight: int
    name: str
    phone: str
    place: Place
    detail: str
    note: str


def fate_of(age: timedelta, method: str, dice: random.Random) -> str:
    """What has become of an order of that age: young ones are still on their way."""
    if age < 2 * _HOUR:
        return "awaiting_payment" if method == "bank_transfer" else "awaiting_acceptance"
    if age < _DAY:
        return dice.choice(("awaiting_acceptance", "awaiting_shipment", "awaiting_shipment"))
    if age < 3 * _DAY:
        return dice.choices(("awaiting_shipment", "shipped", "awaiting_acceptance"), (20, 78, 2))[0]
    if age < 6 * _DAY:
        return dice.choices(("shipped", "delivered", "awaiting_shipment"), (40, 59, 1))[0]
    fates, weights = zip(*_CLOSED, strict=True)
    fate = str(dice.choices(fates, weights)[0])
    return "cancelled" if fate == "expired" and method == "cod" else fate


def deals(count: int, *, stalls: Sequence[Stall], buyers: Sequence[int], places: Sequence[Place], now: datetime, seed: int) -> Iterator[Deal]:
    """So many deals, oldest first: shops and buyers from busy to rare, more of everything lately than two years ago."""
    dice = random.Random(seed)  # noqa: S311 - a world to look at, no secret
    busy = [1 / (at + 2) for at in range(len(stalls))]
    chosen = dice.choices(stalls, busy, k=count)
    for at in range(count):
        age = SPAN * (1 - ((at + dice.random()) / count) ** 0.8)
        method = dice.choices(*zip(*_METHODS, strict=True))[0]
        stall = chosen[at]
        wares = dice.sample(stall.wares, dice.choices((1, 2, 3), (72, 20, 8))[0])
        lines = tuple((ware, dice.choices((1, 2, 3, 6), (78, 14, 6, 2))[0]) for ware in wares)
        goods = sum(ware.price * pieces for ware, pieces in lines)
        yield Deal(
            placed_at=now - age,
            fate=fate_of(age, method, dice),
            method=method,
            stall=stall,
            buyer=buyers[min(int(dice.expovariate(3) * len(buyers)), len(buyers) - 1)],
            lines=lines,
            freight=0 if goods >= 9900 else 800,  # noqa: PLR2004 - free from 99 yuan, as the demo's shops
            name=dice.choice(_FAMILIES) + dice.choice(_GIVEN),
            phone=f"13{dice.randrange(10**9):09d}",
            place=dice.choice(places),
            detail=f"{dice.choice(_STREETS)} {dice.randrange(1, 999)} 号",
            note="请放门口" if dice.random() < 0.1 else "",  # noqa: PLR2004 - every tenth says something
        )
