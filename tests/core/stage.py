"""Steps of an order for the proofs: placed, paid, sent, delivered, with the worker's jobs run by hand; and every invariant at once."""

import json
from datetime import timedelta
from typing import Any

from django.db import connection

from wangdan.checkout import operations as checkout
from wangdan.checkout import queries
from wangdan.checkout.tests.market import Buyer
from wangdan.fulfilment import operations as fulfilment
from wangdan.fulfilment.models import Parcel
from wangdan.fulfilment.rules import Event
from wangdan.kernel import clock, guards, jobs
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errand import ERRANDS
from wangdan.orders import operations as orders
from wangdan.orders.models import Order
from wangdan.payments import operations as payments
from wangdan.payments.models import Attempt, Refund
from wangdan.payments.rules import Said
from wangdan.site import checks

ROOT = Call(SYSTEM)
_TAKE = "SELECT id, task_name, args FROM procrastinate_jobs WHERE status = 'todo' AND NOT id = ANY(%s) ORDER BY id LIMIT 1"
_DONE = "UPDATE procrastinate_jobs SET status = %s, attempts = attempts + 1 WHERE id = %s"


def whole() -> None:
    """Every invariant of the house holds."""
    broken = {result.name: result.examples for result in checks.run() if not result.holds}
    assert broken == {}


def price(one: Buyer, *wishes: Any, **changed: Any) -> int:
    """What it costs now."""
    return queries.prepare(one.actor, one.wants(*wishes, **changed)).total


def placed(one: Buyer, *wishes: Any, key: str | None = None, **changed: Any) -> checkout.Placed:
    """A purchase at today's price."""
    device = changed.pop("device", "")
    return checkout.place(one.call(key), asked=one.wants(*wishes, **changed), expected_total=price(one, *wishes, **changed), device=device)


def word(attempt: Attempt, gateway_no: str = "", **changed: Any) -> Said:
    """What the bank says about a paid attempt."""
    told = {"amount": attempt.amount, "currency": attempt.currency, "payee": attempt.payee, "gateway_no": gateway_no or f"SB{attempt.no}"}
    return Said("paid", attempt.no, **(told | changed))


def pay(made: checkout.Placed) -> None:
    """The bank's word on the first visit."""
    assert made.attempt is not None
    payments.capture(ROOT, made.attempt.no, said=word(made.attempt))


def paid(one: Buyer, *wishes: Any, **changed: Any) -> list[Order]:
    """The orders of a purchase that is paid."""
    made = placed(one, *wishes, **changed)
    pay(made)
    return [Order.objects.get(pk=order.pk) for order in made.orders]


def accepted(one: Buyer, *wishes: Any, **changed: Any) -> list[Order]:
    """The same, taken by their shops."""
    return [orders.accept(ROOT, order.no) for order in paid(one, *wishes, **changed)]


def parcels(order: Order) -> list[Parcel]:
    """The parcels of an order, oldest first."""
    return list(Parcel.objects.filter(ref_of=order.ref).order_by("id"))


def send(parcel: Parcel) -> Parcel:
    """Picked, inspected, packed, booked, handed over."""
    for step in (fulfilment.pick, fulfilment.inspect, fulfilment.pack):
        step(ROOT, parcel.no)
    if parcel.method == "courier":
        fulfilment.book(ROOT, parcel.no)
        fulfilment.booked(ROOT, parcel.no, waybill=f"SF{parcel.no}")
    return fulfilment.hand_over(ROOT, parcel.no)


def sent(one: Buyer, *wishes: Any, **changed: Any) -> list[Order]:
    """Accepted orders whose parcels are all on the way."""
    made = accepted(one, *wishes, **changed)
    for order in made:
        for parcel in parcels(order):
            send(parcel)
    return made


def arrive(parcel: Parcel, cash: int = 0) -> None:
    """The carrier's sign-off."""
    fulfilment.deliver(ROOT, parcel.no, said=Event(f"d-{parcel.no}", "delivered", cash=cash))


def turn_away(parcel: Parcel) -> None:
    """Nobody takes it at the door."""
    fulfilment.refuse(ROOT, parcel.no, said=Event(f"r-{parcel.no}", "refused"))


def delivered(one: Buyer, *wishes: Any, **changed: Any) -> list[Order]:
    """Orders that are signed for."""
    made = sent(one, *wishes, **changed)
    for order in made:
        for parcel in parcels(order):
            arrive(parcel)
    return [Order.objects.get(pk=order.pk) for order in made]


def status(order: Order) -> str:
    """The order's status now."""
    return Order.objects.get(pk=order.pk).status


def overdue(clock_field: str) -> None:
    """Let a deadline (`pay_by`, `confirm_by`) of every order be over."""
    with guards.exempt("time passes"):
        Order.objects.update(**{clock_field: clock.now() - timedelta(seconds=1)})


def repaid() -> None:
    """The bank pays back all that is intended."""
    for refund in Refund.objects.exclude(status="done"):
        payments.settle_refund(ROOT, refund.no, gateway_no=f"SR{refund.no}")


def work(*, kinds: tuple[str, ...] = (jobs.REACTION, "errand:"), twice: bool = False) -> int:
    """Be the worker until nothing of these kinds waits; a job that fails stays failed. `twice` runs each one twice, as a worker may."""
    done, passed = 0, []
    while True:
        with connection.cursor() as cursor:
            cursor.execute(_TAKE, [passed])
            row = cursor.fetchone()
        if row is None:
            return done
        number, task, args = row
        if not task.startswith(kinds):
            passed.append(number)
            continue
        for _ in range(2 if twice else 1):
            state = _run(task, json.loads(args))
        with connection.cursor() as cursor:
            cursor.execute(_DONE, [state, number])
        done += 1


def _run(task: str, args: dict[str, Any]) -> str:
    try:
        if task == jobs.REACTION:
            jobs.run_reaction(**args)
        else:
            ERRANDS[task.removeprefix("errand:")](**args)
    except Exception:  # noqa: BLE001 - a job that fails is failed, visibly
        return "failed"
    return "succeeded"
