"""Made-up folders in the shape of the public data sets: tiny ones row by row, large ones by a seeded dice."""

import csv
import random
from collections.abc import Iterable, Sequence
from pathlib import Path

RETAIL = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country")
OLIST = {
    "olist_orders_dataset": ("order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at"),
    "olist_order_items_dataset": ("order_id", "order_item_id", "product_id", "seller_id", "shipping_limit_date", "price", "freight_value"),
    "olist_order_payments_dataset": ("order_id", "payment_sequential", "payment_type", "payment_installments", "payment_value"),
    "olist_customers_dataset": ("customer_id", "customer_unique_id", "customer_zip_code_prefix", "customer_city", "customer_state"),
    "olist_products_dataset": ("product_id", "product_category_name"),
}
Sold = tuple[str, str, int, str]
"""Article, text, pieces, price."""


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)


def retail(folder: Path, invoices: Iterable[tuple[str, str, Sequence[Sold]]]) -> Path:
    """A folder of invoices: number, customer (empty: a guest), what was sold."""
    rows = [
        (no, article, text, pieces, "2026-01-05 10:00", price, customer, "Nowhere")
        for no, customer, sold in invoices
        for article, text, pieces, price in sold
    ]
    _write(folder / "online_retail.csv", RETAIL, rows)
    return folder


def olist(folder: Path, orders: Iterable[tuple[str, str, str, str, Sequence[tuple[str, str, str]]]]) -> Path:
    """A folder of marketplace orders: number, customer, status (`canceled?` for one never approved), payment, items (product, seller, price)."""
    tables: dict[str, list[Sequence[object]]] = {name: [] for name in OLIST}
    products = set()
    for at, (no, customer, status, payment, items) in enumerate(orders):
        approved = "" if status.endswith("?") else "2026-01-05 11:00:00"
        tables["olist_orders_dataset"].append((no, f"c{no}", status.rstrip("?"), f"2026-01-05 10:{at // 60 % 60:02d}:{at % 60:02d}", approved))
        tables["olist_customers_dataset"].append((f"c{no}", customer, "01001", "nowhere", "NW"))
        tables["olist_order_payments_dataset"].append((no, 1, payment, 1, "0"))
        for place, (product, seller, price) in enumerate(items, start=1):
            tables["olist_order_items_dataset"].append((no, place, product, seller, "", price, "1.00"))
            products.add(product)
    tables["olist_products_dataset"] = [(product, "coisas") for product in sorted(products)]
    for name, header in OLIST.items():
        _write(folder / f"{name}.csv", header, tables[name])
    return folder


def many_invoices(folder: Path, count: int) -> Path:
    """So many invoices as the shop of the real set writes them: few customers buy often, an invoice in seven takes goods back."""
    dice = random.Random(20101201)
    articles = [(f"{10000 + at}{dice.choice(('', 'A', 'B'))}", f"THING No {at}", f"{dice.lognormvariate(0.9, 0.9):.2f}") for at in range(3500)]
    bought: dict[str, list[Sold]] = {}
    invoices: list[tuple[str, str, Sequence[Sold]]] = []
    for at in range(count):
        customer = "" if dice.random() < 0.06 else str(12346 + int(dice.paretovariate(0.9) * 3) % 3500)
        if bought.get(customer) and dice.random() < 0.15:
            article, text, pieces, price = dice.choice(bought[customer])
            invoices.append((f"C{536365 + at}", customer, [(article, text, -dice.randint(1, pieces), price)]))
            continue
        sold = [(*dice.choice(articles)[:2], min(int(dice.paretovariate(0.8)), 2000), "") for _ in range(min(int(dice.expovariate(1 / 18)) + 1, 130))]
        prices = {article: price for article, _, price in articles}
        lines = [(article, text, pieces, "0.0" if dice.random() < 0.003 else prices[article]) for article, text, pieces, _ in sold]
        invoices.append((str(536365 + at), customer, lines))
        bought[customer] = [*bought.get(customer, []), *lines[:3]][-12:]
    return retail(folder, invoices)


def many_orders(folder: Path, count: int) -> Path:
    """So many orders of a marketplace in the real set's mix of states, payments and sellers."""
    dice = random.Random(20161004)
    states = ("delivered",) * 979 + ("shipped",) * 6 + ("unavailable",) * 6 + ("canceled",) * 3 + ("processing", "invoiced") * 3
    products = [(f"p{at:031x}", f"s{dice.randrange(count // 12 + 1):031x}", f"{dice.lognormvariate(4.3, 0.9):.2f}") for at in range(count // 2 + 1)]
    orders = []
    for at in range(count):
        items = [dice.choice(products) for _ in range(dice.choice((1,) * 9 + (2,)))]
        status = dice.choice(states)
        orders.append(
            (f"o{at:031x}", f"u{at:031x}", status, "boleto" if dice.random() < 0.2 else "credit_card", items if status != "unavailable" else [])
        )
    return olist(folder, orders)
