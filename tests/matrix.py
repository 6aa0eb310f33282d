"""Who may enter which page and call: every address of the site, every method, as a table that people can read."""

from typing import Any

SEATS: dict[str, str] = {
    "stranger": "",
    "buyer": "buyer",
    "other": "buyer2",
    "owner": "seller",
    "clerk": "clerk",
    "rival": "seller2",
    "keeper": "warehouse",
    "service": "service",
    "auditor": "auditor",
    "finance": "finance",
    "supervisor": "supervisor",
    "admin": "admin",
}
"""Who tries, by the person of the world: the buyer owns what the addresses name, the owner and the clerk are of its shop, the rival of another."""

EVERYONE = frozenset(SEATS)
PEOPLE = EVERYONE - {"stranger"}
SHOP = frozenset({"owner", "clerk"})
OFFICE = frozenset({"service", "auditor", "finance", "supervisor", "admin"})
MONEY = frozenset({"finance", "supervisor", "admin"})
BOSSES = frozenset({"supervisor", "admin"})
HOUSE = frozenset({"keeper", "supervisor", "admin"})
"""Who does the work of the platform's warehouse."""

ELSEWHERE = {"api/v1/^.*"}
"""What is nowhere: tried in the tests of the API."""

PARTS: list[tuple[str, tuple[str, ...]]] = [
    ("shop/orders/<str:no>/<str:name>", ("order", "decline")),
    ("shop/orders/", ("order",)),
    ("shop/tasks/", ("shop_task",)),
    ("shop/offers/", ("offer", "pause")),
    ("shop/people/offers/", ("invitation",)),
    ("shop/freight/", ("template",)),
    ("shop/products/template.", ("csv",)),
    ("shop/products/export.", ("csv",)),
    ("shop/products/sheets/", ("sheet",)),
    ("shop/products/<int:pk>/pictures/<int:picture>", ("product", "picture")),
    ("shop/products/<int:pk>/variants/", ("product", "sku")),
    ("shop/products/<int:pk>/stock/<str:name>", ("product", "receive")),
    ("shop/products/<int:pk>/<str:name>", ("product", "archive")),
    ("shop/products/", ("product", "1")),
    ("warehouse/parcels/<str:no>/<str:name>", ("parcel", "count_by_hand")),
    ("warehouse/parcels/", ("parcel",)),
    ("warehouse/tasks/", ("house_task", "claim")),
    ("warehouse/waves/", ("wave", "put_back")),
    ("warehouse/manifests/", ("manifest",)),
    ("warehouse/arrivals/", ("arrival", "close")),
    ("warehouse/counts/", ("count",)),
    ("photos/", ("photo", "200")),
    ("files/", ("file", "200")),
    ("media/", ("sha", "200")),
    ("procedures/", ("D08",)),
    ("office/tasks/", ("office_task",)),
    ("office/applications/<int:number>/papers/", ("application", "id_front")),
    ("office/applications/", ("application", "approve")),
    ("office/approvals/", ("approval", "approve")),
    ("office/audit/", ("audited", "ask")),
    ("office/rules/", ("rule",)),
    ("office/blocked/", ("blocked",)),
    ("office/offers/", ("platform_offer", "pause")),
    ("office/people/", ("person", "disable")),
    ("office/carriers/", ("qingyan",)),
    ("office/parcels/", ("gone", "claim")),
    ("office/runs/<str:no>/file", ("export",)),
    ("office/runs/", ("run",)),
    ("shop/runs/", ("shop_run",)),
    ("office/orders/<str:no>/<str:name>", ("order", "cancel")),
    ("office/orders/", ("order",)),
    ("office/refunds/", ("refund",)),
    ("c/", ("category",)),
    ("p/", ("product",)),
    ("pay/", ("payment",)),
    ("rules/", ("terms",)),
    ("coupons/", ("offer",)),
    ("me/addresses/", ("address",)),
    ("me/invitations/", ("invitation",)),
    ("me/orders/<str:no>/confirm_details", ("asked",)),
    ("me/messages/", ("notice",)),
    ("me/orders/<str:no>/<str:name>", ("order", "cancel")),
    ("me/orders/", ("order",)),
    ("api/v1/addresses/", ("address",)),
    ("api/v1/coupons/", ("offer",)),
    ("api/v1/waves/", ("wave", "put_back")),
    ("api/v1/manifests/", ("manifest", "close")),
    ("api/v1/arrivals/", ("arrival", "close")),
    ("api/v1/counts/", ("count", "drop")),
    ("api/v1/shop/products/<id>/<move>", ("product", "archive")),
    ("api/v1/shop/products/", ("product",)),
    ("api/v1/shop/skus/", ("code",)),
    ("api/v1/products/", ("product",)),
    ("api/v1/cart/lines/", ("line",)),
    ("api/v1/orders/<no>/<move>", ("order", "cancel")),
    ("api/v1/orders/", ("order",)),
    ("api/v1/parcels/<no>/<move>", ("parcel", "pick")),
    ("api/v1/parcels/", ("parcel",)),
    ("api/v1/files/", ("file",)),
    ("api/v1/hooks/payments/", ("sandbox",)),
    ("api/v1/hooks/carriers/", ("qingyan",)),
    ("api/v1/notices/<id>/", ("notice",)),
]
"""What stands for the variable parts, by the beginning of the address."""


OWN = (
    "me/",
    "pay/",
    "files/",
    "photos/",
    "cart/",
    "api/v1/addresses",
    "api/v1/cart",
    "api/v1/checkout",
    "api/v1/files",
    "api/v1/notices",
    "api/v1/orders",
)
FOREIGN = {
    "other": OWN,
    "rival": ("shop/", "warehouse/", "api/v1/shop/", "api/v1/parcels/", "api/v1/waves", "api/v1/manifests", "api/v1/arrivals", "api/v1/counts", *OWN),
}
"""Who has things of the same kinds, and where he would ask for those of the buyer, the first shop, the platform's warehouse."""
TRACES = ("django_session", "accounts_division")
"""Tables that are not looked at: who is logged in, and the country's places, which are thousands."""

QUERIES = {"api/v1/checkout/slots": {"address": "address"}}
"""What an address is asked with."""

SENT: list[tuple[str, dict[str, Any]]] = [
    ("cart/", {"sku": "sku", "line": "line"}),
    ("warehouse/parcels/", {"line": "parcel_line"}),
    ("warehouse/low/limit", {"house": "house", "sku": "sku", "pieces": "1"}),
    ("warehouse/waves/make", {"house": "house", "no": "parcel"}),
    ("warehouse/manifests/open", {"house": "house", "carrier": "cangshan"}),
    ("warehouse/waves/", {"line": "wave_line", "pieces": "1"}),
    ("warehouse/counts/make", {"house": "house", "zone": "B"}),
    ("warehouse/counts/", {"line": "count_line", "pieces": "1"}),
    ("warehouse/arrivals/", {"sku": "sku", "good": "1", "house": "house"}),
    ("me/invitations/", {"do": "take"}),
    ("office/parcels/", {"amount": "1.00"}),
    ("office/messages/again", {"channel": "sms"}),
    ("office/orders/views", {"do": "save", "name": "x", "method": "cod"}),
    ("shop/orders/views", {"do": "save", "name": "x", "method": "cod"}),
    ("office/orders/bulk", {"do": "cancel", "no": "order", "reason": "x"}),
    ("shop/orders/bulk", {"do": "cancel", "no": "order", "reason": "x"}),
    ("office/options", {"name": "orders.pay_within_minutes", "value": "30"}),
    ("shop/products/<int:pk>/stock/", {"sku": "sku"}),
    ("api/v1/addresses/parse", {"text": "x"}),
    ("api/v1/addresses", {"name": "x", "phone": "13800006021", "province": "浙江省", "city": "杭州市", "district": "余杭区", "detail": "1"}),
    ("api/v1/auth/password", {"old": "x", "new": "y"}),
    ("api/v1/manifests/", {"courier": "x", "counted": 0}),
    ("api/v1/waves", {"warehouse": "house", "parcels": []}),
    ("api/v1/manifests", {"warehouse": "house", "carrier": "cangshan"}),
    ("api/v1/arrivals", {"warehouse": "house", "supplier": "x", "lines": []}),
    ("api/v1/counts", {"warehouse": "house"}),
    ("api/v1/coupons/code", {"code": "x"}),
    ("api/v1/me/payment_password", {"payment_password": "x", "password": "x"}),
    ("api/v1/shop/skus/<code>/stock", {"warehouse": "house", "received": 1}),
    ("api/v1/shop/skus/", {"price": 1900}),
    ("api/v1/cart/lines/", {"quantity": 1}),
    ("api/v1/cart/lines", {"sku": "sku"}),
    ("api/v1/cart/choose", {"chosen": True}),
    ("api/v1/cart/merge", {"secret": "x" * 20}),
    ("api/v1/checkout/", {"cart": True, "address": "address", "delivery": "courier", "payment_method": "cod", "expected_total": 1}),
]
"""What goes with a POST, by the beginning of the address."""


CELLS: list[tuple[frozenset[str], str]] = [
    (
        EVERYONE,
        """
        GET /healthz · GET /metrics · POST /language · GET /robots.txt · GET+POST /favicon.ico · GET+POST /api/v1/docs · GET /api/v1/openapi.json
        POST /api/v1/auth/codes · POST /api/v1/auth/register · POST /api/v1/auth/login · POST /api/v1/auth/reset · GET /api/v1/divisions
        GET /api/v1/categories · GET /api/v1/products · GET /api/v1/products/<id> · GET /api/v1/cart · POST /api/v1/cart/lines
        POST /api/v1/cart/choose · POST /api/v1/cart/clear_gone · GET / · GET /categories · GET /c/<slug:slug> · GET /search · GET /p/<int:number>
        GET /p/<int:number>/beside · GET /p/<int:number>/share · GET /cart · POST /cart/add · POST /cart/clear · POST /buy · GET+POST /login
        GET+POST /register · GET+POST /forgot · POST /logout · GET /rules/<slug:kind> · GET /api/v1/coupons · GET /procedures/ · GET /search/words
        GET /coupons · GET /media/<sha>-<width>.webp · GET /procedures/<number>
        """,
    ),
    (
        PEOPLE,
        """
        POST /api/v1/auth/logout · GET /api/v1/auth/me · POST /api/v1/auth/password · GET+POST /api/v1/addresses · POST /api/v1/addresses/parse
        GET /api/v1/orders · GET /api/v1/parcels · POST /api/v1/files · GET /api/v1/notices · POST /api/v1/notices/read_all · GET+POST /checkout
        GET+POST /me/profile · GET+POST /me/phone · GET+POST /me/email · GET+POST /me/password · GET /me/addresses · GET+POST /me/addresses/new
        GET /me/addresses/regions · GET /me/messages · POST /me/messages/read · GET /me · GET /me/orders · GET /api/v1/me/coupons
        GET /api/v1/me/points · GET+POST /me/payment-password · POST /coupons/code · GET /me/coupons · GET /me/points · GET /me/invitations
        GET+POST /apply · GET /apply/regions · POST /apply/withdraw · POST /api/v1/cart/merge · POST /api/v1/coupons/<offer>/claim
        POST /api/v1/coupons/code · POST /api/v1/me/payment_password · POST /coupons/<int:number>/claim
        GET /api/v1/warehouses · GET /api/v1/waves · GET /api/v1/manifests · GET /api/v1/arrivals · GET /api/v1/counts
        """,
    ),
    (
        OFFICE | SHOP | {"buyer", "keeper"},
        """
        GET /photos/<number>/<width>
        """,
    ),
    (
        OFFICE | SHOP | {"buyer"},
        """
        GET /api/v1/orders/<no> · GET /api/v1/orders/<no>/timeline · GET /api/v1/orders/<no>/parcels
        """,
    ),
    (
        OFFICE | {"buyer"},
        """
        GET /pay/<str:no> · GET /pay/<str:no>/result
        """,
    ),
    (
        frozenset({"buyer", "owner", "clerk", "service", "supervisor", "admin"}),
        """
        POST /api/v1/orders/<no>/<move>
        """,
    ),
    (
        OFFICE | {"keeper"},
        """
        GET /api/v1/parcels/<no> · GET /api/v1/waves/<no> · GET /api/v1/manifests/<no> · GET /api/v1/arrivals/<no> · GET /api/v1/counts/<no>
        """,
    ),
    (
        frozenset({"owner", "clerk", "rival", "keeper", "supervisor", "admin"}),
        """
        GET /warehouse · GET /warehouse/find · GET /warehouse/next · GET /warehouse/waves · GET /warehouse/manifests · GET /warehouse/arrivals
        GET /warehouse/counts · GET+POST /warehouse/bins · GET /warehouse/low
        GET /warehouse/statistics · GET /warehouse/materials · POST /warehouse/materials/keep
        """,
    ),
    (
        OFFICE,
        """
        GET /office · GET /office/statistics · GET /office/find · GET /office/orders · GET /office/orders/<str:no>
        GET+POST /office/orders/<str:no>/<str:name> · POST /office/orders/views · POST /office/orders/bulk · POST /office/orders/export
        GET /office/runs · GET /office/approvals · GET /office/parcels/<str:no>
        """,
    ),
    (
        frozenset({"owner", "clerk", "keeper", "supervisor", "admin"}),
        """
        POST /warehouse/low/limit
        """,
    ),
    (
        frozenset({"rival", "keeper", "supervisor", "admin"}),
        """
        POST /warehouse/arrivals/announce
        """,
    ),
    (
        frozenset({"service", "auditor", "supervisor", "admin"}),
        """
        GET /office/audit · GET /office/audit/<str:no> · POST /office/audit/<str:no>/<str:name>
        """,
    ),
    (
        SHOP | {"rival"},
        """
        GET /shop · GET /shop/statistics · GET /shop/find · GET /shop/orders · GET /shop/products · GET+POST /shop/products/new
        POST /shop/orders/views · POST /shop/orders/export · GET /shop/runs · GET+POST /api/v1/shop/products · GET /shop/offers · GET /shop/people
        GET /shop/customers · GET /shop/freight · GET+POST /shop/products/sheets · GET /shop/products/template.<slug:form>
        GET /shop/products/export.<slug:form>
        """,
    ),
    (
        MONEY,
        """
        GET+POST /office/transfers · GET /office/refunds · GET /office/refunds/<str:no> · POST /office/refunds/<str:no>/retry
        POST /office/refunds/<str:no>/settle · GET /office/approvals/<str:no> · POST /office/approvals/<str:no>/<str:name>
        """,
    ),
    (
        frozenset({"service", "supervisor", "admin"}),
        """
        GET /office/runs/<str:no> · GET /office/tasks/<str:no> · POST /office/tasks/<str:no>/claim · POST /office/tasks/<str:no>/hand_over
        POST /office/tasks/<str:no>/finish · GET /office/offers · GET /office/offers/<int:number> · POST /office/parcels/<str:no>/<str:name>
        """,
    ),
    (
        HOUSE,
        """
        POST /api/v1/waves · POST /api/v1/waves/<no>/<move> · POST /api/v1/manifests · POST /api/v1/manifests/<no>/<move>
        POST /api/v1/arrivals · POST /api/v1/arrivals/<no>/<move> · POST /api/v1/counts · POST /api/v1/counts/<no>/<move>
        POST /api/v1/parcels/<no>/<move> · GET /warehouse/parcels/<str:no> · POST /warehouse/parcels/<str:no>/scan
        GET /warehouse/parcels/<str:no>/story · GET+POST /warehouse/parcels/<str:no>/label · POST /warehouse/parcels/<str:no>/trouble
        GET /warehouse/parcels/<str:no>/rebook · POST /warehouse/parcels/<str:no>/<str:name> · GET /warehouse/parcels/<str:no>/slip
        POST /warehouse/parcels/<str:no>/photo · GET /warehouse/tasks/<str:no> · POST /warehouse/tasks/<str:no>/<str:name>
        POST /warehouse/waves/make · GET /warehouse/waves/<str:no> · GET /warehouse/waves/<str:no>/list · POST /warehouse/waves/<str:no>/scan
        POST /warehouse/waves/<str:no>/count · POST /warehouse/waves/<str:no>/<str:name> · POST /warehouse/manifests/open
        GET /warehouse/manifests/<str:no> · POST /warehouse/manifests/<str:no>/scan · POST /warehouse/manifests/<str:no>/close
        GET /warehouse/manifests/<str:no>/paper · GET /warehouse/arrivals/<str:no> · POST /warehouse/arrivals/<str:no>/scan
        POST /warehouse/arrivals/<str:no>/enter · POST /warehouse/arrivals/<str:no>/<str:name> · POST /warehouse/counts/make
        GET /warehouse/counts/<str:no> · POST /warehouse/counts/<str:no>/enter · POST /warehouse/counts/<str:no>/drop
        """,
    ),
    (
        frozenset({"auditor", "supervisor", "admin"}),
        """
        GET /office/rules · GET+POST /office/rules/new · GET+POST /office/blocked · GET+POST /office/rules/<int:number>
        POST /office/blocked/<int:number>/lift
        """,
    ),
    (
        SHOP,
        """
        GET /shop/orders/<str:no> · POST /shop/orders/<str:no>/accept · GET+POST /shop/orders/<str:no>/<str:name> · GET /shop/products/<int:pk>
        GET+POST /shop/products/<int:pk>/edit · GET+POST /shop/products/<int:pk>/prices · POST /shop/products/<int:pk>/pictures
        POST /shop/products/<int:pk>/variants/<int:sku>/picture · GET /shop/products/<int:pk>/stock · POST /shop/products/<int:pk>/stock/<str:name>
        GET+POST /shop/products/<int:pk>/<str:name> · POST /shop/orders/bulk · GET /shop/products/<int:pk>/history
        GET /shop/products/<int:pk>/sales · GET+PATCH /api/v1/shop/products/<id> · POST /api/v1/shop/products/<id>/<move>
        PATCH /api/v1/shop/skus/<code> · POST /api/v1/shop/skus/<code>/stock · GET /shop/offers/<int:number> · GET /shop/products/sheets/<int:pk>
        POST /shop/products/sheets/<int:pk>/take · POST /shop/products/<int:pk>/pictures/<int:picture>
        """,
    ),
    (
        BOSSES,
        """
        GET /office/messages · POST /office/messages/again · GET /office/applications · GET+POST /office/offers/new · GET /office/carriers
        GET+POST /office/carriers/slots · GET+POST /office/carriers/points · GET+POST /office/synonyms · GET /office/applications/<int:number>
        POST /office/applications/<int:number>/numbers · POST /office/applications/<int:number>/papers/<slug:name>
        POST /office/applications/<int:number>/<slug:name> · POST /office/rules/<int:number>/switch · POST /office/offers/<int:number>/<str:name>
        GET /office/people · GET /office/people/<int:number> · POST /office/people/<int:number>/<str:name>
        """,
    ),
    (
        frozenset({"owner", "rival"}),
        """
        GET+POST /shop/offers/new · POST /shop/people/invite · POST /shop/people/dismiss · GET+POST /shop/freight/slots
        GET+POST /shop/freight/points
        """,
    ),
    (
        frozenset({"buyer"}),
        """
        DELETE+GET+PATCH /api/v1/addresses/<id> · DELETE+PATCH /api/v1/cart/lines/<line> · POST /api/v1/checkout/quote · POST /api/v1/checkout/place
        GET /api/v1/files/<id> · POST /api/v1/notices/<id>/read · POST /cart/quantity · POST /cart/change · POST /cart/choose · POST /cart/remove
        GET+POST /me/addresses/<int:number> · POST /me/addresses/<int:number>/default · GET+POST /me/addresses/<int:number>/remove
        POST /me/messages/<int:number> · GET /me/orders/<str:no> · GET /me/orders/<str:no>/pay · POST /me/orders/<str:no>/again
        GET+POST /me/orders/<str:no>/<str:name> · GET /files/<number>/<width> · GET /api/v1/checkout/slots · POST /me/invitations/<int:number>
        POST /apply/papers · POST /me/orders/<str:no>/confirm_details
        """,
    ),
    (
        frozenset({"owner"}),
        """
        GET /shop/tasks/<str:no> · POST /shop/tasks/<str:no>/claim · POST /shop/tasks/<str:no>/hand_over · POST /shop/tasks/<str:no>/finish
        GET+POST /shop/products/<int:pk>/stock/warehouse · GET /shop/runs/<str:no> · GET /shop/runs/<str:no>/file
        POST /shop/offers/<int:number>/<str:name> · POST /shop/people/offers/<int:number> · GET+POST /shop/freight/<int:pk>
        """,
    ),
    (
        frozenset({"admin"}),
        """
        GET /office/jobs · POST /office/jobs/retry · POST /office/jobs/clear · POST /office/jobs/replay · GET+POST /office/options
        GET+POST /office/orders/new · GET+POST /office/orders/<str:no>/edit · POST /office/offers/levels
        POST /warehouse/materials/add · GET+POST /office/carriers/<str:code>
        """,
    ),
    (
        frozenset({"service"}),
        """
        GET /office/runs/<str:no>/file
        """,
    ),
]
"""Who gets in, and where: method and address; whatever stands nowhere lets nobody in."""


def declared() -> dict[str, frozenset[str]]:
    """Who may enter, by method and address."""
    entries = [(who, *entry.strip().split(" ", 1)) for who, text in CELLS for line in text.strip().splitlines() for entry in line.split(" · ")]
    return {f"{method} {path.removeprefix('/')}": who for who, methods, path in entries for method in methods.split("+")}
