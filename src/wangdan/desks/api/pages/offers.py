"""Coupons, points and the payment password over HTTP (D16.3, D16.6)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from wangdan.accounts import operations as accounts
from wangdan.accounts.operations import Entrance, Secret
from wangdan.desks import offer_words
from wangdan.desks.api.door import Body, Id, Limit, actor, caller, listing, person
from wangdan.kernel.errors import Malformed
from wangdan.kernel.journal import plain
from wangdan.promotions import operations, queries
from wangdan.promotions.models import Coupon, Offer

router = Router()


class Code(Body):
    """What was printed or said."""

    code: Annotated[str, Field(max_length=20)]


class Digits(Body):
    """Six digits, with the login password, or with the code that was sent to the phone for the purpose `payment`."""

    payment_password: Annotated[str, Field(max_length=200)]
    password: Annotated[str, Field(max_length=200)] | None = None
    code: Annotated[str, Field(max_length=20)] | None = None


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.pk,
        "name": offer.name,
        "text": offer_words.benefit(offer),
        "kind": offer.kind,
        "rungs": offer.rungs,
        "every": offer.every,
        "cap": offer.cap,
        "shop": {"id": offer.shop.pk, "name": offer.shop.name} if offer.shop else None,
        "scope": offer.scope,
        "targets": offer.targets,
    }


def _claimable(offer: Offer) -> dict[str, Any]:
    return _offer(offer) | {
        "starts_at": offer.starts_at,
        "ends_at": offer.ends_at,
        "days": offer.days,
        "left": offer.most - offer.claimed if offer.most else None,
    }


def _coupon(coupon: Coupon) -> dict[str, Any]:
    shown = {
        "id": coupon.pk,
        "status": coupon.status,
        "valid_from": coupon.valid_from,
        "valid_until": coupon.valid_until,
        "used_at": coupon.used_at,
        "offer": _offer(coupon.offer),
    }
    return dict(plain(shown))


@router.get("/coupons", auth=actor, summary="Coupons that can be claimed")
def centre(request: HttpRequest, shop: Id | None = None, cursor: str | None = None, limit: Limit = 20) -> Any:
    """Newest first; with `shop` those of that shop and the platform's."""
    del request
    return listing(queries.centre(shop), _claimable, cursor=cursor, limit=limit)


@router.post("/coupons/{offer}/claim", summary="Claim one")
def claim(request: HttpRequest, offer: Id) -> Any:
    """The coupon; 409 `promotions.claimed_before`, `promotions.all_claimed`, `promotions.cannot_claim`."""
    return operations.claim(caller(request, _coupon), offer=offer)


@router.post("/coupons/code", summary="Claim one by its code")
def by_code(request: HttpRequest, payload: Code) -> Any:
    """The coupon, the same as long as it is not used; 422 `promotions.code_unknown`."""
    return operations.claim(caller(request, _coupon), code=payload.code)


@router.get("/me/coupons", summary="One's own coupons")
def mine(request: HttpRequest, status: str = "available", cursor: str | None = None, limit: Limit = 20) -> Any:
    """By `status`: `available`, `used` or `expired`; newest first."""
    if status not in queries.TABS:
        raise Malformed("kernel.malformed", fields=[{"field": "status", "problem": "unknown"}])
    return listing(queries.coupons(person(request), status), _coupon, cursor=cursor, limit=limit)


@router.get("/me/points", summary="One's points and level")
def points(request: HttpRequest, cursor: str | None = None, limit: Limit = 20) -> Any:
    """`balance`, `lapsing` at the end of the year, `level`, and what moved, newest first."""
    who = person(request)
    account = queries.points_account(who.id)

    def moved(row: Any) -> dict[str, Any]:
        return {"at": row.at, "code": row.code, "points": row.amount if row.debit == account else -row.amount, "ref": row.ref}

    standing = queries.membership(who)
    level = standing.level
    return {
        "balance": queries.points(who),
        "lapsing": queries.points_lapsing(who),
        "level": {"name": level.name, "percent_off": level.percent_off, "points_percent": level.points_percent} if level else None,
        "spent": standing.spent,
        **listing(queries.points_history(who), moved, cursor=cursor, limit=limit),
    }


@router.post("/me/payment_password", summary="Set or change the payment password")
def payment_password(request: HttpRequest, payload: Digits) -> Any:
    """By the login password, or by a code (`POST /auth/codes` with purpose `payment`), which also ends a lock-out."""
    by_code = payload.code is not None
    own = Secret((payload.code if by_code else payload.password) or "")
    call = caller(request, Entrance.document)
    found: Any = accounts.set_payment_password(call, new=Secret(payload.payment_password), own=own, by_code=by_code)
    if found["problem"]:
        raise Malformed(found["problem"])
    return {"set": True}
