"""Hostile and odd texts through every field of every form of every role's pages: no 500, and inert wherever they are shown."""

import json
import logging
import re
from collections.abc import Iterator
from http import HTTPStatus
from itertools import cycle
from pathlib import Path
from typing import Self

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver

from wangdan.accounts.rules import tidy
from wangdan.desks.tests import crawling
from wangdan.desks.tests.crawling import Walk
from wangdan.desks.tests.furnishing import furnished
from wangdan.desks.tests.reading import Field, Form, Page
from wangdan.desks.warehouse.tests.trade import ROOT, Trade
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel.errors import Malformed
from wangdan.kernel.logs import Lines

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[4] / "tests" / "data" / "naughty"
OURS = [
    "{{ 7|add:35 }}",
    "{% now 'Y' %}{{ request.user }}",
    "%s %(n)s %(no)s %n",
    "{0.__class__} {code} {",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' autofocus onfocus='alert(1)",
    "</textarea></title><svg/onload=alert(1)>",
    "javascript:alert(1)",
    "//evil.example/\\@x",
    "/\r\nSet-Cookie: a=b",
    'x"}\n{"level":"error"}',
    "/me/\u641c\u7d22?\u65e5=\u672c",
    "9" * 19,
    "-1",
    "\u0661\u0662\u0663",
    "1e9999",
    "\u00b2",
    "\x00",
    "\ud83d",
]
TEXTS = [*OURS, *(entry["s"] for name in ("xss", "blns", "sqli", "formula") for entry in json.loads((DATA / f"{name}.json").read_text("utf-8")))]
MARKED = re.compile(r"[<>\"'&]")
PLACE = re.compile(r"(?:[/?#][^\\]*|data:image/[^\\]*|tel:[0-9+-]+|)\Z")
"""Where a page of ours leads: its own site, a part of itself, a picture within it."""
HEADERS = {
    "content-type", "content-length", "content-language", "content-security-policy", "cross-origin-opener-policy", "location", "referrer-policy", "vary",
    "x-content-type-options", "x-frame-options", "x-request-id", "cache-control", "expires", "allow", "retry-after", "hx-redirect",
    "content-disposition",
}  # fmt: skip
COOKIES = {"wangdan_session", "wangdan_csrf", "wangdan_cart", "django_language", "messages"}
NO_TEXT = ("cart/clear", "favicon.ico", "healthz", "metrics", "robots.txt", "warehouse/next", "^files/", "^media/", "^photos/", "api/", "shop/products/<int:pk>/pictures/",
           "shop/products/<int:pk>/variants/", "shop/tasks/<str:no>/claim",
           "office/runs/<str:no>/file", "shop/runs/<str:no>")  # fmt: skip
"""Routes without a field for text, or with the fields of their twin in the office."""
SENSIBLE = {
    "username": "somebody", "password": "grüne-lampe-7429", "new": "grüne-lampe-7429", "phone": "13612340011", "code": "123456", "name": "陈", "detail": "1 号",
    "title": "台灯", "pieces": "1", "quantity": "1", "amount": "10.00", "reference": "1", "bank_no": "ICBC-7", "outcome": "办好了", "note": "样品",
    "from": "2026-01-01", "to": "2026-12-31", "r-price": "10.00", "r-a": "红", "spec_a": "颜色", "description": "好", "accept_terms": "1", "own": "wangdan-demo",
}  # fmt: skip
"""What people would type, by the name of the field."""
KEPT = {
    ("me/profile", "name"), ("me/addresses/<int:number>", "name"), ("me/addresses/<int:number>", "detail"), ("checkout", "note"),
    ("me/orders/<str:no>/<str:name>", "reason"), ("shop/orders/<str:no>/<str:name>", "more"), ("shop/products/<int:pk>/edit", "title"),
    ("shop/products/<int:pk>/edit", "subtitle"), ("shop/products/<int:pk>/edit", "description"), ("shop/products/<int:pk>/edit", "origin"),
    ("shop/products/<int:pk>/edit", "spec_a"), ("shop/products/<int:pk>/edit", "r-a"), ("shop/products/<int:pk>/edit", "r-code"),
    ("shop/products/<int:pk>/stock/<str:name>", "note"), ("shop/products/<int:pk>/stock/<str:name>", "bin"),
    ("office/tasks/<str:no>/finish", "outcome"), ("office/refunds/<str:no>/settle", "bank_no"),
}  # fmt: skip
"""Fields whose text some page must show as it was typed: proof that the walk sees what was kept."""

BOUND = {
    "pieces", "quantity", "amount", "reference", "p", "phone", "code", "to", "username", "text", "value", "parameters", "spec_b", "spec_c", "r-b", "r-c",
    "r-price", "r-weight", "r-stock", "all-a", "all-b", "all-c", "all-code", "all-price", "all-weight", "all-stock",
}  # fmt: skip
"""Fields that keep numbers and names of a shape, or nothing, or what must agree with another field."""
SHORT = {"tags": 20, "bin": 20}
_FIELDS_PER_TEXT = 12


class Guard:
    """Knows what belongs on pages, and looks at every answer for more than that."""

    def __init__(self) -> None:
        """Nothing is known yet; every line of the log is heard."""
        self.known: set[tuple[str, str]] = set()
        self.heard: list[str] = []
        self._handler = logging.Handler(logging.INFO)
        self._handler.setFormatter(Lines())
        self._handler.emit = lambda record: self.heard.append(self._handler.format(record))  # type: ignore[method-assign]

    def __enter__(self) -> Self:
        """Listen."""
        self._levels = [(logging.getLogger(name), logging.getLogger(name).level) for name in ("", "wangdan", "django")]
        for logger, _level in self._levels:
            logger.setLevel(logging.INFO)
        logging.getLogger().addHandler(self._handler)
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no longer."""
        logging.getLogger().removeHandler(self._handler)
        for logger, level in self._levels:
            logger.setLevel(level)

    def learn(self, page: Page) -> None:
        """Whatever stands on a page that nobody has attacked belongs there."""
        self.known |= parts(page)

    def look(self, answer: HttpResponse, where: object, *texts: str) -> Page | None:
        """The page of an answer, after all that it must not be."""
        assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (where, texts, answer.content[:300])
        assert {name.lower() for name in answer.headers} <= HEADERS, (where, dict(answer.headers))
        assert set(answer.cookies) <= COOKIES, (where, answer.cookies)
        if answer.has_header("Location"):
            location = answer["Location"]
            assert location.isascii(), (where, location)
            assert re.match(r"/(?![/\\])", location), (where, location)
        for line in self.heard:
            assert isinstance(json.loads(line), dict), (where, line)
            assert "\n" not in line, (where, line)
            assert not any(len(text) > 10 and text in json.loads(line)["message"] for text in texts), (where, line)
        self.heard.clear()
        page = crawling.read(answer, where if isinstance(where, str) else "/")
        if page is not None:
            self.inert(page, where, answer.content.decode(), *texts)
        return page

    def inert(self, page: Page, where: object, html: str, *texts: str) -> None:
        """No element and no attribute that was not there before, no script but ours, no place outside, no raw text."""
        assert parts(page) <= self.known, (where, texts, parts(page) - self.known)
        for tag, given in page.elements:
            assert not any(name.startswith("on") for name in given), (where, given)
            assert tag != "script" or given["src"].startswith("/static/"), (where, given)
            for name in given.keys() & {"href", "src", "action", "formaction", "hx-get", "hx-post", "xlink:href"}:
                assert PLACE.match(given[name]) and not given[name].startswith("//"), (where, texts, tag, name, given[name])  # noqa: PT018
        assert not any(within == "script" and text.strip() for within, text in page.texts), where
        for text in texts:
            for shape in {text, kept(text)}:
                assert len(shape) < 6 or "<" not in shape or shape not in html, (where, shape)


def parts(page: Page) -> set[tuple[str, str]]:
    """Elements, and attributes of elements."""
    return {(tag, name) for tag, given in page.elements for name in ("", *given)}


def kept(text: str) -> str:
    """The text as a line keeps it."""
    try:
        return tidy(text, 100_000)
    except Malformed:
        return text


def filled(form: Form) -> dict[str, str]:
    """The form as somebody fills it in who means no harm; spare rows stay empty."""
    sent = form.sent
    for each in form.fields:
        if each.typed and not each.value and not re.match(r"r[1-9]", each.name):
            sent[each.name] = SENSIBLE.get(crawling.kind_of(each.name), "")
    return sent | ({"accept_terms": "1"} if form.path == "/register" else {})


def fields(form: Form) -> Iterator[Field]:
    """The fields that are tried: one row of many, and never the browser's own secret."""
    seen = {"csrfmiddlewaretoken"}
    for each in form.fields:
        kind = crawling.kind_of(each.name)
        if kind not in seen:
            seen.add(kind)
            yield each


def fitting(texts: Iterator[str], longest: int) -> str:
    """The next text that a field of this length would keep whole, unless it is too short for all of them."""
    for _ in range(len(TEXTS)):
        text = next(texts)
        if 0 < len(kept(text)) <= longest and "\x00" not in text:
            return text
    return next(texts)


def tried(guard: Guard, walk: Walk, form: Form, sent: dict[str, str], *texts: str) -> None:
    """Send it, look at the answer and at the page it leads to, and let nothing of it have happened."""
    cookies = walk.client.cookies.copy()
    point = transaction.savepoint()
    answer = crawling.send(walk.client, form, {name: surrogate_free(value) for name, value in sent.items()})
    guard.look(answer, form.path, *texts)
    if answer.has_header("Location"):
        guard.look(walk.client.get(answer["Location"].partition("#")[0]), answer["Location"], *texts)
    transaction.savepoint_rollback(point)
    walk.client.cookies = cookies


def surrogate_free(text: str) -> str:
    """What a browser can send: half a surrogate goes out as a question mark."""
    return text.encode("utf-8", "replace").decode()


def learned(guard: Guard, found: list[Walk]) -> None:
    """Every page as it is, and every form filled in sensibly, and with a harmless word in every field."""
    for walk in found:
        for page in walk.pages.values():
            guard.learn(page)
    for places in crawling.every_form(found).values():
        walk, _path, form = places[0]
        names = [each.name for each in fields(form)]
        for sent in (filled(form), filled(form) | dict.fromkeys(names, "好")):
            cookies = walk.client.cookies.copy()
            point = transaction.savepoint()
            answer = crawling.send(walk.client, form, sent)
            for each in (answer, walk.client.get(answer["Location"].partition("#")[0]) if answer.has_header("Location") else None):
                page = crawling.read(each, form.path) if each is not None else None
                if page is not None:
                    guard.learn(page)
            transaction.savepoint_rollback(point)
            walk.client.cookies = cookies


def sows(form: Form, each: Field) -> bool:
    """Whether any text may be kept: typed ones that are no numbers, and a buyer's reason, which is chosen from a list."""
    kind = crawling.kind_of(each.name)
    return (each.typed and kind not in BOUND and each.kind != "password") or (kind == "reason" and form.path.startswith("/me/"))


def sown(trade: Trade, guard: Guard, found: list[Walk]) -> dict[tuple[str, str], str]:
    """A text in every field of every form that keeps one, what carriers say too: what was sent, by route and field."""
    texts = cycle([text for text in TEXTS if MARKED.search(text) or re.search(r"[{%]", text)])
    for parcel in Parcel.objects.filter(status="handed_over"):
        fulfilment.track(ROOT, parcel.no, said=Event(f"t{parcel.pk}", "in_transit", "", fitting(texts, 200), fitting(texts, 80)))
    sent: dict[tuple[str, str], str] = {}
    for key, places in sorted(crawling.every_form(found).items(), key=lambda pair: not pair[0][0].endswith("/finish")):
        walk, path, form = places[-1]
        if (
            form.method != "post"
            or key[2] in ("pick", "parse", "send", "again")
            or (key[2] == "do" and key[3] != "save")  # only draws the form anew
            or not any(sows(form, each) for each in fields(form))
        ):
            continue
        fresh = crawling.read(walk.client.get(path), path)
        now = next((each for each in fresh.forms if crawling.signature(each) == key), None) if fresh else None
        if now is None:
            continue
        told = {each.name: fitting(texts, SHORT.get(each.name, min(each.longest, 40))) for each in fields(now) if sows(now, each)}
        guard.look(crawling.send(walk.client, now, filled(now) | told), path)
        sent |= {(key[0], crawling.kind_of(name)): text for name, text in told.items()}
    return sent


def routes() -> set[str]:
    """Every route of the pages."""
    found: set[str] = set()

    def within(patterns: list[object], before: str) -> None:
        for each in patterns:
            if isinstance(each, URLResolver):
                within(each.url_patterns, before + str(each.pattern))
            else:
                found.add(before + str(each.pattern))  # type: ignore[attr-defined]

    within(get_resolver().url_patterns, "")
    return {route for route in found if not route.startswith(NO_TEXT)}


@pytest.fixture
def guard() -> Iterator[Guard]:
    """Ears and eyes open."""
    with Guard() as listening:
        yield listening


def test_no_text_breaks_a_form_and_none_comes_alive(guard: Guard) -> None:
    """Every typed field sees one text, the others of a form one together; then a text is kept wherever one can be, and everybody looks."""
    trade = furnished()
    found = crawling.walks(trade)
    reached = {route for walk in found for route, _query in walk.seen} | {crawling.route_of(path) for walk in found for path in walk.pages}
    forms = crawling.every_form(found)
    assert routes() - reached - {key[0] for key in forms} == set()
    learned(guard, found)
    texts = cycle(TEXTS)
    for places in forms.values():
        walk, _path, form = places[0]
        every = list(fields(form))
        for each in every:
            if each.typed:
                text = next(texts)
                tried(guard, walk, form, filled(form) | {each.name: text}, text)
        told = {each.name: next(texts) for each in every if not each.typed}
        if told:
            tried(guard, walk, form, filled(form) | told, *told.values())
    sent = sown(trade, guard, found)
    after = [Walk(walk.role, walk.client, list(walk.pages)).over() for walk in found]
    said = "\n".join(page.says() for walk in after for page in walk.pages.values())
    for walk in after:
        for path, page in walk.pages.items():
            guard.inert(page, (walk.role, path), "")
    assert KEPT - {key for key, text in sent.items() if text in said or kept(text) in said} == set()


@pytest.mark.long
def test_every_text_goes_through_a_dozen_fields(guard: Guard) -> None:
    """Every text through fields all over the house, so that each field sees texts of every list; all of all would take hours."""
    found = crawling.walks(furnished())
    learned(guard, found)
    every = [(places[0][0], places[0][2], each) for places in crawling.every_form(found).values() for each in fields(places[0][2]) if each.typed]
    stride = len(every) // _FIELDS_PER_TEXT
    for at, text in enumerate(TEXTS):
        for step in range(_FIELDS_PER_TEXT):
            walk, form, each = every[(at + step * stride) % len(every)]
            tried(guard, walk, form, filled(form) | {each.name: text}, text)


def test_strangers_headers_are_inert(guard: Guard) -> None:
    """What a browser says of itself goes nowhere either."""
    client = Client(raise_request_exception=False)
    for text in OURS:
        plain = text.encode("ascii", "replace").decode().replace("\r", "").replace("\n", "").replace("\x00", "")
        headers = {
            "Referer": plain,
            "User-Agent": plain,
            "Accept-Language": plain,
            "X-Request-Id": plain,
            "X-Forwarded-For": plain,
            "HX-Current-URL": plain,
        }
        for path in ("/me", "/nowhere"):
            answer = client.get(path, headers=headers)
            assert answer.status_code in (302, 404), (text, path)
            assert not MARKED.search(plain) or plain not in answer.content.decode()
