"""What may take money off a buyer's basket now: reductions, his coupons, his level, his points; one statement, ready for the pricing."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from wangdan.kernel import clock, options
from wangdan.kernel.act import Actor
from wangdan.promotions.rules import Offer
from wangdan.promotions.rules.offers import POINTS_MOST_PERCENT, POINTS_PER_YUAN, step_of, worth

_MOST = 200
_STANDING = f"""
(SELECT 'reduction' AS what, (to_jsonb(o) || jsonb_build_object('left', b.amount))::text FROM promotions_offer o
LEFT JOIN ledger_balance b ON b.account = 'budget:' || o.id
WHERE o.way = 'reduction' AND o.status = 'running' AND o.starts_at <= %(now)s AND o.ends_at > %(now)s
    AND (o.shop_id IS NULL OR o.shop_id = ANY(%(shops)s)) ORDER BY o.id DESC LIMIT {_MOST})
UNION ALL
(SELECT 'coupon', (to_jsonb(o) || jsonb_build_object('left', b.amount, 'coupon', c.id, 'until', c.valid_until))::text
FROM promotions_coupon c JOIN promotions_offer o ON o.id = c.offer_id LEFT JOIN ledger_balance b ON b.account = 'budget:' || o.id
WHERE c.person_id = %(person)s AND c.status = 'available' AND c.valid_from <= %(now)s AND c.valid_until > %(now)s
    AND (o.shop_id IS NULL OR o.shop_id = ANY(%(shops)s)) ORDER BY c.valid_until, c.id LIMIT {_MOST})
UNION ALL
SELECT 'level', to_jsonb(l)::text FROM promotions_member m JOIN promotions_level l ON l.id = m.level_id WHERE m.person_id = %(person)s
UNION ALL
SELECT 'points', to_jsonb(b.amount)::text FROM ledger_balance b WHERE b.account = %(points)s
"""  # noqa: S608 - our own number


@dataclass(frozen=True)
class Held:
    """An offer as the pricing takes it, with the rows behind it; `budgeted` when a guarded account pays it, `until` for a coupon."""

    offer: Offer
    offer_id: int
    coupon_id: int | None
    budgeted: bool
    until: datetime | None = None


@dataclass(frozen=True)
class Standing:
    """Everything that may take something off for one buyer and these shops; `points` is his balance, the rates are the options of now."""

    reductions: tuple[Held, ...]
    coupons: tuple[Held, ...]
    level: Offer | None
    points: int
    per_yuan: int
    most_percent: int

    def offers(self, coupons: Collection[int], points: int = 0) -> list[Offer]:
        """What the pricing gets: reductions and level by themselves, the coupons and points that were chosen."""
        found = [held.offer for held in self.reductions]
        found += [held.offer for held in self.coupons if held.coupon_id in coupons]
        found += [self.level] if self.level else []
        spent = worth(points, self.per_yuan)
        if spent:
            found.append(Offer("points", "points", "off", value=spent, most_percent=self.most_percent))
        return found

    def held(self, ref: str) -> Held | None:
        """The rows behind a frozen share's offer; None for levels and points."""
        return next((held for held in (*self.reductions, *self.coupons) if held.offer.ref == ref), None)


def points_account(person_id: int) -> str:
    """How the ledger calls somebody's points."""
    return f"points:{person_id}"


def standing(actor: Actor, shops: Sequence[int]) -> Standing:
    """The actor's offers at these shops, in one statement; a stranger has the reductions only."""
    person = actor.id or 0
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, {"now": clock.now(), "shops": list(shops), "person": person, "points": points_account(person)})
        rows = [(what, json.loads(text)) for what, text in cursor.fetchall()]
    levels = [row for what, row in rows if what == "level" and row["percent_off"]]
    return Standing(
        reductions=tuple(_held(row) for what, row in rows if what == "reduction" and row["left"] != 0),
        coupons=tuple(_held(row) for what, row in rows if what == "coupon" and row["left"] != 0),
        level=_level(levels[0]) if levels else None,
        points=sum(row for what, row in rows if what == "points"),
        per_yuan=options.value(POINTS_PER_YUAN),
        most_percent=options.value(POINTS_MOST_PERCENT),
    )


def _held(row: dict[str, Any]) -> Held:
    """An offer gives no more than is left of its budget."""
    caps = [amount for amount in (row["cap"], row["left"]) if amount is not None]
    coupon = row.get("coupon")
    offer = Offer(
        ref=f"coupons:{coupon}" if coupon else f"offers:{row['id']}",
        step=step_of(row["way"], row["kind"], shop=row["shop_id"] is not None),
        kind=row["kind"],
        name=row["name"],
        funder="shop" if row["shop_id"] else "platform",
        shop_id=row["shop_id"],
        scope=row["scope"],
        targets=frozenset(row["targets"]),
        rungs=tuple((full, off) for full, off in row["rungs"]),
        every=row["every"],
        cap=min(caps, default=None),
    )
    return Held(offer, row["id"], coupon, row["budget"] is not None, datetime.fromisoformat(row["until"]) if coupon else None)


def _level(row: dict[str, Any]) -> Offer:
    return Offer(f"levels:{row['id']}", "level", "percent", row["name"], rungs=((0, row["percent_off"]),))


def as_priced(offer: Any) -> Offer:
    """A row of an offer, or one that is not yet saved, as the pricing takes it: for previews."""
    return Offer(
        ref=f"offers:{offer.pk or 0}",
        step=step_of(offer.way, offer.kind, shop=offer.shop_id is not None),
        kind=offer.kind,
        name=offer.name,
        funder="shop" if offer.shop_id else "platform",
        shop_id=offer.shop_id,
        scope=offer.scope,
        targets=frozenset(offer.targets),
        rungs=tuple((full, off) for full, off in offer.rungs),
        every=offer.every,
        cap=offer.cap,
    )
