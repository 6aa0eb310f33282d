"""Removing goods that were never sold, for ever (D07.3.3, C7)."""

from wangdan.catalogue import operations as catalogue
from wangdan.catalogue.models import Product, Sku
from wangdan.catalogue.operations.describing import require_shop
from wangdan.inventory.models import Move, Stock
from wangdan.inventory.operations.locking import lock
from wangdan.inventory.queries import ever_held
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Refused
from wangdan.kernel.operation import operation


@operation("inventory.remove_goods", on=Product)
def remove_goods(act: Act, product: Product) -> None:
    """Delete a product, its variants, pictures and counts for ever, after a question (D07.3.3).

    What was ever ordered stays, because orders point to it and the law wants it kept for three years (C7, E-Commerce Law 31): refuses with
    `inventory.ever_sold`, it can be archived. Refuses with `catalogue.cannot_archive` while on sale, 404 for another shop's.
    """
    require_shop(act, product)
    skus = list(Sku.objects.filter(product=product).order_by("pk").values_list("pk", flat=True))
    for warehouse in Stock.objects.filter(sku__in=skus).order_by("warehouse").values_list("warehouse", flat=True).distinct():
        lock(act, warehouse, skus)
    if ever_held(skus):
        raise Refused("inventory.ever_sold")
    Move.objects.filter(stock__sku__in=skus).delete()
    Stock.objects.filter(sku__in=skus).delete()
    catalogue.remove_product(act, product)
