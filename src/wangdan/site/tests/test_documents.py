"""docs/operations.md names what there is: every environment variable of the sources, every invariant of `check`, every metric."""

import re

from django.conf import settings

from wangdan.site import checks, health
from wangdan.site.supervisor import ROOT

TEXT = (ROOT / "docs" / "operations.md").read_text("utf-8")
INNER = {"WANGDAN_TEST_TEMPLATE", "WANGDAN_HOME", "WANGDAN_URL"}
"""Told by one of our processes to another, not for people."""


def test_every_environment_variable_is_documented():
    """A setting nobody can find is none."""
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "sandbox").rglob("*.py"), ROOT / "wangdan"]
    read = re.compile(r"""(?:environ(?:\.get)?[\[(]|getenv\(|_flag\(|\$\{)"?((?:WANGDAN|DATABASE|PROMETHEUS)_[A-Z_]+)""")
    named = {name for path in sources if "tests" not in path.parts for name in read.findall(path.read_text("utf-8"))}
    assert "WANGDAN_ZONE" in named
    assert sorted(name for name in named - INNER if f"`{name}`" not in TEXT) == []


def test_every_invariant_is_explained():
    """One row each; a group before the colon may share one."""
    rows = [line.split("|")[1].strip() for line in TEXT.splitlines() if line.startswith("|")]
    told = {row.partition(": ")[2]: row.partition(": ")[0].split(", ") for row in rows if ": " in row}

    def explained(name: str) -> bool:
        group, _, title = name.partition(": ")
        return name in rows or group in told.get(title, [])

    assert settings.MODULES
    assert [name for name, _ in checks.invariants() if not explained(name)] == []


def test_every_gauge_is_explained():
    """Under the name Prometheus reads."""
    assert [name for name, _ in health.GAUGES if f"`{name}`" not in TEXT] == []
