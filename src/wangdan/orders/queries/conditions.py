"""What each condition of a list of orders means, so written that an index answers it: what is rare is looked up first, what is plenty is met soon."""

from collections.abc import Callable
from datetime import timedelta

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Concat, Right, Substr
from django.db.models.lookups import IContains

from wangdan.accounts.models import Person
from wangdan.accounts.rules import OFFICE_ROLES, is_mobile, login_name, mobile
from wangdan.catalogue.models import Product, Sku
from wangdan.fulfilment import queries as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import COMING_BACK, IN_HOUSE
from wangdan.inventory.models import Hold
from wangdan.kernel import clock, options
from wangdan.kernel.act import Actor
from wangdan.kernel.numbers import is_number, normalise
from wangdan.orders.models import Change, Line
from wangdan.orders.rules import ACCEPT_WITHIN, SHIP_WITHIN
from wangdan.payments import queries as payments
from wangdan.payments.models import Refund
from wangdan.tasks import queries as tasks

_LONGEST, _TAIL, _MOST = 80, 4, 200
_KIND = "orders:"
NOWHERE = Q(pk__in=())

PAYMENTS: dict[str, Q] = {
    "expected": Q(paid_at=None, closed_at=None),
    "captured": Q(paid_at__isnull=False, refunded=0),
    "partly_refunded": Q(refunded__gt=0, refunded__lt=F("total") + F("reduced")),
    "refunded": Q(refunded__gt=0, refunded__gte=F("total") + F("reduced")),
    "let_go": Q(paid_at=None, closed_at__isnull=False),
}
"""State of the order's money → what the order itself says of it; `./wangdan check` compares it with the payment."""


def cleaned(text: str) -> str:
    """What somebody typed, as far as the database can hold it."""
    return text.replace("\x00", "").strip()[:_LONGEST]


def _handles(rows: QuerySet, field: str) -> QuerySet:  # type: ignore[type-arg]
    """The numbers of the orders that a column of refs names."""
    return rows.filter(**{f"{field}__startswith": _KIND}).annotate(handle=Substr(field, len(_KIND) + 1)).values("handle")


# ---- any number, phone, name, waybill -------------------------------------------------------------------------------


def meant(actor: Actor, text: str, *, own: bool) -> Q:
    """What a text can be (D08.4, D08.5.2): a number of ours, a phone or its last four digits, a name, a waybill; of one's own orders also goods."""
    plain = cleaned(text)
    number = normalise(plain)
    if is_number(number):
        return numbered(actor, number)
    found = customer(actor, plain) | waybill(plain)
    return found | Q(IContains(_titles(), plain)) if own else found


def _titles() -> Subquery:
    """All that stands on the lines of an order, looked at order by order: one's own are few, and a condition on lines would read all there are."""
    lines = Line.objects.filter(order=OuterRef("pk")).order_by().values("order")
    return Subquery(lines.annotate(titles=StringAgg("title", Value("\n"))).values("titles"), output_field=TextField())


def numbered(actor: Actor, number: str) -> Q:
    """The orders of an order, purchase, payment, transfer, visit, refund, parcel or task number."""
    if number.startswith("A"):
        return Q(no=number)
    if number.startswith("G"):
        return Q(purchase__no=number)
    if number.startswith("P"):
        return Q(no__in=_numbers(fulfilment.refs_of_parcel(number)))
    if number.startswith("K"):
        handle = tasks.ref_of(actor, number).partition(":")[2]
        return numbered(actor, handle) if is_number(handle) and not handle.startswith("K") else NOWHERE
    return Q(no__in=_numbers(payments.refs_of_number(number)))


def _numbers(refs: list[str]) -> list[str]:
    return [ref.removeprefix(_KIND) for ref in refs if ref.startswith(_KIND)]


def waybill(text: str) -> Q:
    """The orders of a carrier's number."""
    refs = fulfilment.refs_of_waybill(cleaned(text).replace(" ", "").upper())
    return Q(no__in=_numbers(refs)) if refs else NOWHERE


def customer(actor: Actor, text: str) -> Q:
    """Whom it is for: receiver's name or phone, its last four digits; for the office also who bought, by user name, shown name or phone."""
    plain = cleaned(text)
    if not plain:
        return NOWHERE
    digits = "".join(sign for sign in plain if sign.isdigit() and sign.isascii())
    if len(digits) > _TAIL:  # the last four digits may begin as the country's code does
        digits = digits.removeprefix("86")
    found = Q(to_name=plain)
    if is_mobile(plain):
        found |= Q(to_phone=digits)
    elif digits == plain and len(digits) == _TAIL:
        found |= Q(tail=digits)
    elif len(digits) > _TAIL and not any(sign.isalpha() for sign in plain):
        found |= Q(to_phone=plain)
    return found | _bought_by(plain) if actor.roles & OFFICE_ROLES else found


def _bought_by(plain: str) -> Q:
    known = Q(username=login_name(plain)) | Q(name=plain)
    if is_mobile(plain):
        known |= Q(phone=mobile(plain))
    people = list(Person.objects.filter(known).values_list("pk", flat=True)[:_MOST])
    return Q(buyer_id__in=people) if people else NOWHERE


TAIL = Right("to_phone", _TAIL)
"""The last four digits of a phone; an index keeps them."""


# ---- goods, parcels, flags ------------------------------------------------------------------------------------------


def goods(text: str) -> Q:
    """Orders with these goods: the code of a variant, or words of a title."""
    plain = cleaned(text)
    if not plain:
        return NOWHERE
    skus = list(Sku.objects.filter(code=plain).values_list("pk", flat=True)[:_MOST])
    products = list(Product.objects.filter(title__icontains=plain).values_list("pk", flat=True)[:_MOST])
    wanted = Q(sku_id__in=skus) if skus else Q(product_id__in=products)
    return Exists(Line.objects.filter(wanted, order=OuterRef("pk"))) if skus or products else NOWHERE  # type: ignore[return-value]


_WITH: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(IN_HOUSE, ("awaiting_shipment", "partly_shipped")),
    "handed_over": ("partly_shipped", "shipped"),
    "delivered": ("partly_shipped", "shipped", "delivered", "completed", "ended"),
    "returned": ("partly_shipped", "shipped", "delivered", "completed", "ended"),
}
"""State of a parcel → the only states in which an order can have such a one."""


def parcel(status: str) -> Q:
    """Orders with a parcel in that state. Those on their way back are few and looked up first; of the others one is met soon."""
    rows = Parcel.objects.filter(status=status)
    if status in COMING_BACK:
        return Q(no__in=_handles(rows, "ref_of"))
    there = Q(Exists(rows.filter(ref_of=Concat(Value(_KIND), OuterRef("no")))))
    return there & Q(status__in=_WITH[status]) if status in _WITH else there


def late() -> Q:
    """Orders whose shop should have accepted or shipped by now (options `orders.accept_within_hours`, `orders.ship_within_hours`)."""
    now = clock.now()
    accept, ship = timedelta(hours=options.value(ACCEPT_WITHIN)), timedelta(hours=options.value(SHIP_WITHIN))
    return Q(status="awaiting_acceptance", taken_from__lt=now - accept) | Q(
        status__in=("awaiting_shipment", "partly_shipped"), accepted_at__lt=now - ship
    )


TAKEN_FROM = Coalesce("paid_at", "placed_at")
"""Since when a shop could accept: paid, or placed where it is paid at the door."""


def _asked_for() -> Q:
    return Q(no__in=_handles(tasks.unfinished(), "ref"))


def _short() -> Q:
    return Q(no__in=_handles(Hold.objects.filter(status="short"), "ref"))


def _refunding() -> Q:
    return Q(no__in=_handles(Refund.objects.exclude(status="done").filter(part__isnull=False), "part__ref"))


FLAGS: dict[str, Callable[[], Q]] = {
    "late": late,
    "held": lambda: Q(status="in_audit"),
    "attention": _asked_for,
    "short": _short,
    "refunding": _refunding,
    "cod": lambda: Q(payment_method="cod"),
    "changed": lambda: Q(Exists(Change.objects.filter(order=OuterRef("pk")))),
    "note": lambda: ~Q(note=""),
    "marked": lambda: ~Q(mark=""),
}
"""What is worth an eye: name → what it means. `attention`: the office or the shop has an open task about it; `marked`: somebody put a flag on it."""
