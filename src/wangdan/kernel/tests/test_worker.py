"""What the worker relies on: sweeps that survive a bug, jobs of the dead taken over, a stretch of the journal told again, the drill's clock."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import override_settings
from procrastinate.contrib.django import app as current
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from tests.toys import operations as toys
from tests.toys.models import Toy
from wangdan.kernel import clock, grants, guards, jobs, react
from wangdan.kernel.act import SYSTEM, Act, Call
from wangdan.kernel.errors import Refused
from wangdan.kernel.models import Journal, Key
from wangdan.kernel.operation import OPERATIONS, operation
from wangdan.kernel.react import Sweep
from wangdan.kernel.tests.test_door import ANN, at_once, jobs_deferred, made

pytestmark = pytest.mark.django_db(transaction=True)


class _All:
    """Grants of the toy world."""

    def may(self, _actor: Any, operation: str) -> bool:
        """Everybody may everything with toys."""
        return operation.startswith("toys.")


@pytest.fixture(autouse=True)
def _toy_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wire the toys as a module's reactions.py would."""
    monkeypatch.setattr(grants, "_registered", [_All()])
    monkeypatch.setitem(react.LATER, ("toys", toys.ToyWound), [toys.show])


@pytest.fixture
def _odd() -> Iterator[None]:
    """An operation with a bug on one toy and a refusal on another."""

    @operation("toys.polish", on=Toy)
    def polish(act: Act, toy: Toy) -> Toy:
        """Polish it."""
        del act
        toy.phone = "shines"
        toy.save()
        if toy.no == "bug":
            message = "nobody foresaw this"
            raise RuntimeError(message)
        if toy.no == "no":
            raise Refused("toys.cannot_polish")
        return toy

    sweep = Sweep("toys.polish", due=lambda limit: list(Toy.objects.order_by("pk").values_list("pk", flat=True)[:limit]), run=polish, every=60)
    react.SWEEPS[sweep.name] = sweep
    yield
    del react.SWEEPS[sweep.name], OPERATIONS["toys.polish"]


@pytest.mark.usefixtures("_odd")
def test_a_bug_on_one_row_keeps_no_other_row_waiting() -> None:
    """The sweep goes through the rest, undoes the one, and then fails for everybody to see."""
    for no in ("bug", "no", "good"):
        made(no)
    with pytest.raises(ExceptionGroup) as failed:
        jobs.run_sweep("toys.polish")
    assert [str(bug) for bug in failed.value.exceptions] == ["nobody foresaw this"]
    assert dict(Toy.objects.values_list("no", "phone")) == {"bug": "", "no": "", "good": "shines"}


def _deal(number: int, **values: Any) -> None:
    sets = ", ".join(f"{name} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE procrastinate_jobs SET {sets} WHERE id = %s", [*values.values(), number])


def _jobs() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs ORDER BY id")
        return [(number, status) for number, status in cursor.fetchall()]


def test_jobs_of_a_dead_worker_are_taken_over_and_of_a_living_one_are_not() -> None:
    """Reactions wait again; a sweep is called failed, so that its lock lets the next one in; what a living worker has stays his."""
    no = made()
    for turns in (1, 2, 3):
        toys.wind(Call(ANN), no, turns=turns)
    (dead, _), (living, _), (sweep, _) = _jobs()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '5 minutes') RETURNING id")
        alive, gone = (row[0] for row in cursor.fetchall())
    _deal(dead, status="doing", worker_id=gone)
    _deal(living, status="doing", worker_id=alive, lock="root:other")
    _deal(sweep, status="doing", worker_id=None, lock="sweep:x", queueing_lock="sweep:x")
    assert jobs.rescue() == 2
    assert _jobs() == [(dead, "todo"), (living, "doing"), (sweep, "failed")]
    assert jobs.rescue() == 0


def test_sweeps_that_went_well_are_forgotten_and_reactions_are_not() -> None:
    """An hour later the sweep's job is gone; what a fact asked for stays for `check`."""
    no = made()
    toys.wind(Call(ANN), no, turns=1)
    toys.wind(Call(ANN), no, turns=1)
    (reaction, _), (sweep, _) = _jobs()
    for number in (reaction, sweep):
        _deal(number, status="doing")
        _deal(number, status="succeeded")
    _deal(sweep, queueing_lock="sweep:x")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '2 hours'")
    jobs.rescue()
    assert _jobs() == [(reaction, "succeeded")]


def test_what_an_operation_defers_in_the_worker_waits_for_its_commit() -> None:
    """The worker's app has connections of its own; jobs must not use them, or they run before the commit and in spite of a refusal."""
    no, seen = made(), []
    own = PsycopgConnector(kwargs=connector_params("default"))
    others = own.get_sync_connector()
    others.open()

    @operation("toys.falter", on=Toy)
    def falter(act: Act, toy: Toy) -> Toy:
        """Wind it, look what others see of the jobs, and refuse."""
        toys.wind(act, toy, turns=1)
        jobs.defer(toy.root_id, [(1, 0, "toys.show")], [])
        seen.append(others.execute_query_one("SELECT count(*) AS found FROM procrastinate_jobs")["found"])
        raise Refused("toys.cannot_falter")

    try:
        with current.replace_connector(own), pytest.raises(Refused):
            falter(Call(ANN), no)
    finally:
        others.close()
        del OPERATIONS["toys.falter"]
    assert (seen, _jobs()) == ([0], [])


def test_a_job_run_by_two_workers_at_once_acts_once() -> None:
    """A worker that slept past its lease and the one that took over run the same job side by side."""
    no = made()
    toys.wind(Call(ANN), no, turns=1)
    job = jobs_deferred()[-1]
    assert [answer for answer in at_once(8, lambda _: jobs.run_reaction(**job)) if isinstance(answer, Exception)] == []
    assert Toy.objects.get(no=no).phone == "s"


def test_a_stretch_of_the_journal_is_told_again_to_one_consumer() -> None:
    """Only facts of the stretch, only to the one who is named; what was done stays done unless it is wanted anew."""
    first, second, third = made(), made(), made()
    for no in (first, second, third):
        toys.wind(Call(ANN), no, turns=1)
    rows = dict(Journal.objects.filter(operation="toys.wind").values_list("ref", "pk"))
    for job in jobs_deferred():
        jobs.run_reaction(**job)
    stretch = (rows[f"toys:{first}"], rows[f"toys:{second}"])
    assert jobs.replay(*stretch, "toys.nobody") == 0
    assert jobs.replay(*stretch, "toys.show") == 2
    assert jobs.replay(*stretch, "toys.show", again="drill") == 2
    for job in jobs_deferred()[-4:]:
        jobs.run_reaction(**job)
    assert dict(Toy.objects.values_list("no", "phone")) == {first: "ss", second: "ss", third: "s"}
    causes = set(Journal.objects.filter(operation="toys.show").values_list("cause_id", flat=True))
    assert causes == set(rows.values())


def test_a_reaction_that_fails_leaves_nothing_and_can_run_again() -> None:
    """The key of a failed run is gone with it, so the next run of the job is a first run."""
    no = made()
    toys.wind(Call(ANN), no, turns=1)
    job = jobs_deferred()[-1]
    with guards.exempt("it is lost for a while"):
        Toy.objects.filter(no=no).update(no="hidden")
    with pytest.raises(Exception, match=r"kernel\.not_seen"):
        jobs.run_reaction(**job)
    assert not Key.objects.exists()
    with guards.exempt("it is found"):
        Toy.objects.filter(no="hidden").update(no=no)
    jobs.run_reaction(**job)
    assert Toy.objects.get(no=no).phone == "s"


def test_moments_of_a_family_never_run_backwards() -> None:
    """An act happens when it got the lock, not when it began to wait for it."""
    no = made()
    at_once(8, lambda _: toys.wind(Call(ANN), no, turns=1))
    moments = list(Journal.objects.filter(operation="toys.wind").order_by("pk").values_list("at", flat=True))
    assert len(moments) == 8
    assert moments == sorted(moments)


def test_the_second_exempt_table_does_not_hide_a_business_write() -> None:
    """A statement that writes a library's table first and ours second is stray all the same."""
    made()
    sql = "WITH x AS (DELETE FROM django_session WHERE false RETURNING 1) UPDATE toys_toy SET turns = 3"
    with pytest.raises(guards.StrayWriteError, match="toys_toy"), connection.cursor() as cursor:
        cursor.execute(sql)
    assert set(Toy.objects.values_list("turns", flat=True)) == {0}


def test_the_system_acts_on_what_a_sweep_names() -> None:
    """A sweep hands over ids; the door takes them."""
    toy = Toy.objects.get(no=made())
    assert toys.wind(Call(SYSTEM), toy.pk, turns=1).turns == 1


def test_the_drills_clock_works_in_the_demo_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """WANGDAN_CLOCK moves the business clock; outside the demo it is refused to its face, and no operation runs on it."""
    monkeypatch.setenv("WANGDAN_CLOCK", "+3d")
    ahead = clock.now() - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < ahead < timedelta(days=3, minutes=1)
    with override_settings(WANGDAN_DEMO=False):
        with pytest.raises(ValueError, match="demo only"):
            clock.now()
        with pytest.raises(ValueError, match="demo only"):
            toys.make(Call(ANN), no="never")
    assert not Toy.objects.exists()
