"""Public data sets through the real operations: every fate, every refusal, a second run, and the large sets with --all."""

import os
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum

from wangdan.orders.models import Order, Purchase
from wangdan.payments.models import Capture, Part, Refund
from wangdan.site import checks
from wangdan.site.supervisor import ROOT
from wangdan.site.tests import datasets
from wangdan.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)
MANY = [(f"M{at}", f"THING {at}", 1, "1.00") for at in range(101)]
INVOICES = [
    ("T1", "1", [("A", "BASKET", 3, "2.55"), ("B", "CANDLE", 1, "1.00")]),
    ("T2", "2", [("A", "BASKET", 2, "2.55"), ("a", "BASKET", 1, "2.55"), ("A", "BASKET", 1, "2.10")]),
    ("T3", "", [("LOST", "", -5, "0.0")]),
    ("T4", "1", [("B", "CANDLE", 1000, "1.00")]),
    ("T5", "1", MANY),
    ("CT6", "2", [("A", "BASKET", -3, "2.55"), ("A", "BASKET", -1, "2.10")]),
    ("CT7", "1", [("A", "BASKET", -1, "2.55")]),
    ("CT8", "3", [("A", "BASKET", -1, "2.55")]),
    ("T9", "3", [("A", "BASKET", 1, "2.55")]),
]


def replay(name: str, folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """Run the command on this test's database, with two processes."""
    parts = connection.settings_dict
    url = f"postgresql://{parts['USER']}@/{parts['NAME']}?host={parts['HOST']}&port={parts['PORT']}"
    environment = os.environ | {"DATABASE_URL": url, "COLUMNS": "200", "WANGDAN_HOME": str(ROOT)}
    return subprocess.run(
        [str(ROOT / "wangdan"), "replay", name, str(folder), "--workers", "2", *more],
        cwd=ROOT, env=environment, check=False, capture_output=True, text=True,
    )  # fmt: skip


def played(name: str, folder: Path, *more: str) -> str:
    """What a replay that goes well says."""
    done = replay(name, folder, *more)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "orders/s" in done.stdout
    return done.stdout


def refused(said: str, code: str) -> int:
    """How often the table of refusals names the code."""
    return sum(int(found.replace(",", "")) for found in re.findall(rf"{re.escape(code)}[^│]*│[^│]*│\s*([\d,]+)\s*│", said))


def states() -> Counter[str]:
    """How many orders are in which state."""
    return Counter(Order.objects.values_list("status", flat=True))


def broken() -> list[str]:
    """The invariants that do not hold."""
    return [f"{result.name}: {result.examples}" for result in checks.run() if not result.holds]


def test_invoices_are_played_with_refusals_and_what_is_taken_back(tmp_path: Path):
    """Whole orders are called off, parts are called off and the rest ordered anew; what cannot be is refused by the operations themselves."""
    said = played("online-retail", datasets.retail(tmp_path, INVOICES))
    assert states() == {"cancelled": 2, "awaiting_acceptance": 2}
    assert refused(said, "checkout.nothing_chosen") == 1
    assert refused(said, "checkout.too_many_pieces") == 1
    assert refused(said, "checkout.too_many_lines") == 1
    assert refused(said, "catalogue.draft_incomplete price") == 1
    assert refused(said, "replay.nothing_to_take_back") == 1
    rest = Order.objects.get(note__startswith="online-retail CT7 ")
    assert rest.goods == 2 * 255 + 100
    back = Refund.objects.filter(status="done").aggregate(sum=Sum("amount"))["sum"]
    kept = Part.objects.filter(status="captured").aggregate(sum=Sum("amount"))["sum"]
    assert Capture.objects.aggregate(sum=Sum("amount"))["sum"] == back + kept
    assert broken() == []


def test_a_second_run_doubles_nothing_and_a_longer_one_goes_on(tmp_path: Path):
    """What is done is found by its note, whatever became of the idempotency keys."""
    folder = datasets.retail(tmp_path, INVOICES)
    played("online-retail", folder, "--limit", "2")
    assert states() == {"awaiting_acceptance": 2}
    first = list(Order.objects.order_by("pk").values_list("no", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE kernel_key")
    played("online-retail", folder)
    assert list(Order.objects.order_by("pk").values_list("no", flat=True))[:2] == first
    whole = sorted(Order.objects.values_list("no", "status", "total"))
    money = Capture.objects.count(), Refund.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE kernel_key")
    said = played("online-retail", folder)
    assert sorted(Order.objects.values_list("no", "status", "total")) == whole
    assert (Capture.objects.count(), Refund.objects.count()) == money
    assert "0 orders in" in said
    assert broken() == []


ORDERS = [
    ("o1", "u1", "delivered", "credit_card", [("p1", "s1", "10.00"), ("p1", "s1", "10.00"), ("p2", "s2", "7.50")]),
    ("o2", "u2", "delivered", "boleto", [("p2", "s2", "7.50")]),
    ("o3", "u3", "shipped", "voucher", [("p1", "s1", "10.00")]),
    ("o4", "u4", "canceled", "boleto", [("p1", "s1", "11.00")]),
    ("o5", "u5", "canceled?", "credit_card", [("p1", "s1", "11.00")]),
    ("o6", "u6", "unavailable", "credit_card", [("p3", "s1", "3.00")]),
    ("o7", "u7", "invoiced", "credit_card", [("p3", "s1", "3.00")]),
    ("o8", "u1", "created", "credit_card", [("p3", "s1", "3.00")]),
    ("o9", "u9", "unavailable", "credit_card", []),
]


def test_a_marketplace_is_played_to_every_fate_and_goes_on_where_it_stood(tmp_path: Path):
    """Delivered, under way, called off before and after payment, declined, accepted, only placed; then what was only placed is delivered."""
    said = played("olist", datasets.olist(tmp_path / "first", ORDERS))
    assert Purchase.objects.count() == 8
    assert states() == {"completed": 3, "shipped": 1, "cancelled": 2, "declined": 1, "awaiting_shipment": 1, "awaiting_payment": 1}
    assert refused(said, "checkout.nothing_chosen") == 1
    assert set(Refund.objects.values_list("status", flat=True)) == {"done"}
    assert Refund.objects.count() == 2
    assert not Task.objects.exclude(status="done").exists()
    later = [(no, customer, "delivered" if no == "o8" else status, *rest) for no, customer, status, *rest in ORDERS]
    played("olist", datasets.olist(tmp_path / "later", later))
    assert Purchase.objects.count() == 8
    assert states() == {"completed": 4, "shipped": 1, "cancelled": 2, "declined": 1, "awaiting_shipment": 1}
    assert broken() == []


def test_a_folder_without_the_files_is_told_so(tmp_path: Path):
    """The file is named, nothing is begun."""
    done = replay("olist", tmp_path)
    assert done.returncode == 1
    assert "olist_order_items_dataset.csv" in done.stderr
    assert Order.objects.count() == 0


def test_an_unknown_set_is_told_so(tmp_path: Path):
    """With the names there are."""
    done = replay("nothing", tmp_path)
    assert done.returncode == 2
    assert "olist" in done.stderr


DATA = ROOT.parent / "shared" / "data"
"""The real sets, where a workplace has them beside the repository; they never enter it."""


@pytest.mark.long
def test_twenty_thousand_invoices_leave_everything_in_order(tmp_path: Path):
    """The real shop's invoices if they are here, else as many of the same shape."""
    real = DATA / "online-retail"
    folder = real if real.exists() else datasets.many_invoices(tmp_path, 20_000)
    said = played("online-retail", folder, "--limit", "20000")
    assert "20,000 deals" in said
    assert sum(states().values()) > 10_000
    assert broken() == []


@pytest.mark.long
def test_a_whole_marketplace_leaves_everything_in_order(tmp_path: Path):
    """The real marketplace's orders if they are here, else four thousand of the same shape."""
    real = DATA / "olist"
    folder = real if real.exists() else datasets.many_orders(tmp_path, 4_000)
    said = played("olist", folder)
    assert states()["completed"] > 3_000
    assert "bug" not in said
    assert broken() == []
