"""What a data set says, in one neutral shape: deals with lines and a fate, and call-backs of earlier deals."""

import csv
import lzma
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from wangdan.kernel.money import round_half_up


class RecordsError(Exception):
    """The folder does not hold what it should; the message names the file."""


@dataclass(frozen=True)
class Item:
    """Pieces of one article at one price (minor units); `shop` is the seller's key."""

    article: str
    title: str
    price: int
    pieces: int
    shop: str = ""


@dataclass
class Deal:
    """One order of the data set; one that `takes_back` brings back goods of the customer's earlier deals.

    `fate` is how far it went: placed, paid, declined, dropped (cancelled before payment), cancelled, accepted, shipped, delivered.
    """

    no: str
    customer: str
    method: str
    fate: str
    items: list[Item] = field(default_factory=list)
    takes_back: bool = False


def rows(folder: Path, stem: str) -> Iterator[dict[str, str]]:
    """The rows of `stem.csv.xz` or `stem.csv`."""
    packed, plain = folder / f"{stem}.csv.xz", folder / f"{stem}.csv"
    if not packed.exists() and not plain.exists():
        message = f"{folder} holds neither {packed.name} nor {plain.name}"
        raise RecordsError(message)
    opened: Any = lzma.open(packed, "rt", encoding="utf-8") if packed.exists() else plain.open(encoding="utf-8")  # noqa: SIM115
    with opened as lines:
        yield from csv.DictReader(lines)


def minor(text: str) -> int:
    """A decimal price in minor units; 0 for what is no price."""
    try:
        return round_half_up(Decimal(text) * 100)
    except InvalidOperation:
        return 0


def online_retail(folder: Path, limit: int | None) -> Iterator[Deal]:
    """Invoices in order of time; one that begins with C takes goods of earlier invoices back."""
    deal: Deal | None = None
    count = 0
    for row in rows(folder, "online_retail"):
        if deal is None or deal.no != row["InvoiceNo"]:
            if deal is not None:
                yield deal
                count += 1
                if limit is not None and count >= limit:
                    return
            deal = Deal(row["InvoiceNo"], row["CustomerID"] or "guest", "sandbox", "paid", takes_back=row["InvoiceNo"].startswith("C"))
        title = row["Description"].strip() or row["StockCode"]
        deal.items.append(Item(row["StockCode"].upper(), title, minor(row["UnitPrice"]), abs(int(row["Quantity"]))))
    if deal is not None:
        yield deal


FATES = {
    "created": "placed", "approved": "paid", "invoiced": "accepted", "processing": "accepted", "shipped": "shipped",
    "delivered": "delivered", "canceled": "cancelled", "unavailable": "declined",
}  # fmt: skip


def olist(folder: Path, limit: int | None) -> Iterator[Deal]:
    """Orders of a marketplace in order of time, each with its sellers' items; boleto is a bank transfer, the rest pays online."""
    items: dict[str, list[Item]] = defaultdict(list)
    for row in rows(folder, "olist_order_items_dataset"):
        items[row["order_id"]].append(Item(row["product_id"], row["product_id"], minor(row["price"]), 1, row["seller_id"]))
    methods = {row["order_id"]: row["payment_type"] for row in rows(folder, "olist_order_payments_dataset")}
    people = {row["customer_id"]: row["customer_unique_id"] for row in rows(folder, "olist_customers_dataset")}
    names = {row["product_id"]: row["product_category_name"] for row in rows(folder, "olist_products_dataset")}
    orders = sorted(rows(folder, "olist_orders_dataset"), key=lambda row: row["order_purchase_timestamp"])
    for row in orders[:limit]:
        yield Deal(
            row["order_id"],
            people.get(row["customer_id"], row["customer_id"]),
            "bank_transfer" if methods.get(row["order_id"]) == "boleto" else "sandbox",
            "dropped" if row["order_status"] == "canceled" and not row["order_approved_at"] else FATES[row["order_status"]],
            _gathered(items[row["order_id"]], names),
        )


def _gathered(items: list[Item], names: dict[str, str]) -> list[Item]:
    """Rows of one piece each as lines of several pieces."""
    pieces: dict[Item, int] = defaultdict(int)
    for item in items:
        pieces[item] += 1
    return [
        Item(each.article, f"{names.get(each.article) or 'produto'} {each.article[:6]}", each.price, count, each.shop)
        for each, count in pieces.items()
    ]


SETS = {"olist": olist, "online-retail": online_retail}
