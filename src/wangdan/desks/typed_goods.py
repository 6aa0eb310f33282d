"""Goods that a clerk types: a variant's code, its number, or words of a title that only one variant has."""

from wangdan.catalogue.models import Sku

_ENOUGH = 2


def sku(text: str, *, shop: int | None = None) -> Sku | None:
    """The variant on sale that the text names, in one shop or in any; None when there is none, or more than one."""
    plain = " ".join(text.replace("\x00", "").split())[:120]
    rows = Sku.objects.filter(active=True, product__status="on_sale", product__shop__active=True).select_related("product__shop")
    rows = rows if shop is None else rows.filter(product__shop=shop)
    if not plain:
        return None
    named = [rows.filter(code=plain), rows.filter(product__title=plain), rows.filter(product__title__icontains=plain)]
    if plain.removeprefix("#").isascii() and plain.removeprefix("#").isdecimal():
        named.insert(1, rows.filter(pk=int(plain.removeprefix("#")[:18])))
    for found in named:
        some = list(found[:_ENOUGH])
        if some:
            return some[0] if len(some) == 1 else None
    return None
