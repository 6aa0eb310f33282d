"""All that each role can reach: a walk over every page from link to link, and the forms it finds."""

import re
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, resolve

from wangdan.desks.tests.reading import Form, Page
from wangdan.desks.warehouse.tests.trade import Trade

_REPLAY = "/office/jobs?reaction=notices.tell&from=2020-01-01T00:00&to="
STARTS = {
    "": ("/", "/login", "/login?by=code", "/register", "/forgot"),
    "buyer": ("/", "/me", "/coupons", "/cart", "/checkout", "/me/orders", "/me/addresses", "/me/profile", "/me/invitations"),
    "applicant": ("/apply",),
    "sent_back": ("/apply",),
    "holder": ("/apply",),
    "seller": (
        "/shop",
        "/shop/offers",
        "/shop/offers/new",
        "/shop/products",
        "/shop/products/new",
        "/shop/products/{product}/stock/warehouse",
        "/shop/people",
        "/shop/products/sheets",
    ),
    "seller2": ("/shop",),
    "warehouse": ("/warehouse",),
    "service": ("/office", "/office/orders?method=cod"),
    "auditor": ("/office/audit", "/office/blocked"),
    "finance": ("/office/refunds?view=failed", "/office/refunds?view=done", "/office/refunds", "/office/transfers", "/office"),
    "admin": (
        "/office/offers",
        "/office/offers/new",
        "/office/jobs",
        _REPLAY,
        "/office/messages",
        "/office/options",
        "/office/people",
        "/office/applications",
        "/office/applications?view=check",
        "/office/approvals",
        "/office/orders?view=accept",
        "/warehouse/materials",
    ),
}
_DESKS: dict[str, str | tuple[str, ...]] = {
    "applicant": "/apply",
    "sent_back": "/apply",
    "holder": "/apply",
    "seller": "/shop",
    "seller2": "/shop/tasks",
    "warehouse": "/warehouse",
    "service": "/office",
    "auditor": "/office/",
    "finance": "/office",
    "admin": ("/office", "/warehouse/materials"),
}
"""Where a role's own pages begin; the store's are walked by a stranger and a buyer."""
_OUT_OF_IT = ("/api/", "/static/", "/media/", "/files/", "/healthz", "/metrics")
_NOT_THE_STORE = ("/shop", "/warehouse", "/office")
_MOST = {True: 1, False: 3}
"""How many addresses of one route are opened: with a query, without one."""
_STATES = {
    "me/orders/<str:no>": 20,
    "me/orders/<str:no>/<str:name>": 9,
    "shop/orders/<str:no>": 8,
    "warehouse/parcels/<str:no>": 20,
    "office/tasks/<str:no>": 8,
}
"""Routes whose pages differ by state: more of them."""


@dataclass
class Walk:
    """One role's browser and every page it found."""

    role: str
    client: Client
    starts: list[str]
    pages: dict[str, Page] = field(default_factory=dict)
    seen: dict[tuple[str, bool], int] = field(default_factory=dict)

    def over(self) -> "Walk":
        """From every start along every link, so many addresses of one route."""
        waiting = list(self.starts)
        known = set(waiting)
        while waiting:
            path = waiting.pop(0)
            answer = drained(self.client.get(path))
            assert answer.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, (self.role, path)
            found = [answer["Location"]] if answer.has_header("Location") else []
            page = read(answer, path)
            if page is not None and answer.status_code == HTTPStatus.OK:
                self.pages[path] = page
                found += page.links
            fresh = [each.partition("#")[0] for each in found if self._wanted(each, known)]
            waiting += fresh
        return self

    def _wanted(self, path: str, known: set[str]) -> bool:
        """Whether the address is a new one of a route that has not been looked at often enough."""
        path = path.partition("#")[0]
        desk = _DESKS.get(self.role, "/")
        if path in known or not path.startswith(desk) or path.startswith(_OUT_OF_IT) or (desk == "/" and path.startswith(_NOT_THE_STORE)):
            return False
        known.add(path)
        key = (route_of(path), "?" in path)
        self.seen[key] = self.seen.get(key, 0) + 1
        return self.seen[key] <= max(_MOST["?" in path], 0 if "?" in path else _STATES.get(key[0], 0))


def walks(trade: Trade) -> list[Walk]:
    """Every role's walk."""
    found = []
    for role, starts in STARTS.items():
        client = trade.seat(role) if role else Client()
        found.append(Walk(role, client, [path.format(product=trade.green.product_id) for path in starts]).over())
    return found


def drained(answer: HttpResponse) -> HttpResponse:
    """The answer, a file or picture read to its end."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return answer


def read(answer: HttpResponse, path: str) -> Page | None:
    """The page of an answer, if it is one."""
    return Page(answer.content.decode(), path) if answer.get("Content-Type", "").startswith("text/html") and answer.content else None


def route_of(path: str) -> str:
    """The route an address belongs to; empty for none."""
    try:
        return resolve(urlsplit(path).path).route
    except Resolver404:
        return ""


def kind_of(name: str) -> str:
    """A field's name without the number of its row."""
    return re.sub(r"^([rp])\d+", r"\1", name)


def signature(form: Form) -> tuple[str, ...]:
    """What makes two forms the same: where they go, how, with which fields and button (rows are one)."""
    names = sorted({kind_of(each.name) for each in form.fields})
    return (route_of(form.path), form.method, form.button[0], form.button[1] if form.button[0] != "job" else "", *names)


def every_form(found: list[Walk]) -> dict[tuple[str, ...], list[tuple[Walk, str, Form]]]:
    """Forms by what makes them the same, each with all the pages of one role that it stands on."""
    forms: dict[tuple[str, ...], list[tuple[Walk, str, Form]]] = {}
    for walk in found:
        for path, page in walk.pages.items():
            for form in page.forms:
                places = forms.setdefault(signature(form), [])
                if not places or places[0][0] is walk:
                    places.append((walk, path, form))
    return forms


def send(client: Client, form: Form, sent: dict[str, str]) -> HttpResponse:
    """What the browser does with the form."""
    if form.method == "post":
        return drained(client.post(form.path, sent))
    parts = urlsplit(form.path)
    return drained(client.get(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()} | sent))
