"""A small trade for tests of the warehouse: goods with bins and codes, orders placed, accepted, and parcels brought to a stage."""

from typing import Any

from django.test import Client

from wangdan.accounts import operations as accounts
from wangdan.catalogue.models import Sku
from wangdan.checkout import operations as checkout
from wangdan.checkout.queries import prepare
from wangdan.checkout.rules import Asked, Wish
from wangdan.desks.tests.browser import seat
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.kernel.act import SYSTEM, Call
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.site import world

ROOT = Call(SYSTEM)


class Trade:
    """Two shops that sell a chair in two colours and a keyboard; the first shop's goods lie in the platform's Jiaxing warehouse."""

    def __init__(self) -> None:
        """Everything is in stock."""
        self.world = world.built()
        self.world.product(self.world.shops[0], "绒面单人椅", 1900, {"松绿": 50, "燕麦": 50})
        self.world.product(self.world.shops[1], "机械键盘", 39900, 20)
        self.home = accounts.add_address(self.world.call("buyer"), to=world.HOMES[0], default=True)
        self.green, self.oat, self.keys = Sku.objects.order_by("pk")

    def order(self, *wishes: tuple[Sku, int], method: str = "cod", **more: Any) -> Parcel:
        """An order that its shop has accepted; its first parcel."""
        lines = tuple(Wish(sku.pk, pieces) for sku, pieces in wishes) or (Wish(self.green.pk, 2), Wish(self.oat.pk, 1))
        asked = Asked(lines=lines, address=self.home.pk, payment_method=method, **more)
        buyer = self.world.call("buyer")
        made = checkout.place(buyer, asked=asked, expected_total=prepare(buyer.actor, asked).total)
        orders.accept(ROOT, made.orders[0].no)
        return Parcel.objects.get(ref_of=made.orders[0].ref)

    def at(self, stage: str, *wishes: tuple[Sku, int]) -> Parcel:
        """A parcel brought as far as `planned`, `picked`, `inspected`, `packed`, `booked` or `handed_over`."""
        parcel = self.order(*wishes)
        steps = ("picked", fulfilment.pick), ("inspected", fulfilment.inspect), ("packed", fulfilment.pack)
        reached = ("planned", "picked", "inspected", "packed", "booked", "handed_over").index(stage)
        for place, (_name, step) in enumerate(steps, start=1):
            if place <= reached:
                step(ROOT, parcel.no)
        if stage in ("booked", "handed_over"):
            fulfilment.book(ROOT, parcel.no)
            fulfilment.booked(ROOT, parcel.no, waybill=f"QY{parcel.pk:013d}")
        if stage == "handed_over":
            fulfilment.hand_over(ROOT, parcel.no)
        return Parcel.objects.get(pk=parcel.pk)

    def seat(self, name: str) -> Client:
        """A browser logged in."""
        return seat(self.world, name)

    def transferred(self, **more: Any) -> Order:
        """An order whose money came by bank transfer."""
        asked = Asked(lines=(Wish(self.green.pk, 1),), address=self.home.pk, payment_method="bank_transfer", **more)
        buyer = self.world.call("buyer")
        made = checkout.place(buyer, asked=asked, expected_total=prepare(buyer.actor, asked).total)
        payments.match_transfer(ROOT, reference=made.payment.reference, amount=made.payment.amount, bank_no=f"ICBC-{made.payment.pk}")
        return made.orders[0]

    def to_fetch(self) -> Parcel:
        """A paid parcel that lies at the pick-up point."""
        order = self.transferred(delivery="pickup")
        orders.accept(ROOT, order.no)
        parcel = Parcel.objects.get(ref_of=order.ref)
        for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack, fulfilment.hand_over):
            step(ROOT, parcel.no)
        return Parcel.objects.get(pk=parcel.pk)


def says(client: Client, path: str, **form: str) -> str:
    """The page that a form leads to; it must answer."""
    answer = client.post(path, form)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()
