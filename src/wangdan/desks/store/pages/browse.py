"""Browsing: the home page, the categories, and the search with filters, sorts and keyset pages (D01.1, D03.2, D05.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from wangdan.accounts.models import Organisation
from wangdan.catalogue import queries as catalogue
from wangdan.catalogue.models import Category, Product
from wangdan.desks import facets, finding, sayings, web
from wangdan.desks.facets import Facets
from wangdan.desks.finding import Wanted
from wangdan.desks.store import tiles
from wangdan.desks.store.pages.cart import whole
from wangdan.desks.store.pages.orders import mine
from wangdan.fulfilment.models import Parcel, ParcelLine, Track
from wangdan.kernel import numbers
from wangdan.kernel.errors import NotSeen
from wangdan.orders import queries as orders
from wangdan.orders.models import Order

_HOT, _RECOMMENDED, _ADVISED, _PAGE, _SHOWN_CATEGORIES = 5, 20, 10, 20, 9
SORTS: tuple[tuple[str, Any], ...] = (
    ("", gettext_lazy("综合")),
    ("sold", gettext_lazy("销量")),
    ("price", gettext_lazy("价格")),
    ("new", gettext_lazy("最新")),
)
_KEPT = ("q", "category", "shop", "sort", "from", "to", "stock", "tag")
_ATTRIBUTE, _MOST_ATTRIBUTES = "a.", 6
"""Begins the name of a field that holds the wanted value of an attribute: a.颜色=松绿."""
_FALLBACK = {
    "家具": "armchair",
    "灯": "desklamp",
    "家纺": "blanket",
    "厨": "cup",
    "收纳": "basket",
    "花": "vase",
    "音": "headphones",
    "电脑": "keyboard",
    "配件": "phonestand",
}
_SOUGHT = {"lamps": "灯", "stands": "支架"}
"""What the big pictures of the home page search for: words of the goods, the same in every language."""


@dataclass(frozen=True)
class Place:
    """A category as a door: name, path, picture, what is below."""

    slug: str
    name: str
    picture_url: str
    goods: int = 0
    children: tuple["Place", ...] = ()


def picture_of(category: Category) -> str:
    """The category's own picture, else one of ours that fits its name."""
    if category.picture:
        return category.picture.url(200)
    fitting = next((file for word, file in _FALLBACK.items() if word in category.name), "clock")
    return static(f"wd/pictures/{fitting}.svg")


def _strip(request: HttpRequest) -> dict[str, Any] | None:
    """The parcel that is nearest to the buyer's door, for the home page (D01.9)."""
    if not request.user.is_authenticated:
        return None
    moving: dict[str, Order] = {order.ref: order for order in mine(request).filter(status__in=("partly_shipped", "shipped")).order_by("-id")[:20]}
    if not moving:
        return None
    found = list(Parcel.objects.filter(ref_of__in=list(moving), status="handed_over").select_related("carrier", "warehouse").order_by("eta", "id"))
    if not found:
        return None
    first = found[0]
    line = ParcelLine.objects.filter(parcel=first).select_related("picture").first()
    stop = Track.objects.filter(parcel=first).select_related("carrier").first()
    return {
        "order_no": moving[first.ref_of].no,
        "picture": line.picture.url(200) if line and line.picture else "",
        "title": line.title if line else "",
        "status": first.status,
        "count": len(found),
        "eta": first.eta,
        "last_text": sayings.stop(stop, first) if stop else "",
        "last_at": stop.at if stop else None,
    }


def _advice(request: HttpRequest) -> list[int]:
    """What is bought together with what the buyer bought lately; nothing for strangers and for whoever switched it off (电子商务法 18)."""
    if not request.user.is_authenticated or not request.user.personal:
        return []
    bought = orders.bought_lately(web.actor(request))
    return orders.together(bought, most=_ADVISED) if bought else []


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The home page: a parcel on its way, the categories, the hot list with rank, recommendations (D05.2)."""
    actor = web.actor(request)
    on_sale, advice = tiles.on_sale(actor), _advice(request)
    top = Category.objects.filter(parent=None).select_related("picture")[:_SHOWN_CATEGORIES]
    context = {
        "parcel": _strip(request),
        "sought": _SOUGHT,
        "categories": [Place(each.slug, each.name, picture_of(each)) for each in top],
        "hot": tiles.tiles(on_sale.filter(sold__gt=0).order_by("-sold", "-id")[:_HOT]),
        "tiles": tiles.for_you(actor, advice, _RECOMMENDED),
        "personal": bool(advice),
        "days": orders.DAYS,
    }
    return render(request, "store/home.html", context)


@require_safe
def categories(request: HttpRequest) -> HttpResponse:
    """All categories with what is below them and how much is on sale."""
    counted = dict(Product.objects.filter(status="on_sale").values_list("category").annotate(n=Count("pk")))
    every = list(Category.objects.select_related("picture"))
    below: dict[int, list[Category]] = {}
    for each in every:
        below.setdefault(each.parent_id or 0, []).append(each)
    made = []
    for each in below.get(0, []):
        children = below.get(each.pk, [])
        goods = sum(counted.get(place.pk, 0) for place in (each, *children))
        made.append(Place(each.slug, each.name, picture_of(each), goods, tuple(Place(child.slug, child.name, "") for child in children)))
    return render(request, "store/categories.html", {"categories": made})


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """What is on sale in a category and below it."""
    place = Category.objects.filter(slug=slug).select_related("parent").first()
    if place is None:
        raise NotSeen
    return _results(request, place)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The search by words with conditions; a number of an order leads to the order."""
    number = numbers.normalise(request.GET.get("q", "")[:40])
    if numbers.is_number(number, "A") and request.user.is_authenticated:
        return redirect(f"/me/orders/{number}")
    place = Category.objects.filter(slug=request.GET.get("category", "")).select_related("parent").first() if request.GET.get("category") else None
    return _results(request, place)


def _kept(request: HttpRequest) -> list[tuple[str, str]]:
    """The conditions that are set, as fields."""
    return [(name, value) for name, value in request.GET.items() if value and (name in _KEPT or name.startswith(_ATTRIBUTE))]


def _attributes(request: HttpRequest) -> tuple[tuple[str, str], ...]:
    """The wanted values of attributes, by name."""
    found = [(name.removeprefix(_ATTRIBUTE), value) for name, value in _kept(request) if name.startswith(_ATTRIBUTE)]
    return tuple((name[:40].replace("\x00", ""), value[:200].replace("\x00", "")) for name, value in found[:_MOST_ATTRIBUTES])


def _path(request: HttpRequest, **changed: str | None) -> str:
    """The list's address with some conditions changed, from the first page on; None takes one away."""
    kept = dict(_kept(request))
    kept |= {name: value for name, value in changed.items() if value}
    for name, value in changed.items():
        if not value:
            kept.pop(name, None)
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _yuan(text: str | None) -> int | None:
    """A price people typed in whole yuan, in minor units."""
    value = whole(text, -1)
    return value * 100 if 0 <= value < 10**9 else None


def _results(request: HttpRequest, place: Category | None) -> HttpResponse:
    """A page of results with its conditions; htmx adds further pages below."""
    get = request.GET
    shop = Organisation.objects.filter(kind="shop", pk=whole(get.get("shop"))).first() if get.get("shop") else None
    wanted = Wanted(
        text=get.get("q", "").replace("\x00", "")[:80],
        category=place,
        shop_id=shop.pk if shop else None,
        low=_yuan(get.get("from")),
        high=_yuan(get.get("to")),
        in_stock=bool(get.get("stock")),
        sort=get.get("sort", ""),
        tag=get.get("tag", "").replace("\x00", "")[:20],
        attributes=_attributes(request),
    )
    cursor = get.get("cursor", "")[:20]
    found = finding.find(tiles.on_sale(web.actor(request)), wanted, cursor, _PAGE)
    context = {
        "q": get.get("q", "")[:80],
        "category": place,
        "mended": found.mended,
        "tiles": tiles.tiles(found.rows),
        "next": found.next,
        "sorts": _sorts(request),
        "chips": _chips(request, place, shop),
        "in_stock_path": "" if get.get("stock") else _path(request, stock="1"),
        "category_chips": _category_chips(request, place),
        "menus": [] if cursor or found.fitting is None else _menus(request, facets.facets(found.fitting), place),
        "kept": [(name, value) for name, value in _kept(request) if name not in ("from", "to")],
        "price_from": get.get("from", "")[:9],
        "price_to": get.get("to", "")[:9],
        "clear_path": f"{request.path}?{urlencode({'q': get['q']})}" if get.get("q") else request.path,
    }
    return render(request, "store/search.html", context)


def _sorts(request: HttpRequest) -> list[dict[str, Any]]:
    """The sorts; price turns round when it is pressed again."""
    present = request.GET.get("sort", "")
    made = []
    for key, text in SORTS:
        on = present == key or (key == "price" and present == "-price")
        path, icon = _path(request, sort=key or None), ""
        if key == "price":
            path = _path(request, sort="-price" if present == "price" else "price")
            icon = {"price": "sort-ascending", "-price": "sort-descending"}.get(present, "arrows-sort")
        made.append({"text": text, "on": on, "path": path, "icon": icon})
    return made


def _chips(request: HttpRequest, place: Category | None, shop: Organisation | None) -> list[dict[str, str]]:
    """The conditions that are set, each with the address without it."""
    get, made = request.GET, []
    if place is not None and get.get("category"):
        made.append({"text": place.name, "path": _path(request, category=None)})
    if shop is not None:
        made.append({"text": shop.name, "path": _path(request, shop=None)})
    low, high = _yuan(get.get("from")), _yuan(get.get("to"))
    if low is not None or high is not None:
        words = {"low": (low or 0) // 100, "high": (high or 0) // 100}
        text = _("%(low)s 元以上") % words if high is None else _("%(high)s 元以下") % words if low is None else _("%(low)s–%(high)s 元") % words
        made.append({"text": text, "path": _path(request, **{"from": None, "to": None})})
    if get.get("stock"):
        made.append({"text": _("只看有货"), "path": _path(request, stock=None)})
    if get.get("tag"):
        made.append({"text": get["tag"][:20], "path": _path(request, tag=None)})
    made += [{"text": f"{name} {value}", "path": _path(request, **{f"{_ATTRIBUTE}{name}": None})} for name, value in _attributes(request)]
    return made


def _menus(request: HttpRequest, found: Facets, place: Category | None) -> list[dict[str, Any]]:
    """What the results can be narrowed by, a menu each; one whose condition is set already is left out."""
    get, plus, made = request.GET, "+" if found.more else "", []

    def menu(text: str, name: str, choices: Sequence[facets.Choice]) -> None:
        if choices and not get.get(name):
            shown = [{"text": each.text, "count": f"{each.count}{plus}", "path": _path(request, **{name: each.value})} for each in choices]
            made.append({"text": text, "choices": shown})

    if request.path == "/search":
        menu(_("分类"), "category", found.categories if place is None else ())
    menu(_("店铺"), "shop", found.shops)
    if found.prices and not get.get("from") and not get.get("to"):
        made.append({"text": _("价位"), "choices": [_range(request, each, plus) for each in found.prices]})
    menu(_("特点"), "tag", found.tags)
    for name, choices in found.attributes:
        menu(name, f"{_ATTRIBUTE}{name}", choices)
    return made


def _range(request: HttpRequest, found: facets.Range, plus: str) -> dict[str, str]:
    low, high = (None if each is None else str(each) for each in (found.low, found.high))
    words = {"low": low, "high": high}
    text = _("%(low)s 元以上") % words if high is None else _("%(high)s 元以下") % words if low is None else _("%(low)s–%(high)s 元") % words
    return {"text": text, "count": f"{found.count}{plus}", "path": _path(request, **{"from": low, "to": high})}


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Words of goods that begin as what is being typed, for the search field; nothing for what is a number of ours."""
    text = request.GET.get("q", "")[:20].replace("\x00", "")
    answer = render(request, "store/parts/suggestions.html", {"words": catalogue.suggestions(text), "latin": text.isascii()})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def _category_chips(request: HttpRequest, place: Category | None) -> list[dict[str, Any]]:
    """Doors to narrower categories: those below the present one, or the top ones in a search."""
    if place is None and not request.GET.get("q"):
        return []
    top = place.parent_id or place.pk if place else None
    found = Category.objects.filter(parent=top)[:12]
    if place is not None and request.path.startswith("/c/"):
        return [{"text": each.name, "path": f"/c/{each.slug}", "on": each.pk == place.pk} for each in found]
    return [{"text": each.name, "path": _path(request, category=each.slug), "on": place is not None and each.pk == place.pk} for each in found]
