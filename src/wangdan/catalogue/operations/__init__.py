"""What can be done to goods: describe, price, show, sell, put away; and what is done to many at once."""

from wangdan.catalogue.operations.describing import add_category, create_product, edit_product
from wangdan.catalogue.operations.importing import Goods, import_products
from wangdan.catalogue.operations.selling import (
    archive,
    change_price,
    count_sold,
    put_on_sale,
    remove_product,
    restore_goods,
    take_off_sale,
    withdraw_goods,
)
from wangdan.catalogue.operations.sheets import keep_sheet, take_sheet, work_sheet
from wangdan.catalogue.operations.showing import add_picture, move_picture, remove_picture, show_variant

__all__ = [
    "Goods",
    "add_category",
    "add_picture",
    "archive",
    "change_price",
    "count_sold",
    "create_product",
    "edit_product",
    "import_products",
    "keep_sheet",
    "move_picture",
    "put_on_sale",
    "remove_picture",
    "remove_product",
    "restore_goods",
    "show_variant",
    "take_off_sale",
    "take_sheet",
    "withdraw_goods",
    "work_sheet",
]
