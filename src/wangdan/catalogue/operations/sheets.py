"""Many goods from a table: kept with what is wrong in it, then taken as a whole or not at all; the same table twice changes nothing (D07.3)."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from wangdan.catalogue.facts import SheetWanted
from wangdan.catalogue.models import Product, Sheet, Sku
from wangdan.catalogue.operations.describing import create_product, edit_product, root_of_shop
from wangdan.catalogue.queries import coded
from wangdan.catalogue.rules import SHEET_AT_ONCE, Draft, Variant, rich
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, Problem, Refused
from wangdan.kernel.operation import operation


@operation("catalogue.keep_sheet", root=root_of_shop)
def keep_sheet(act: Act, *, shop_id: int, name: str, lines: int, goods: Sequence[dict[str, Any]], faults: Sequence[dict[str, Any]]) -> Sheet:
    """Keep a table that was read, for its preview; nothing is changed yet. Refuses with `catalogue.sheet_empty`."""
    if not lines:
        raise Malformed("catalogue.sheet_empty")
    status = "faulty" if faults else "checked"
    fields: dict[str, Any] = {"name": name[:80], "lines": lines, "goods": list(goods), "faults": list(faults)}
    return Sheet.objects.create(root_id=act.family_id, shop_id=shop_id, person_id=act.person_id, status=status, at=act.now, **fields)


@operation("catalogue.take_sheet", on=Sheet)
def take_sheet(act: Act, sheet: Sheet) -> Sheet:
    """Take a checked table: a short one at once, a long one (option) by the worker.

    Refuses with `catalogue.cannot_take_sheet` when it has faults or was taken, `catalogue.sheet_mixed`, and with whatever its goods refuse;
    then nothing is taken.
    """
    if sheet.status != "checked":
        raise Refused("catalogue.cannot_take_sheet", status=sheet.status)
    if len(sheet.goods) > act.option(SHEET_AT_ONCE):
        sheet.status = "waiting"
        sheet.save(update_fields=["status"])
        act.tell(SheetWanted(sheet.ref))
        return sheet
    return _take(act, sheet)


def _root_of_sheet(_actor: Actor, *, fact: SheetWanted) -> int | None:
    """The shop's root, which its goods belong to as well."""
    return Sheet.objects.filter(pk=int(fact.handle)).values_list("root_id", flat=True).first()


@operation("catalogue.work_sheet", root=_root_of_sheet)
def work_sheet(act: Act, *, fact: SheetWanted) -> Sheet:
    """LATER: a long table, all of it in one transaction; what does not go is told on the table and nothing is taken."""
    sheet = Sheet.objects.get(pk=int(fact.handle))
    if sheet.status != "waiting":
        return sheet
    act.watch(sheet, "catalogue.work_sheet")
    try:
        with transaction.atomic():
            return _take(act, sheet)
    except Problem as problem:
        sheet.refresh_from_db()
        sheet.status, sheet.done_at = "failed", act.now
        sheet.trouble = {"code": problem.code, "detail": {name: value for name, value in problem.detail.items() if isinstance(value, str | int)}}
        sheet.save(update_fields=["status", "done_at", "trouble"])
        return sheet


def _take(act: Act, sheet: Sheet) -> Sheet:
    known = coded(sheet.shop_id, [variant["code"] for each in sheet.goods for variant in each["variants"]])
    made = changed = 0
    for each in sheet.goods:
        products = {known[variant["code"]].product_id for variant in each["variants"] if variant["code"] in known}
        if len(products) > 1:
            raise Refused("catalogue.sheet_mixed", line=each["line"], title=each["title"])
        if products:
            changed += _change(act, Product.objects.get(pk=products.pop()), each)
        else:
            create_product(act, shop_id=sheet.shop_id, draft=_draft(each, [_variant(one) for one in each["variants"]]))
            made += 1
    sheet.status, sheet.made, sheet.changed, sheet.done_at = "done", made, changed, act.now
    sheet.save(update_fields=["status", "made", "changed", "done_at"])
    return sheet


def _variant(said: dict[str, Any], pk: int | None = None, picture: int | None = None) -> Variant:
    return Variant(dict(said["specs"]), said["price"], said["code"], said["weight_grams"], said["active"], pk, picture)


def _draft(said: dict[str, Any], variants: list[Variant], parameters: Sequence[tuple[str, str]] = ()) -> Draft:
    texts = {name: said[name] for name in ("title", "subtitle", "description", "origin")}
    return Draft(said["category_id"], variants=variants, parameters=parameters, tags=said["tags"], **texts)


def _change(act: Act, product: Product, said: dict[str, Any]) -> int:
    """Bring a product to what the table says; variants that it does not name stay as they are. 1 when anything was different."""
    skus = list(Sku.objects.filter(product=product).order_by("position", "id"))
    wanted = {each["code"]: each for each in said["variants"]}
    variants = []
    for sku in skus:
        mine = wanted.pop(sku.code, None) if sku.code else None
        if mine is None:
            variants.append(Variant(sku.specs, sku.price, sku.code, sku.weight_grams, sku.active, sku.pk, sku.picture_id))
        else:
            variants.append(_variant(mine, sku.pk, sku.picture_id))
    variants += [_variant(each) for each in wanted.values()]
    draft = _draft(said, variants, [(name, value) for name, value in product.parameters])
    if _same(product, skus, draft):
        return 0
    edit_product(act, product, draft=draft)
    return 1


def _same(product: Product, skus: list[Sku], draft: Draft) -> bool:
    texts = all(getattr(product, name) == getattr(draft, name) for name in ("category_id", "title", "subtitle", "origin"))
    rows = [(sku.pk, sku.specs, sku.price, sku.code, sku.weight_grams, sku.active) for sku in skus]
    said = [(each.id, dict(each.specs), each.price, each.code, each.weight_grams, each.active) for each in draft.variants]
    return texts and product.description == rich.clean(draft.description) and list(product.tags) == list(draft.tags) and rows == said
