"""Limits of carts and checkouts, and what people may ask for; all numbers people type are checked here."""

from dataclasses import dataclass

from wangdan.accounts.rules import tidy
from wangdan.kernel.errors import Malformed
from wangdan.kernel.option import Option
from wangdan.orders.rules import LINES_LIMIT, METHODS, NOTE_LIMIT, PAYMENT_METHODS, PIECES_LIMIT

COD_LIMIT = Option("checkout.cod_limit_fen", default=100_000, low=0, high=10_000_000, text="货到付款每单最高金额（分）")
COD_PROVINCES = Option("checkout.cod_provinces", default="", text="可以货到付款的省份，用逗号分开；空着表示全国")

CART_LIMIT = 200
"""Different SKUs in one cart; a purchase takes at most 100 of them."""
COUPONS_LIMIT = 20
"""Coupons used at once: one of each shop and one of the platform."""
_LARGEST_ID = 2**63 - 1
_LARGEST_TOTAL = 2**53


@dataclass(frozen=True)
class Wish:
    """So many pieces of a SKU."""

    sku: int
    quantity: int


@dataclass(frozen=True)
class Asked:
    """What a buyer asks for: `lines` (buy now) or None for what is chosen in the cart; ids of address, pick-up point and delivery slot.

    `coupons` are ids of his own, one per giver; `best` takes of each giver the one that gives most instead. `points` is how many to spend at most.
    """

    lines: tuple[Wish, ...] | None
    address: int
    delivery: str = "courier"
    pickup_point: int | None = None
    payment_method: str = ""
    note: str = ""
    coupons: tuple[int, ...] = ()
    best: bool = False
    points: int = 0
    slot: int | None = None


def whole(value: object, *, low: int, high: int, code: str) -> int:
    """The value if it is a whole number within bounds: no bool, no float, no text. Refuses (422) with `code`."""
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise Malformed(code, low=low, high=high)
    return value


def ident(value: object) -> int:
    """An id of ours; refuses (422) with `checkout.id_malformed`."""
    return whole(value, low=1, high=_LARGEST_ID, code="checkout.id_malformed")


def pieces(value: object) -> int:
    """Pieces of one line, 1 to 999; refuses (422) with `checkout.too_many_pieces` above, `checkout.quantity_malformed` else."""
    if isinstance(value, int) and not isinstance(value, bool) and value > PIECES_LIMIT:
        raise Malformed("checkout.too_many_pieces", high=PIECES_LIMIT)
    return whole(value, low=1, high=PIECES_LIMIT, code="checkout.quantity_malformed")


def money(value: object) -> int:
    """An expected total in minor units; refuses (422) with `checkout.total_malformed`."""
    return whole(value, low=0, high=_LARGEST_TOTAL, code="checkout.total_malformed")


def wishes(lines: tuple[Wish, ...]) -> tuple[Wish, ...]:
    """The lines with the same SKU added up, in the order they came.

    Refuses (422) with `checkout.nothing_chosen`, `checkout.too_many_lines` (100), `checkout.too_many_pieces` (999 of a SKU).
    """
    if not lines:
        raise Malformed("checkout.nothing_chosen")
    if len(lines) > LINES_LIMIT:
        raise Malformed("checkout.too_many_lines", high=LINES_LIMIT)
    together: dict[int, int] = {}
    for line in lines:
        together[ident(line.sku)] = together.get(line.sku, 0) + pieces(line.quantity)
    return tuple(Wish(sku, pieces(quantity)) for sku, quantity in together.items())


def checked(asked: Asked) -> Asked:
    """The same with every field within its limits; without a pick-up point the nearest is taken later.

    Refuses (422) with `checkout.delivery_unknown`, `checkout.payment_method_unknown`, `checkout.note_long`, `checkout.too_many_coupons`,
    `checkout.coupon_malformed`, `checkout.points_malformed` and what `wishes` refuses.
    """
    if asked.delivery not in METHODS:
        raise Malformed("checkout.delivery_unknown")
    if len(asked.coupons) > COUPONS_LIMIT:
        raise Malformed("checkout.too_many_coupons", high=COUPONS_LIMIT)
    if asked.payment_method and asked.payment_method not in PAYMENT_METHODS:
        raise Malformed("checkout.payment_method_unknown")
    return Asked(
        lines=None if asked.lines is None else wishes(asked.lines),
        address=ident(asked.address),
        delivery=asked.delivery,
        pickup_point=ident(asked.pickup_point) if asked.delivery == "pickup" and asked.pickup_point is not None else None,
        payment_method=asked.payment_method,
        note=tidy(asked.note, NOTE_LIMIT, "checkout.note_long"),
        coupons=tuple(dict.fromkeys(whole(coupon, low=1, high=_LARGEST_ID, code="checkout.coupon_malformed") for coupon in asked.coupons)),
        best=asked.best is True,
        points=whole(asked.points, low=0, high=_LARGEST_TOTAL, code="checkout.points_malformed"),
        slot=ident(asked.slot) if asked.delivery == "courier" and asked.slot is not None else None,
    )


def why_no_cash(totals: list[int], province: str, delivery: str, *, limit: int, provinces: str) -> dict[str, object] | None:
    """Why these orders cannot be paid at the door (D04.3), None if they can; `limit` and totals in minor units, per order."""
    if delivery != "courier":
        return {"reason": "pickup"}
    if any(total > limit for total in totals):
        return {"reason": "limit", "limit": limit, "limit_yuan": f"{limit / 100:.2f}"}
    allowed = [name.strip() for name in provinces.replace("，", ",").split(",") if name.strip()]
    if allowed and not any(province.startswith(name) for name in allowed):
        return {"reason": "region", "provinces": allowed}
    return None
