"""What was bought: one order's goods to buy again, and what is bought together, the advice of the product and the home page."""

from collections.abc import Collection
from datetime import timedelta

from django.db.models import Count

from wangdan.kernel import clock
from wangdan.kernel.act import Actor
from wangdan.kernel.errors import NotSeen
from wangdan.kernel.numbers import normalise
from wangdan.orders.models import Line, Order

DAYS = 90
_LATEST = 300
"""So many latest purchases are looked at: advice needs no more, and the best seller costs no more than any other."""
_CALLED_OFF = ("cancelled", "declined")


def together(products: Collection[int], *, most: int) -> list[int]:
    """Products bought in the same purchases as these within 90 days, the most often first (D05.2); two statements."""
    recent = Line.objects.filter(product__in=products, order__placed_at__gte=clock.now() - timedelta(days=DAYS))
    recent = recent.exclude(order__status__in=_CALLED_OFF)
    purchases = list(recent.order_by("-id").values_list("order__purchase_id", flat=True)[:_LATEST])
    beside = Line.objects.filter(order__purchase__in=purchases).exclude(order__status__in=_CALLED_OFF).exclude(product__in=products)
    counted = beside.order_by().values("product").annotate(n=Count("order", distinct=True)).order_by("-n", "product")
    return [row["product"] for row in counted[:most]]


def lines_bought(actor: Actor, no: str) -> dict[int, int]:
    """Pieces by SKU of an order the actor made himself, in the order of its lines; 404 for any other."""
    found = Order.visible_to(actor).filter(buyer_id=actor.id or 0, no=normalise(no)[:12]).first()
    if found is None:
        raise NotSeen
    return dict(Line.objects.filter(order=found).order_by("position").values_list("sku_id", "quantity"))


def bought_lately(actor: Actor, *, most: int = 50) -> list[int]:
    """Products the actor bought within 90 days, the latest first."""
    orders = Order.visible_to(actor).filter(buyer_id=actor.id or 0, placed_at__gte=clock.now() - timedelta(days=DAYS))
    lines = Line.objects.filter(order__in=orders.exclude(status__in=_CALLED_OFF)).order_by("-id").values_list("product_id", flat=True)
    return list(dict.fromkeys(lines[:most]))
