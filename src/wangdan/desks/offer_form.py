"""The form of an offer, read from what was typed: yuan as minor units, local times as moments, each wrong field with a word; and its preview."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from wangdan.catalogue.models import Sku
from wangdan.desks import typed
from wangdan.kernel import clock
from wangdan.promotions import queries
from wangdan.promotions.models import Offer
from wangdan.promotions.rules import Basket, Item, in_scope, price
from wangdan.promotions.rules.offers import MOST_TARGETS, Draft

RUNGS = 3
FIELDS = ("way", "kind", "name", "cap", "scope", "starts", "ends", "days", "most", "per_person", "budget", "code")
_MOST_PIECES = 999


@dataclass(frozen=True)
class Read:
    """What was typed, for showing again; what is wrong by field; the draft when nothing is."""

    said: dict[str, Any]
    wrong: dict[str, str]
    draft: Draft | None


def fresh() -> dict[str, Any]:
    """A form that nobody has typed into: from now for a month."""
    now = timezone.localtime(clock.now())
    return {
        "way": "reduction",
        "kind": "full",
        "scope": "all",
        "starts": f"{now:%Y-%m-%dT%H:%M}",
        "ends": f"{now + timedelta(days=30):%Y-%m-%dT%H:%M}",
        "per_person": "1",
        "listed": True,
        "rungs": [("", "")] * RUNGS,
        "targets": set(),
    }


def read(form: QueryDict) -> Read:
    """The form as a draft; the rules themselves are `promotions.create`'s."""
    said: dict[str, Any] = {name: form.get(name, "").replace("\x00", "").strip()[:60] for name in FIELDS}
    said["rungs"] = [tuple(form.get(f"{side}{at}", "").strip()[:20] for side in ("full", "off")) for at in range(RUNGS)]
    wrong: dict[str, str] = {}
    said["targets"] = _targets(form.getlist(f"to_{said['scope']}"), wrong)
    said |= {name: form.get(name) == "1" for name in ("every", "listed")}
    rungs = _rungs(said, wrong)
    starts, ends = _moment(said, "starts", wrong), _moment(said, "ends", wrong)
    coupon = said["way"] == "coupon"
    fields: dict[str, Any] = {
        "cap": _optional(said, "cap", wrong, typed.minor_units),
        "budget": _optional(said, "budget", wrong, typed.minor_units),
        "most": _optional(said, "most", wrong, typed.pieces) if coupon else None,
        "days": _optional(said, "days", wrong, typed.pieces) if coupon else None,
        "per_person": (_optional(said, "per_person", wrong, typed.pieces) if coupon else None) or 1,
    }
    if wrong or starts is None or ends is None:
        return Read(said, wrong, None)
    draft = Draft(
        way=said["way"],
        kind=said["kind"],
        name=said["name"],
        rungs=rungs,
        starts_at=starts,
        ends_at=ends,
        every=said["every"] and said["kind"] == "full",
        scope=said["scope"],
        targets=tuple(sorted(said["targets"])) if said["scope"] != "all" else (),
        code=said["code"],
        listed=said["listed"],
        **fields,
    )
    return Read(said, wrong, draft)


def _targets(named: Sequence[str], wrong: dict[str, str]) -> set[int]:
    """The ids that were chosen from a list, or typed one after another; of goods also the addresses of their pages."""
    words = [re.split(r"[?#]", word)[0].rsplit("/", 1)[-1] for text in named for word in re.split(r"[\s,，、;；]+", text.replace("\x00", "")) if word]
    numbers = [typed.pieces(word, most=2**62) for word in words[: MOST_TARGETS + 1]]
    if not all(numbers):
        wrong["targets"] = _("填商品编号或商品页网址，用空格隔开")
    return {number for number in numbers if number}


def _rungs(said: dict[str, Any], wrong: dict[str, str]) -> tuple[tuple[int, int], ...]:
    """The rungs that were filled in; nothing before «from» means from nothing."""
    found = []
    for at, (full, off) in enumerate(said["rungs"]):
        if not full and not off and (at or said["kind"] != "free_freight"):
            continue
        start = 0 if full in ("", "0") else typed.minor_units(full)
        given = 0 if said["kind"] == "free_freight" else typed.pieces(off, most=99) if said["kind"] == "percent" else typed.minor_units(off)
        if start is None or given is None:
            wrong["rungs"] = _("金额填成 200 或 19.90，折扣填减百分之几")
            continue
        found.append((start, given))
    if not found:
        wrong.setdefault("rungs", _("至少填一档"))
    return tuple(found)


def _moment(said: dict[str, Any], name: str, wrong: dict[str, str]) -> datetime | None:
    try:
        found = parse_datetime(said[name])
    except ValueError:
        found = None
    if found is None:
        wrong[name] = _("请填日期和时间")
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _optional(said: dict[str, Any], name: str, wrong: dict[str, str], reading: Any) -> int | None:
    if not said[name]:
        return None
    found = reading(said[name])
    if found is None:
        wrong[name] = _("这里要填数字，或者空着")
    return found


# ---- preview --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """A basket tried with the offer: its goods, what they cost, what the offer takes off each line."""

    lines: list[tuple[str, int, int, int]]
    goods: int
    gives: int
    why: str
    lacks: int


def samples(offer: Offer, skus: Sequence[Sku]) -> list[Sample]:
    """Two baskets of up to three goods: one piece of each, and as many as reach the highest rung. `skus` come with their product and category."""
    priced = queries.as_priced(offer)
    items = [_item(sku, 1) for sku in skus]
    items = ([item for item in items if in_scope(priced, item)] or items)[:3]
    if not items:
        return []
    names = {sku.pk: f"{sku.product.title} {sku.label}".strip() for sku in skus}
    one_each = sum(item.price for item in items) or 1
    wanted = min(_MOST_PIECES, max(1, -(-max(full for full, _off in priced.rungs) // one_each)))
    baskets = [items] if wanted == 1 else [items, [_again(item, wanted) for item in items]]
    return [_sample(priced, basket, names) for basket in baskets]


def _item(sku: Sku, pieces: int) -> Item:
    category = sku.product.category
    above = (category.pk, category.parent_id) if category.parent_id else (category.pk,)
    return Item(sku.pk, sku.product.shop_id, sku.price, pieces, sku.product_id, above)


def _again(item: Item, pieces: int) -> Item:
    return Item(item.sku_id, item.shop_id, item.price, pieces, item.product_id, item.categories)


def _sample(offer: Any, items: list[Item], names: dict[int, str]) -> Sample:
    found = price(Basket(tuple(items)), dict.fromkeys((item.shop_id for item in items), 1000), [offer])
    lines = [(names[line.item.sku_id], line.item.quantity, line.amount, line.discount) for order in found.orders for line in order.lines]
    [tried] = found.tried
    return Sample(lines, sum(line[2] for line in lines), tried.gives, tried.why, tried.lacks)
