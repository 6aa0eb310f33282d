"""What a buyer may choose from at the checkout: his coupons with what each would give here, his points; and the quote as a document."""

from dataclasses import asdict, dataclass
from datetime import datetime

from wangdan.checkout.queries.quotes import Quote, QuotedLine, QuotedOrder
from wangdan.promotions.rules import price
from wangdan.promotions.rules.offers import needed


@dataclass(frozen=True)
class CouponChoice:
    """One of the buyer's coupons for these shops: what it `gives` here (0: why not, and what `lacks`); `best` of its giver; `used` in the quote."""

    coupon_id: int
    name: str
    step: str
    shop_id: int | None
    until: datetime | None
    gives: int
    why: str
    lacks: int
    best: bool
    used: bool


@dataclass(frozen=True)
class PointsChoice:
    """Points: how many there are, the most that can be spent here and what that takes off (minor units), how many are spent now and for what."""

    balance: int
    most: int
    most_worth: int
    used: int
    used_worth: int


def coupon_choices(quote: Quote) -> list[CouponChoice]:
    """Every coupon with what it would give by itself beside the reductions (no statement), the best first; ties to the one that is over first."""
    used = {each.offer.ref for each in quote.tried if each.taken}
    rows = []
    for held in quote.standing.coupons:
        priced = price(quote.basket, quote.freight, quote.standing.offers({held.coupon_id or 0}))
        [tried] = [each for each in priced.tried if each.offer.ref == held.offer.ref]
        if tried.why != "other_goods":
            rows.append((held, tried))
    rows.sort(key=lambda row: (-row[1].gives, str(row[0].until), row[0].coupon_id))
    seen: set[tuple[str, int | None]] = set()
    choices = []
    for held, tried in rows:
        giver = (held.offer.step, held.offer.shop_id)
        best = tried.taken and giver not in seen
        if best:
            seen.add(giver)
        choices.append(
            CouponChoice(
                coupon_id=held.coupon_id or 0,
                name=held.offer.name,
                step=held.offer.step,
                shop_id=held.offer.shop_id,
                until=held.until,
                gives=tried.gives,
                why=tried.why,
                lacks=tried.lacks,
                best=best,
                used=held.offer.ref in used,
            )
        )
    return choices


def points_choice(quote: Quote) -> PointsChoice:
    """How many points could be spent with the coupons as chosen: the share that options allow of what is left of the goods (pure: no statement)."""
    standing = quote.standing
    chosen = {held.coupon_id or 0 for held in standing.coupons if any(each.taken and each.offer.ref == held.offer.ref for each in quote.tried)}
    most_worth = price(quote.basket, quote.freight, standing.offers(chosen, standing.points)).given("points")
    used_worth = sum(share.amount for share in quote.steps if share.step == "points")
    return PointsChoice(standing.points, needed(most_worth, standing.per_yuan), most_worth, quote.points, used_worth)


def document(quote: Quote) -> dict[str, object]:
    """The quote as the API tells it: `{orders: [{shop, lines, goods, freight, discount, total}], total, currency, …}`, minor units.

    `steps` say what was taken off and who bears it, per line and in all; `coupons` and `points` what could be chosen.
    """
    return {
        "orders": [_order(order) for order in quote.orders],
        "total": quote.total,
        "currency": quote.currency,
        "steps": [share.document() for share in quote.steps],
        "coupons": [
            {
                "id": each.coupon_id,
                "name": each.name,
                "shop": each.shop_id,
                "valid_until": each.until.isoformat() if each.until else None,
                "gives": each.gives,
                "lacks": each.lacks,
                "used": each.used,
                "best": each.best,
            }
            for each in coupon_choices(quote)
        ],
        "points": asdict(points_choice(quote)),
        "delivery": quote.method,
        "pickup_point": quote.pickup_point_id,
        "slot": {"id": quote.slot.pk, "starts_at": quote.slot.starts_at, "ends_at": quote.slot.ends_at} if quote.slot else None,
    }


def _order(order: QuotedOrder) -> dict[str, object]:
    return {
        "shop": {"id": order.shop.id, "name": order.shop.name},
        "lines": [_line(line) for line in order.lines],
        "goods": order.goods,
        "freight": order.freight,
        "discount": order.discount,
        "total": order.total,
        "warehouses": [{key: share[key] for key in ("sku", "warehouse_name", "quantity", "reason")} for share in order.allocation],
    }


def _line(line: QuotedLine) -> dict[str, object]:
    named = ("title", "specs", "picture", "price", "quantity", "amount", "discount", "freight_share", "total")
    kept = {name: getattr(line, name) for name in named}
    return {"sku": line.sku_id, "product": line.product_id, **kept, "steps": [share.document() for share in line.steps]}
