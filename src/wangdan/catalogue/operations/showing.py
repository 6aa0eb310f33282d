"""Showing goods: pictures of a product and of its variants."""

from django.db.models import Max

from wangdan.catalogue.models import Picture, Product, Sku
from wangdan.catalogue.operations.describing import require_shop
from wangdan.catalogue.rules import MOST_PICTURES
from wangdan.files.models import File
from wangdan.kernel.act import Act
from wangdan.kernel.errors import NotSeen, Refused
from wangdan.kernel.operation import operation


@operation("catalogue.add_picture", on=Product)
def add_picture(act: Act, product: Product, *, file_id: int) -> Product:
    """Add a public picture at the end (D06: true pictures). Refuses with `catalogue.too_many_pictures`, `kernel.not_seen` for a file not one's own."""  # noqa: E501
    require_shop(act, product)
    if not File.visible_to(act.actor).filter(pk=file_id, public=True).exists():
        raise NotSeen
    present = Picture.objects.filter(product=product)
    most = act.option(MOST_PICTURES)
    if present.count() >= most:
        raise Refused("catalogue.too_many_pictures", most=most)
    last = present.aggregate(last=Max("position"))["last"]
    Picture.objects.create(root_id=product.root_id, product=product, file_id=file_id, position=0 if last is None else last + 1)
    act.note("picture added", None, file_id)
    return _touched(act, product)


@operation("catalogue.remove_picture", on=Product)
def remove_picture(act: Act, product: Product, *, picture_id: int) -> Product:
    """Take a picture off a product, and off the variants it showed. Refuses with `kernel.not_seen`."""
    require_shop(act, product)
    picture = Picture.objects.filter(product=product, pk=picture_id).first()
    if picture is None:
        raise NotSeen
    act.note("picture removed", picture.file_id, None)
    picture.delete()
    if not Picture.objects.filter(product=product, file_id=picture.file_id).exists():
        Sku.objects.filter(product=product, picture_id=picture.file_id).update(picture=None)
    return _touched(act, product)


@operation("catalogue.move_picture", on=Product)
def move_picture(act: Act, product: Product, *, picture_id: int, place: int = 0) -> Product:
    """Give a picture another place in the row; the first (0) is the one that lists show. Refuses with `kernel.not_seen`."""
    require_shop(act, product)
    pictures = list(Picture.objects.filter(product=product))
    chosen = next((each for each in pictures if each.pk == picture_id), None)
    if chosen is None:
        raise NotSeen
    rest = [each for each in pictures if each.pk != picture_id]
    place = max(0, min(place, len(rest)))
    moved = [*rest[:place], chosen, *rest[place:]]
    for position, picture in enumerate(moved):
        picture.position = position
    Picture.objects.bulk_update(pictures, ["position"])
    act.note("picture order", [each.file_id for each in pictures], [each.file_id for each in moved])
    return _touched(act, product)


@operation("catalogue.show_variant", on=Product)
def show_variant(act: Act, product: Product, *, sku_id: int, picture_id: int | None) -> Product:
    """Say which of the product's pictures shows a variant, or none. Refuses with `kernel.not_seen`."""
    require_shop(act, product)
    file_id = Picture.objects.filter(product=product, pk=picture_id).values_list("file_id", flat=True).first() if picture_id else None
    if (picture_id and file_id is None) or not Sku.objects.filter(product=product, pk=sku_id).update(picture_id=file_id):
        raise NotSeen
    act.note(f"picture of sku {sku_id}", None, file_id)
    return _touched(act, product)


def _touched(act: Act, product: Product) -> Product:
    product.changed_at = act.now
    product.save(update_fields=["changed_at"])
    return product
