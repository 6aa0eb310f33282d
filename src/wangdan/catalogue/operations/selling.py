"""Selling goods: on sale and off, prices, what was sold, and putting goods away for good."""

from collections.abc import Mapping

from django.db import connection

from wangdan.accounts.models import Organisation
from wangdan.catalogue.models import Picture, Product, Sku
from wangdan.catalogue.operations.describing import priced, require_shop
from wangdan.catalogue.rules import HIGHEST_PRICE, LIFE, appeal
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.shops import queries as shops
from wangdan.shops.facts import CheckOverdue, CheckRenewed

# Rows are locked in the order of their ids first, so that two orders with the same goods never wait crosswise.
_COUNT = """
WITH counted AS MATERIALIZED (
  SELECT id FROM catalogue_product WHERE id = ANY(%(ids)s) ORDER BY id FOR NO KEY UPDATE
), added AS (SELECT * FROM unnest(%(ids)s::bigint[], %(pieces)s::int[]) AS a(id, pieces))
UPDATE catalogue_product AS product
SET sold = product.sold + added.pieces,
    appeal = product.appeal + round(1000 * (log(1 + product.sold + added.pieces) - log(1 + product.sold)))::int
FROM counted JOIN added USING (id)
WHERE product.id = counted.id
"""


@operation("catalogue.put_on_sale", on=Product)
def put_on_sale(act: Act, product: Product) -> Product:
    """Show a product to buyers (D06: listings kept fresh).

    Refuses with `catalogue.cannot_put_on_sale`, `catalogue.nothing_to_sell` without an active SKU,
    `catalogue.shop_paused` until the shop's papers were looked at.
    """
    require_shop(act, product)
    product.status, product.withdrawn = LIFE.take("put_on_sale", product.status), False
    if shops.is_paused(product.shop_id):
        raise Refused("catalogue.shop_paused")
    if not Sku.objects.filter(product=product, active=True).exists():
        raise Refused("catalogue.nothing_to_sell")
    product.listed_at = product.changed_at = act.now
    product.appeal = appeal(product.sold, product.listed_at)
    product.save(update_fields=["status", "withdrawn", "listed_at", "changed_at", "appeal"])
    return product


@operation("catalogue.take_off_sale", on=Product)
def take_off_sale(act: Act, product: Product) -> Product:
    """Hide a product from buyers; orders placed stay as they are. Refuses with `catalogue.cannot_take_off_sale`."""
    return _move(act, product, "take_off_sale")


@operation("catalogue.archive", on=Product)
def archive(act: Act, product: Product) -> Product:
    """Put a product away for good: it is never deleted (C7, D07 delete with confirm). Refuses with `catalogue.cannot_archive` while on sale."""
    return _move(act, product, "archive")


def _move(act: Act, product: Product, move: str) -> Product:
    require_shop(act, product)
    product.status = LIFE.take(move, product.status)
    product.changed_at, product.withdrawn = act.now, False
    product.save(update_fields=["status", "withdrawn", "changed_at"])
    return product


@operation("catalogue.remove_product", on=Product)
def remove_product(act: Act, product: Product) -> None:
    """Delete a product for ever, with its variants and pictures (D07.3.3); joined by whoever knows that it was never sold (C7).

    Refuses with `catalogue.cannot_archive` while on sale.
    """
    require_shop(act, product)
    LIFE.take("archive", product.status if product.status != "archived" else "off_sale")
    act.note("title", product.title, None)
    Picture.objects.filter(product=product).delete()
    Sku.objects.filter(product=product).delete()
    Product.objects.filter(pk=product.pk).delete()


def _paused_root(_actor: Actor, *, fact: CheckOverdue | CheckRenewed) -> int | None:
    """All goods of a shop are its root's."""
    return Organisation.objects.filter(pk=fact.shop).values_list("root_id", flat=True).first()


@operation("catalogue.withdraw_goods", root=_paused_root)
def withdraw_goods(act: Act, *, fact: CheckOverdue) -> None:
    """LATER: a shop whose papers nobody looked at in time may not sell (option): everything it has on sale goes off, marked to come back."""
    if fact.paused and shops.is_paused(fact.shop):
        gone = Product.objects.filter(shop=fact.shop, status="on_sale").update(status="off_sale", withdrawn=True, changed_at=act.now)
        act.note("withdrawn", None, gone)


@operation("catalogue.restore_goods", root=_paused_root)
def restore_goods(act: Act, *, fact: CheckRenewed) -> None:
    """LATER: the papers are right again, so what was withdrawn for them is back on sale."""
    if fact.resumed and not shops.is_paused(fact.shop):
        back = Product.objects.filter(shop=fact.shop, status="off_sale", withdrawn=True)
        act.note("restored", None, back.update(status="on_sale", withdrawn=False, changed_at=act.now))


@operation("catalogue.change_price", on=Product)
def change_price(act: Act, product: Product, *, prices: Mapping[int, int]) -> Product:
    """Set new prices by SKU id, in minor units (D07 price change); placed orders keep theirs.

    Refuses with `catalogue.price_not_positive`, `kernel.not_seen` for a SKU of another product, `catalogue.cannot_edit` when archived.
    """
    require_shop(act, product)
    if product.status == "archived":
        raise Refused("catalogue.cannot_edit", status=product.status)
    if any(not 0 < price <= HIGHEST_PRICE for price in prices.values()):
        raise Malformed("catalogue.price_not_positive")
    skus = {sku.pk: sku for sku in Sku.objects.filter(product=product)}
    if set(prices) - set(skus):
        raise NotSeen
    changed = {pk: price for pk, price in prices.items() if skus[pk].price != price}
    was = {pk: skus[pk].price for pk in changed}
    for pk, price in changed.items():
        act.note(f"price {skus[pk].label or pk}", was[pk], price)
        skus[pk].price = price
    Sku.objects.bulk_update([skus[pk] for pk in changed], ["price"])
    priced(act, [skus[pk] for pk in changed], was)
    active = [sku.price for sku in skus.values() if sku.active] or [sku.price for sku in skus.values()]
    product.price_min, product.price_max, product.changed_at = min(active), max(active), act.now
    product.save(update_fields=["price_min", "price_max", "changed_at"])
    return product


@operation("catalogue.count_sold", root=None)
def count_sold(act: Act, *, pieces: Mapping[int, int]) -> None:
    """Add sold pieces to products by id, for the hot list (D05.二); joined by a later reaction to completed orders."""
    counted = {product: count for product, count in sorted(pieces.items()) if count > 0}
    if not counted:
        return
    act.locking("row")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, {"ids": list(counted), "pieces": list(counted.values())})
