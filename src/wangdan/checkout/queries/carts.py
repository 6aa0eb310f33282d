"""What is in a cart, with today's prices and stock, and what of it cannot be bought any more."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from wangdan.catalogue.models import Picture, Sku
from wangdan.checkout.models import CartLine
from wangdan.files.models import File
from wangdan.inventory import queries as inventory
from wangdan.kernel.act import Actor
from wangdan.orders.rules import PIECES_LIMIT
from wangdan.promotions import queries as promotions
from wangdan.promotions.rules import Basket, Item, Priced, price

_PICTURE_WIDTH = 200


@dataclass(frozen=True)
class CartLineView:
    """One line as it is now. `problem`: "" fine, `gone` not sold any more, `sold_out`, `short` fewer left than wanted."""

    id: int
    product_id: int
    sku_id: int
    shop_id: int
    title: str
    specs: dict[str, str]
    picture: str
    price: int
    quantity: int
    chosen: bool
    available: int
    changeable: bool
    problem: str
    categories: tuple[int, ...] = ()

    @property
    def limit(self) -> int:
        """The most pieces one can ask for."""
        return max(1, min(PIECES_LIMIT, self.available))

    @property
    def amount(self) -> int:
        """Price times quantity, in minor units."""
        return self.price * self.quantity


@dataclass(frozen=True)
class CartShop:
    """The lines of one shop that can be bought."""

    id: int
    name: str
    own: bool
    lines: tuple[CartLineView, ...]

    @property
    def all_chosen(self) -> bool:
        """Whether every line is ticked."""
        return all(line.chosen for line in self.lines)


@dataclass(frozen=True)
class CartView:
    """A cart: by shop what can be bought, `gone` what cannot."""

    shops: tuple[CartShop, ...]
    gone: tuple[CartLineView, ...]
    currency: str = "CNY"

    @property
    def lines(self) -> tuple[CartLineView, ...]:
        """All lines that can be bought."""
        return tuple(line for shop in self.shops for line in shop.lines)

    @property
    def pieces(self) -> int:
        """Pieces in the cart, without what is gone."""
        return sum(line.quantity for line in self.lines)

    @property
    def chosen(self) -> int:
        """Pieces that are ticked."""
        return sum(line.quantity for line in self.lines if line.chosen)

    @property
    def total(self) -> int:
        """What the ticked goods cost, in minor units, without freight."""
        return sum(line.amount for line in self.lines if line.chosen)

    @property
    def all_chosen(self) -> bool:
        """Whether everything is ticked."""
        return all(line.chosen for line in self.lines)


def digest(secret: str) -> str:
    """The hash by which a stranger's cart is kept; the secret itself is not."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def lines_of(actor: Actor, secret: str = "") -> QuerySet[CartLine]:
    """The lines of the actor's cart; of the stranger's with that secret."""
    if actor.id is not None:
        return CartLine.objects.filter(cart__person_id=actor.id)
    return CartLine.objects.filter(cart__secret=digest(secret)) if secret else CartLine.objects.none()


def _first_picture(product: str) -> dict[str, Subquery]:
    """The file of a product's first picture as `first_*` columns; `product` is the way to the product."""
    first = Picture.objects.filter(product=OuterRef(product)).order_by("position", "id")
    fields = {"first_id": "file_id", "first_sha": "file__sha256", "first_public": "file__public"}
    return {name: Subquery(first.values(field)[:1]) for name, field in fields.items()}


def goods_of(sku_ids: Iterable[int]) -> dict[int, Sku]:
    """The SKUs with product, shop and the file of their picture, by id, in one statement."""
    found = (
        Sku.objects.filter(pk__in=list(sku_ids)).select_related("product__shop", "product__category", "picture").annotate(**_first_picture("product"))
    )
    return {sku.pk: sku for sku in found}


def lines_with_goods(lines: QuerySet[CartLine]) -> list[CartLine]:
    """Lines with their SKUs as `goods_of` gives them, in one statement."""
    found = list(lines.select_related("sku__product__shop", "sku__product__category", "sku__picture").annotate(**_first_picture("sku__product")))
    for line in found:
        for name in ("first_id", "first_sha", "first_public"):
            setattr(line.sku, name, getattr(line, name))
    return found


def picture_id(sku: Sku) -> int | None:
    """The file that shows the SKU: its own picture, else the product's first. Needs `goods_of`."""
    return sku.picture_id or sku.first_id  # type: ignore[attr-defined]


def picture_url(sku: Sku) -> str:
    """The address of that file, 200 pixels wide; empty without one."""
    if sku.picture is not None:
        return sku.picture.url(_PICTURE_WIDTH)
    if sku.first_id is None:  # type: ignore[attr-defined]
        return ""
    shown = File(pk=sku.first_id, sha256=sku.first_sha, public=sku.first_public)  # type: ignore[attr-defined]
    return shown.url(_PICTURE_WIDTH)


def sold_now(sku: Sku) -> bool:
    """Whether the SKU can be bought at all: active, its product on sale, its shop open."""
    return sku.active and sku.product.status == "on_sale" and sku.product.shop.active


def cart(actor: Actor, secret: str = "") -> CartView:
    """The cart with today's prices and stock (D01.3, D05.3, D15.4), newest first, in three statements."""
    kept = lines_with_goods(lines_of(actor, secret))
    goods = {line.sku_id: line.sku for line in kept}
    available = inventory.available([line.sku_id for line in kept]) if kept else {}
    several = set(
        Sku.objects.filter(product__in={sku.product_id for sku in goods.values()}, active=True)
        .values("product_id")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
        .values_list("product_id", flat=True)
    )
    views = [_view(line, goods[line.sku_id], available.get(line.sku_id, 0), several) for line in kept]
    good = [view for view in views if view.problem in ("", "short")]
    return CartView(_by_shop(good, goods), tuple(view for view in views if view.problem in ("gone", "sold_out")))


def _view(line: CartLine, sku: Sku, available: int, several: set[int]) -> CartLineView:
    problem = ""
    if not sold_now(sku):
        problem = "gone"
    elif available < 1:
        problem = "sold_out"
    elif available < line.quantity:
        problem = "short"
    return CartLineView(
        id=line.pk,
        product_id=sku.product_id,
        sku_id=sku.pk,
        shop_id=sku.product.shop_id,
        title=sku.product.title,
        specs=sku.specs,
        picture=picture_url(sku),
        price=sku.price,
        quantity=line.quantity,
        chosen=line.chosen,
        available=available,
        changeable=sku.product_id in several,
        problem=problem,
        categories=(sku.product.category_id, *((sku.product.category.parent_id,) if sku.product.category.parent_id else ())),
    )


def _by_shop(views: Sequence[CartLineView], goods: dict[int, Sku]) -> tuple[CartShop, ...]:
    together: dict[int, list[CartLineView]] = {}
    for view in views:
        together.setdefault(view.shop_id, []).append(view)
    shops = {sku.product.shop_id: sku.product.shop for sku in goods.values()}
    return tuple(CartShop(pk, shops[pk].name, shops[pk].own, tuple(lines)) for pk, lines in together.items())


def price_cart(actor: Actor, view: CartView) -> Priced:
    """What the ticked lines cost with the reductions, the level and the best coupons of now, without freight and points (D16.3); one statement."""
    chosen = [line for line in view.lines if line.chosen]
    items = tuple(Item(line.sku_id, line.shop_id, line.price, line.quantity, line.product_id, line.categories) for line in chosen)
    held = promotions.standing(actor, sorted({line.shop_id for line in view.lines}))
    return price(Basket(items), {}, held.offers({each.coupon_id or 0 for each in held.coupons}))


def pieces_in_cart(actor: Actor, secret: str = "") -> int:
    """How many pieces the cart holds, for the number at its sign; what is not sold any more does not count."""
    on_sale = Q(sku__active=True, sku__product__status="on_sale")
    return int(lines_of(actor, secret).filter(on_sale).aggregate(n=Sum(F("quantity")))["n"] or 0)
