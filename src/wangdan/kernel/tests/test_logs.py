"""What the log says, and what it never says."""

import json
import logging

import pytest
from django.db import IntegrityError, connection, transaction

from tests.toys import operations as toys
from tests.toys.models import Toy
from wangdan.kernel import guards, logs
from wangdan.kernel.act import SYSTEM, Call
from wangdan.kernel.errors import Problem


def line(text: str, *, bug: BaseException | None = None, **more: object) -> dict[str, object]:
    """A record as the formatter writes it."""
    record = logging.LogRecord("wangdan.tests", logging.WARNING, __file__, 1, text, (), (type(bug), bug, bug.__traceback__) if bug else None)
    record.__dict__.update(more)
    written = logs.Lines().format(record)
    assert "\n" not in written
    return json.loads(written)


def test_a_line_is_one_json_object_with_the_request():
    """Machines read it; the request's number ties lines together."""
    mark = logs.request_id.set("abc12345")
    try:
        found = line("two\nlines", operation="orders.cancel", outcome="done", ms=3.2)
    finally:
        logs.request_id.reset(mark)
    assert found["request"] == "abc12345"
    assert found["level"] == "warning"
    assert (found["operation"], found["outcome"], found["ms"]) == ("orders.cancel", "done", 3.2)
    assert found["message"] == "two\nlines"
    assert "request" not in line("outside a request")


@pytest.mark.parametrize(
    "said",
    [
        "sent to 13812346021",
        "sent to +86 138 1234 6021",
        "sent to someone@example.com",
        "Authorization: Bearer wd_0123456789abcdefghijABCDEFGHIJ0123456789abc",
        "password=correct-horse",
        "code: 482913",
        "http://127.0.0.1:9/pay/eyJubyI6IlQyNjAwMDAwMDAwMDAiLCJhbW91bnQiOjEwMH0.0f0f0f0f",
    ],
)
def test_what_names_a_person_or_opens_a_door_is_hidden(said: str):
    """A net below our own care: phones, mails, tokens, passwords, codes, pay links."""
    secret = (
        said.rsplit("/pay/", maxsplit=1)[-1] if "/pay/" in said else said.split(" ", 2)[-1].rsplit("=", maxsplit=1)[-1].rsplit(" ", maxsplit=1)[-1]
    )
    assert secret not in json.dumps(line(said))


def test_the_path_of_a_failed_request_stays_out():
    """People type paths."""
    record = logging.LogRecord("django.request", logging.ERROR, __file__, 1, "Internal Server Error: %s", ("/陈晓禾",), None)
    assert json.loads(logs.Lines().format(record))["message"] == "Internal Server Error"


def test_numbers_of_ours_stay_readable():
    """An order's number is no secret and helps to find it."""
    assert line("order A26ABCDEFGH1 of person:12")["message"] == "order A26ABCDEFGH1 of person:12"


def test_fields_that_were_not_agreed_are_left_out():
    """Whoever adds an address to a record does not get it into the log."""
    assert "address" not in line("x", address="云溪路 20 号", phone="13812346021")


@pytest.mark.django_db
def test_a_bug_is_told_by_type_place_and_constraint_never_by_the_values():
    """The database's message quotes what people typed."""
    try:
        with guards.exempt("tests break a constraint"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO kernel_key (id, actor, operation, key, digest, at) VALUES (1, '陈晓禾', 'o', 'k', 'd', now()), (1, '陈晓禾', 'o', 'q', 'd', now())"
            )
    except IntegrityError as bug:
        found = line("it broke", bug=bug)
    assert found["bug"]["type"] == "django.db.utils.IntegrityError"
    assert found["bug"]["sqlstate"] == "23505"
    assert found["bug"]["constraint"] == "kernel_key_pkey"
    assert any("test_logs.py" in place for place in found["bug"]["where"])
    assert "陈晓禾" not in json.dumps(found, ensure_ascii=False)


@pytest.mark.django_db(transaction=True)
def test_every_operation_leaves_a_line_with_outcome_and_duration(caplog: pytest.LogCaptureFixture):
    """Done, and refused with its code."""
    with caplog.at_level(logging.INFO, logger="wangdan.operations"):
        toys.make(Call(SYSTEM), no="red")
        with pytest.raises(Problem):
            toys.make(Call(SYSTEM, key=""), no="blue")
    told = [(record.operation, record.outcome) for record in caplog.records]
    assert told == [("toys.make", "done"), ("toys.make", "kernel.key_malformed")]
    assert all(record.ms >= 0 for record in caplog.records)
    assert Toy.objects.count() == 1
