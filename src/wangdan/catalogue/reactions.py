"""What goods do when their shop may not sell for a while, and when it may again."""

from wangdan.catalogue import operations
from wangdan.catalogue.facts import SheetWanted
from wangdan.shops.facts import CheckOverdue, CheckRenewed

LATER = {
    ("sheets", SheetWanted): operations.work_sheet,
    ("applications", CheckOverdue): operations.withdraw_goods,
    ("applications", CheckRenewed): operations.restore_goods,
}
