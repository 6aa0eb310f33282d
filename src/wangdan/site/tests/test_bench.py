"""The bench runs and prints ratios; how large they are is nobody's promise."""

import re
import subprocess

from wangdan.site.supervisor import ROOT
from wangdan.site.tests.test_up import clean


def bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command."""
    environment = clean() | {"COLUMNS": "160"}
    return subprocess.run([str(ROOT / "wangdan"), "bench", *arguments], cwd=ROOT, env=environment, check=False, capture_output=True, text=True)


def test_place_prints_its_ratio_to_the_physical_limit():
    """Every case with both ways to say it, and one is the other's inverse."""
    done = bench("place", "--clients", "2", "--seconds", "0.5")
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(r"│ (a [^│]+?)\s+│ ([\d.]+)\s+│ ([\d.]+) %", done.stdout)
    assert [what.partition(" (")[0] for what, _, _ in told] == [
        "a keyed operation on one row",
        "a purchase of one line",
        "a purchase of ten lines",
        "a purchase of one line, all of the same goods",
    ]
    assert all(abs(float(times) * float(part) - 100) < 5 + float(times) for _, times, part in told)


def test_orders_prints_what_size_costs():
    """Every kind of condition, small and large in one run, with the ratio of the two."""
    done = bench("orders", "--size", "2000", "--seconds", "0.1")
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(r"│ (\S[^│]+?)\s+│\s*([\d.]+)\s*│\s*([\d.]+)\s*│\s*([\d.]+)\s*│\s*([\d.]+)\s*│", done.stdout)
    assert len(told) > 30
    assert all(abs(float(large) / float(small) - float(ratio)) < 0.05 + float(ratio) / 20 for _, small, large, ratio, _ in told)


def test_an_unknown_bench_is_told_so():
    """With the names there are."""
    done = bench("nothing")
    assert done.returncode == 2
    assert "place" in done.stderr


def test_browse_prints_each_page_as_a_ratio_to_an_empty_one():
    """Home, category, search, product and what is typed."""
    done = bench("browse", "--size", "2000", "--clients", "1", "--seconds", "0.3")
    assert done.returncode == 0, done.stdout + done.stderr
    told = re.findall(r"│ ([^│]+?) \((\d+) req/s\)\s+│ ([\d.]+)\s+│ ([\d.]+) %", done.stdout)
    assert [what for what, *_ in told] == [
        "the home page",
        "a category with its facets",
        "a search with its facets",
        "a search for a word nobody has",
        "suggestions while typing",
        "a product",
    ]
    assert all(int(rate) > 0 for _, rate, _, _ in told)
