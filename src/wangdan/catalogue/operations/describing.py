"""Describing goods: categories, a new product with its SKUs, a change of either."""

from collections.abc import Iterable, Mapping

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from wangdan.accounts.models import Organisation
from wangdan.catalogue.models import Category, Price, Product, Sku, Word
from wangdan.catalogue.rules import MOST_SKUS, Draft, Variant, rich, words
from wangdan.files.models import File
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation


def root_of_shop(actor: Actor, *, shop_id: int, **_: object) -> int:
    """The root to lock for a shop's goods. Refuses with `kernel.not_seen` for somebody else's shop."""
    found = Organisation.objects.filter(pk=shop_id, kind="shop").values_list("root_id", flat=True).first()
    if found is None or ("system" not in actor.roles and shop_id not in actor.organisations):
        raise NotSeen
    return int(found)


def require_shop(act: Act, product: Product) -> None:
    """Goods on sale are seen by all, but changed by their own shop only. Refuses with `kernel.not_seen`."""
    if "system" not in act.actor.roles and product.shop_id not in act.actor.organisations:
        raise NotSeen


@operation("catalogue.add_category", root=None)
def add_category(act: Act, *, name: str, slug: str, parent_id: int | None = None, position: int = 0, picture_id: int | None = None) -> Category:  # noqa: ARG001 - a category has that many fields
    """Open a category, two levels at most (D05.二: home and category pages). Refuses with `catalogue.category_too_deep`, `catalogue.category_malformed`."""  # noqa: E501
    if not 0 < len(name.strip()) <= 40 or "\x00" in name + slug or not slug.replace("-", "").isalnum():  # noqa: PLR2004
        raise Malformed("catalogue.category_malformed")
    if parent_id is not None and not Category.objects.filter(pk=parent_id, parent=None).exists():
        raise Refused("catalogue.category_too_deep")
    return Category.objects.create(name=name.strip(), slug=slug, parent_id=parent_id, position=position, picture_id=picture_id)


@operation("catalogue.create_product", root=root_of_shop)
def create_product(act: Act, *, shop_id: int, draft: Draft) -> Product:
    """Describe a new product of a shop; it is a draft until it is put on sale (D06, D07 商品管理).

    Refuses with `catalogue.draft_incomplete` naming the fields, `catalogue.no_such_category`.
    """
    _check(act, draft)
    assert act.root_id is not None
    product = Product(root_id=act.root_id, shop_id=shop_id, created_at=act.now)
    describe(act, product, draft)
    product.save()
    made = Sku.objects.bulk_create(sku_of(product, at, variant) for at, variant in enumerate(draft.variants))
    priced(act, made)
    index(product)
    return product


@operation("catalogue.edit_product", on=Product)
def edit_product(act: Act, product: Product, *, draft: Draft) -> Product:
    """Change a product's description and SKUs. A SKU left out is switched off, never deleted: orders and stock point to it.

    Refuses with `catalogue.draft_incomplete`, `catalogue.cannot_edit` when archived, `catalogue.nothing_to_sell` when goods on sale would be
    left without an active SKU, `catalogue.no_such_category`, `kernel.not_seen` for a foreign SKU.
    """
    require_shop(act, product)
    if product.status == "archived":
        raise Refused("catalogue.cannot_edit", status=product.status)
    _check(act, draft)
    if product.status == "on_sale" and not any(variant.active for variant in draft.variants):
        raise Refused("catalogue.nothing_to_sell")
    before = {sku.pk: sku for sku in Sku.objects.filter(product=product)}
    named = [variant.id for variant in draft.variants if variant.id is not None]
    if set(named) - set(before) or len(set(named)) < len(named):
        raise NotSeen
    describe(act, product, draft)
    product.save()
    act.note("skus", [_noted(sku) for sku in before.values() if sku.active], [_said(each) for each in draft.variants])
    was = {sku.pk: sku.price for sku in before.values()}
    _replace(product, before, draft)
    priced(act, Sku.objects.filter(product=product), was)
    index(product)
    return product


def priced(act: Act, skus: Iterable[Sku], was: Mapping[int, int] | None = None) -> None:
    """Remember what variants cost from now on, those whose price is another than it `was` by SKU id."""
    known = was or {}
    Price.objects.bulk_create(
        Price(sku=sku, price=sku.price, before=known.get(sku.pk), at=act.now, person_id=act.actor.id)
        for sku in skus
        if known.get(sku.pk) != sku.price
    )


def _check(act: Act, draft: Draft) -> None:
    draft.checked(most_skus=act.option(MOST_SKUS))
    if not Category.objects.filter(pk=draft.category_id).exists():
        raise Malformed("catalogue.no_such_category")
    pictures = {variant.picture_id for variant in draft.variants if variant.picture_id is not None}
    if pictures and File.visible_to(act.actor).filter(pk__in=pictures, public=True).count() < len(pictures):
        raise NotSeen


def _replace(product: Product, before: dict[int, Sku], draft: Draft) -> None:
    """Write the SKUs of an edited product; those left out give their specs free and are switched off."""
    kept = {variant.id for variant in draft.variants}
    wanted = [dict(variant.specs) if variant.id is None else None for variant in draft.variants]
    for sku in before.values():
        if sku.pk not in kept:
            twin = next((at for at, specs in enumerate(wanted) if specs == sku.specs), None)
            if twin is None:
                Sku.objects.filter(pk=sku.pk).update(active=False)
            else:
                sku_of(product, twin, draft.variants[twin], sku.pk).save()
                wanted[twin] = None
    # Swapped specs pass through a form nobody else has, for the unique constraint looks at every row as it is written.
    moved = [sku for sku in before.values() if sku.pk in kept]
    for sku in moved:
        sku.specs = {"": str(sku.pk)}
    Sku.objects.bulk_update(moved, ["specs"])
    changed = [sku_of(product, at, each, each.id) for at, each in enumerate(draft.variants) if each.id is not None]
    Sku.objects.bulk_update(changed, ["code", "specs", "price", "picture", "weight_grams", "active", "position"])
    Sku.objects.bulk_create(sku_of(product, at, each) for at, each in enumerate(draft.variants) if wanted[at] is not None)


def sku_of(product: Product, position: int, variant: Variant, pk: int | None = None) -> Sku:
    """The row of a variant."""
    return Sku(
        pk=pk,
        root_id=product.root_id,
        product=product,
        code=variant.code,
        specs=dict(variant.specs),
        price=variant.price,
        picture_id=variant.picture_id,
        weight_grams=variant.weight_grams,
        active=variant.active,
        position=position,
    )


def describe(act: Act, product: Product, draft: Draft) -> None:
    """Put a draft's texts and prices on the row."""
    product.category_id = draft.category_id
    product.title, product.subtitle, product.origin = draft.title.strip(), draft.subtitle.strip(), draft.origin.strip()
    product.description = rich.clean(draft.description)
    product.parameters = [list(pair) for pair in draft.parameters]
    product.tags = list(draft.tags)
    product.pinyin = words.sort_key(draft.title)
    prices = [variant.price for variant in draft.variants if variant.active] or [variant.price for variant in draft.variants]
    product.price_min, product.price_max = min(prices), max(prices)
    product.changed_at = act.now


def words_of(product: Product, category: str) -> dict[str, list[str]]:
    """The words a product is found by, the heaviest first."""
    rest = [product.subtitle, product.origin, *(value for _, value in product.parameters)]
    return {
        "A": words.indexed(product.title),
        "B": [word for text in (category, *product.tags) for word in words.indexed(text)],
        "C": [word for text in rest for word in words.indexed(text)],
    }


def as_vector(parts: dict[str, list[str]]) -> Combinable:
    """The search vector as an expression to be stored."""
    return Cast(Value(words.vector(parts)), SearchVectorField())


def index(product: Product) -> None:
    """Make a product findable by its words; joined by what changes its texts."""
    parts = words_of(product, Category.objects.values_list("name", flat=True).get(pk=product.category_id))
    Product.objects.filter(pk=product.pk).update(search=as_vector(parts))
    learn(parts["A"] + parts["B"])


def learn(found: Iterable[str]) -> None:
    """Remember words that goods are described by, to mend what people mistype; in order of the text, so that two shops never wait crosswise."""
    counted: dict[str, int] = {}
    for word in found:
        if len(word) > 1:
            counted[word] = counted.get(word, 0) + 1
    known = set(Word.objects.filter(text__in=counted).values_list("text", flat=True))
    fresh = [Word(text=word, pinyin=words.sounds(word), weight=count) for word, count in sorted(counted.items()) if word not in known]
    Word.objects.bulk_create(fresh, ignore_conflicts=True)


def _noted(sku: Sku) -> list[object]:
    return [sku.label, sku.price, sku.active]


def _said(variant: Variant) -> list[object]:
    return ["，".join(variant.specs.values()), variant.price, variant.active]
