"""One product: pictures, price, promises, the choice of a variant as links, buy now (D01.1–3, D05.2–3, D06.3.1, D15.4)."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from wangdan.accounts import queries as accounts
from wangdan.catalogue.models import Picture, Product, Sku
from wangdan.delivery import queries as delivery
from wangdan.delivery.rules import Sent
from wangdan.desks import codes, sayings, web
from wangdan.desks.store import tiles
from wangdan.desks.store.pages import offers
from wangdan.desks.store.pages.cart import whole
from wangdan.desks.templatetags.wd import money
from wangdan.files.models import File
from wangdan.inventory import queries as inventory
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.orders import queries as orders
from wangdan.orders.rules import PIECES_LIMIT
from wangdan.promotions.rules import Item

_BIG, _SMALL = 800, 200
_TOGETHER = 4
_ORIGIN, _WEIGHT = gettext_noop("产地"), gettext_noop("毛重")


@dataclass(frozen=True)
class Chosen:
    """The variant the page shows; price in minor units."""

    id: int
    price: int
    specs: dict[str, str]
    picture: str
    available: int

    @property
    def limit(self) -> int:
        """The most pieces one can ask for."""
        return max(1, min(PIECES_LIMIT, self.available))


@dataclass(frozen=True)
class Option:
    """One value of a spec: the variant it leads to, whether that one can be had."""

    value: str
    sku: int
    on: bool
    available: int
    picture: str = ""


@dataclass(frozen=True)
class Axis:
    """One spec, such as the colour, with its values."""

    name: str
    chosen: str
    options: list[Option]


@require_safe
def show(request: HttpRequest, number: int) -> HttpResponse:
    """The product with the variant of `?sku=`, else the first that is in stock."""
    actor = web.actor(request)
    product = _product(actor, number)
    skus = list(Sku.objects.filter(product=product, active=True).select_related("picture"))
    if not skus:
        raise NotSeen
    available = inventory.available([sku.pk for sku in skus]) if product.status == "on_sale" else {}
    files = [File(pk=row["id"], sha256=row["sha"], public=row["public"]) for row in product.shown]
    first = files[0].url(_SMALL) if files else ""
    wanted = whole(request.GET.get("sku"))
    sku = next((sku for sku in skus if sku.pk == wanted), None) or max(skus, key=lambda sku: available.get(sku.pk, 0) > 0)
    chosen = Chosen(sku.pk, sku.price, sku.specs, sku.picture.url(_SMALL) if sku.picture else first, available.get(sku.pk, 0))
    address = accounts.default_address(actor) if actor.id else None
    context = {
        "product": product,
        "chosen": chosen,
        "axes": _axes(skus, sku, available),
        "sold_out": not any(available.values()),
        "pictures": _gallery(sku, files, _BIG),
        "small_pictures": _gallery(sku, files, _SMALL),
        "trail": [place for place in (product.category.parent, product.category) if place],
        "shop": {"id": product.shop_id, "name": product.shop.name, "own": product.shop.own, "place": f"{product.shop.province}{product.shop.city}"},
        "parameters": _parameters(product, sku),
        "destination": address.destination.region if address else "",
        "freight_text": _freight(product, sku, address),
        "offers": offers.shown(actor, _item(product, sku)),
    }
    return render(request, "store/product.html", context)


def _item(product: Any, sku: Sku) -> Item:
    """The variant as the pricing knows it."""
    above = (product.category_id, product.category.parent_id) if product.category.parent_id else (product.category_id,)
    return Item(sku.pk, product.shop_id, sku.price, 1, product.pk, above)


def _product(actor: Actor, number: int) -> Any:
    """The product with shop, category and pictures in one statement. Refuses with 404."""
    facts = JSONObject(id="file_id", sha="file__sha256", public="file__public")
    shown = Picture.objects.filter(product=OuterRef("pk")).order_by("position", "id").values(fact=facts)
    rows = Product.visible_to(actor).filter(pk=number if number < 2**63 else 0)
    found = rows.select_related("shop", "category__parent").annotate(shown=ArraySubquery(shown)).first()
    if found is None:
        raise NotSeen
    return found


@require_safe
def beside(request: HttpRequest, number: int) -> HttpResponse:
    """What others bought together with it within 90 days, and other goods like it; fetched when the page stands (D05.2)."""
    actor = web.actor(request)
    product = _product(actor, number)
    bought = tiles.chosen(actor, orders.together([product.pk], most=_TOGETHER))
    return render(request, "store/parts/beside.html", {"together": bought, "beside": tiles.beside(actor, product), "days": orders.DAYS})


@require_safe
def share(request: HttpRequest, number: int) -> HttpResponse:
    """A page to show the goods to somebody else: a square to scan, the address to copy (D05.8)."""
    product = _product(web.actor(request), number)
    files = [File(pk=row["id"], sha256=row["sha"], public=row["public"]) for row in product.shown]
    url = request.build_absolute_uri(f"/p/{product.pk}")
    context = {"product": product, "picture": files[0].url(_SMALL) if files else "", "url": url, "square": codes.square(url)}
    return render(request, "store/share.html", context)


def _gallery(sku: Sku, files: list[File], width: int) -> list[str]:
    """The variant's own picture first, then the product's, each once."""
    own = [sku.picture] if sku.picture else []
    return list(dict.fromkeys(file.url(width) for file in (*own, *files)))


def _axes(skus: list[Sku], chosen: Sku, available: dict[int, int]) -> list[Axis]:
    """The specs as rows of links: each value leads to the variant with it that is closest to the chosen one."""
    axes = []
    for place, (name, value) in enumerate(chosen.specs.items()):
        values = dict.fromkeys(str(sku.specs.get(name, "")) for sku in skus if sku.specs.get(name))
        options = [_option(name, each, skus, chosen, available, pictured=place == 0) for each in values]
        axes.append(Axis(name, str(value), options))
    return axes if len(skus) > 1 else []


def _option(name: str, value: str, skus: list[Sku], chosen: Sku, available: dict[int, int], *, pictured: bool) -> Option:
    fitting = [sku for sku in skus if str(sku.specs.get(name)) == value]
    same = {other: worth for other, worth in chosen.specs.items() if other != name}
    exact = next((sku for sku in fitting if {**same, name: sku.specs[name]} == sku.specs), None)
    lead = exact or max(fitting, key=lambda sku: available.get(sku.pk, 0) > 0)
    picture = lead.picture.url(_SMALL) if pictured and lead.picture else ""
    return Option(value, lead.pk, str(chosen.specs.get(name)) == value, available.get(lead.pk, 0), picture)


def _parameters(product: Product, sku: Sku) -> list[tuple[str, str]]:
    """What the shop states: its own parameters; origin and weight too where it did not name them itself (D06.3.1)."""
    stated = [(str(row[0]), str(row[1])) for row in product.parameters if isinstance(row, (list, tuple)) and len(row) == 2]  # noqa: PLR2004 - name and value
    named = {name for name, _value in stated}
    if product.origin and not named & {_ORIGIN, _(_ORIGIN)}:
        stated.append((_(_ORIGIN), product.origin))
    if not named & {_WEIGHT, _(_WEIGHT)}:
        stated.append((_(_WEIGHT), _("%(kg)s kg") % {"kg": f"{sku.weight_grams / 1000:.2f}".rstrip("0").rstrip(".")}))
    if sku.code:
        stated.append((_("货号"), sku.code))
    return stated


def _freight(product: Product, sku: Sku, address: Any) -> str:
    """What sending one piece costs, to the default address if there is one."""
    sent = Sent(product.pk, 1, sku.weight_grams, sku.price)
    found = delivery.freights(address.destination if address else None, {product.shop_id: [sent]})[product.shop_id]
    if not found.served:
        return sayings.joined(found.reason)
    return _("运费 %(amount)s") % {"amount": money(found.amount)} if found.amount else _("免运费")
