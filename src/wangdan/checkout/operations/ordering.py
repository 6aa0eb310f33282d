"""An administrator orders for a customer: the same quote, the same birth, another's name in the journal (D08.3)."""

from dataclasses import replace

from wangdan.accounts.models import Person
from wangdan.accounts.queries import actor_of
from wangdan.checkout.operations.placing import Placed, as_purchase
from wangdan.checkout.queries.choosing import document
from wangdan.checkout.queries.quotes import prepare
from wangdan.checkout.rules import Asked, checked, money
from wangdan.kernel.act import Act, Actor
from wangdan.kernel.errors import Malformed, NotSeen, Refused
from wangdan.kernel.operation import operation
from wangdan.orders import operations as orders


def _root_of_buyer(_actor: Actor, *, buyer: int, **_: object) -> int:
    return Person.objects.filter(pk=buyer).values_list("root_id", flat=True).first() or -1


@operation("checkout.place_for", root=_root_of_buyer)
def place_for(act: Act, *, buyer: int, asked: Asked, expected_total: int) -> Placed:
    """Order for a customer who has an account (D08.2, D08.3): administrators only; the number is born by the system, the customer pays as always.

    `asked.lines` names the goods, `asked.address` is one of the customer's. Refuses with 404 for a customer who is not there,
    `checkout.nothing_chosen` without goods, and all that `checkout.place` refuses.
    """
    person = Person.objects.filter(pk=buyer, is_active=True).first()
    if person is None:
        raise NotSeen
    asked = checked(asked)
    if asked.lines is None:
        raise Malformed("checkout.nothing_chosen")
    if not asked.payment_method:
        raise Malformed("checkout.payment_method_unknown")
    offer = prepare(actor_of(person), replace(asked, slot=None))
    if offer.total != money(expected_total):
        raise Refused("checkout.total_changed", quote=document(offer))
    opened = orders.open(act, wanted=as_purchase(asked, offer, person.pk), destination=offer.destination)
    return Placed(opened.purchase, tuple(opened.orders), opened.payment, getattr(opened.payment, "attempt", None))
