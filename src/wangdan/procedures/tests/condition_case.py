"""Two scopes like those of the example procedures, and cases to ask conditions about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from typing import Any

from wangdan.procedures.rules.conditions import ConditionError, compile_condition
from wangdan.procedures.rules.types import Scope, Type, ValueSet

SHANGHAI = timezone(timedelta(hours=8))

TEXT, NUMBER, MONEY, BOOL = Type("text"), Type("number"), Type("money"), Type("bool")
DATE, DATETIME = Type("date"), Type("datetime")


def _choice(key: str, *codes: str) -> Type:
    return Type("choice", ValueSet(key, codes))


def _teeth() -> ValueSet:
    codes, order, arch = [], {}, {}
    for jaw, quarters in (("upper", (1, 2)), ("lower", (4, 3))):
        line = [f"{quarters[0]}{n}" for n in range(8, 0, -1)] + [f"{quarters[1]}{n}" for n in range(1, 9)]
        codes += line
        order |= {code: at for at, code in enumerate(line)}
        arch |= dict.fromkeys(line, jaw)
    return ValueSet("tooth", tuple(codes), order=order, arch=arch)


PRODUCT = ValueSet(
    "product",
    ("zr", "pfm", "metal"),
    columns={"days": NUMBER, "price": MONEY, "shade": BOOL, "stump": BOOL, "unit": _choice("unit", "crown", "pontic")},
    rows={
        "zr": {"days": 7, "price": 80000, "shade": True, "stump": True, "unit": "crown"},
        "pfm": {"days": 5, "price": 40000, "shade": True, "stump": False, "unit": "pontic"},
        "metal": {"days": 3, "shade": False, "stump": False},
    },
)
ITEMS = {
    "product": Type("choice", PRODUCT),
    "teeth": Type("choice", _teeth(), many=True),
    "unit": _choice("unit", "crown", "pontic", "veneer"),
    "bridge": NUMBER,
    "shade": _choice("shade", "A1", "A2", "B1"),
    "stump": _choice("stump", "ND1", "ND2"),
    "price": MONEY,
    "due": DATE,
}
DENTAL = Scope(
    fields={
        "patient": TEXT,
        "special": TEXT,
        "wanted": DATE,
        "remake_of": Type("case"),
        "reason": _choice("reason", "颜色", "邻接"),
        "shade": BOOL,
    },
    tables={"items": ITEMS, "goods": {"name": TEXT, "qty": NUMBER, "got": NUMBER}},
    slots=frozenset({"scan", "photo"}),
    steps=frozenset({"make", "tryin", "qc"}),
    outcomes={"qc": frozenset({"pass", "fail"}), "tryin": frozenset({"ok", "change"})},
    procedures=frozenset({"dental_order", "claim"}),
    settings={"rush": MONEY, "most": NUMBER},
)
LEAD = Scope(
    fields={
        "customer": TEXT,
        "estate": TEXT,
        "面积": NUMBER,
        "style": _choice("style", "现代简约", "北欧", "新中式"),
        "scope": _choice("scope", "full", "base", "open"),
        "likes": Type("choice", ValueSet("style", ("现代简约", "北欧", "新中式")), many=True),
        "budget": MONEY,
        "estimate": MONEY,
        "deposit": MONEY,
        "visit_at": DATETIME,
        "signed": DATE,
        "born": DATE,
        "place": TEXT,
        "far": BOOL,
        "met": BOOL,
        "area": NUMBER,
        "score": NUMBER,
        "wait": Type("duration"),
        "designer": Type("person"),
        "leader": Type("person"),
        "photo": Type("file"),
    },
    slots=frozenset({"plan", "design", "quote"}),
    contacts=frozenset({"call", "wechat", "visit", "reached", "refused", "wrong"}),
    steps=frozenset({"consult"}),
    outcomes={"consult": frozenset({"visit", "invite"})},
)


@dataclass
class Case:
    """A world made of plain values."""

    values: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, int] = field(default_factory=dict)
    contacts: Mapping[str, int] = field(default_factory=dict)
    today: date = date(2026, 9, 18)
    now: datetime = datetime(2026, 9, 18, 16, 0, tzinfo=SHANGHAI)
    rounds: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    cases: Mapping[str, int] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)


def lead(text: str, wants: str | None = "bool", **values: Any) -> Any:
    return compile_condition(text, LEAD, wants=wants).value(Case(values=values))


def dental(text: str, *items: dict[str, Any], wants: str | None = None, **more: Any) -> Any:
    return compile_condition(text, DENTAL, wants=wants).value(Case(lines={"items": items}, **more))


def compiles(text: str, scope: Scope) -> None:
    """Compile and ask any text; the only thing that may be raised says where and why."""
    try:
        condition = compile_condition(text, scope, wants=None)
    except ConditionError as error:
        faults = error.troubles
    else:
        condition.value(Case())
        return
    assert faults
    assert all(0 <= each.column <= len(text) and each.length >= 0 for each in faults)
