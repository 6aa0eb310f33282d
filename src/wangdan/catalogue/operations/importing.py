"""Many goods at once: statements by the set, not by the row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wangdan.accounts.models import Organisation
from wangdan.catalogue.models import Category, Picture, Product, Sku
from wangdan.catalogue.operations.describing import as_vector, describe, learn, priced, root_of_shop, sku_of, words_of
from wangdan.catalogue.rules import MOST_SKUS, Draft, appeal
from wangdan.kernel.act import Act
from wangdan.kernel.errors import Malformed
from wangdan.kernel.operation import operation


@dataclass(frozen=True)
class Goods:
    """A product to import with its pictures (file ids, first first), since when it is listed and how many pieces were sold before."""

    draft: Draft
    pictures: Sequence[int] = ()
    listed_at: datetime | None = None
    sold: int = 0


@operation("catalogue.import_products", root=root_of_shop)
def import_products(act: Act, *, shop_id: int, goods: Sequence[Goods]) -> list[Product]:
    """Take over many products of a shop at once, on sale from their listing date, else as drafts.

    A fixed number of statements whatever the number of goods. Refuses with `catalogue.draft_incomplete`, `catalogue.no_such_category`; then none is taken.
    """  # noqa: E501
    names = dict(Category.objects.values_list("pk", "name"))
    most = act.option(MOST_SKUS)
    for each in goods:
        each.draft.checked(most_skus=most)
        if each.draft.category_id not in names:
            raise Malformed("catalogue.no_such_category")
    root_id = Organisation.objects.values_list("root_id", flat=True).get(pk=shop_id)
    products, vocabulary = [], []
    for each in goods:
        product = Product(root_id=root_id, shop_id=shop_id, created_at=each.listed_at or act.now)
        describe(act, product, each.draft)
        if each.listed_at is not None:
            product.status, product.listed_at = "on_sale", each.listed_at
        product.sold, product.appeal = each.sold, appeal(each.sold, each.listed_at)
        parts = words_of(product, names[each.draft.category_id])
        product.search = as_vector(parts)
        vocabulary += parts["A"] + parts["B"]
        products.append(product)
    Product.objects.bulk_create(products)
    skus = Sku.objects.bulk_create(
        sku_of(product, at, variant) for product, each in zip(products, goods, strict=True) for at, variant in enumerate(each.draft.variants)
    )
    Picture.objects.bulk_create(
        Picture(root_id=root_id, product=product, file_id=file_id, position=at)
        for product, each in zip(products, goods, strict=True)
        for at, file_id in enumerate(each.pictures)
    )
    priced(act, skus)
    learn(vocabulary)
    return products
