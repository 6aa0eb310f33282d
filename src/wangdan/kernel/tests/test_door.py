"""The door, rule by rule, on real connections: keys, locks, sight, refusals, reactions, journal."""

import json
import secrets
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from tests.toys import operations as toys
from tests.toys.models import Toy
from wangdan.kernel import grants, guards, jobs, react
from wangdan.kernel.act import Act, Call, Nobody
from wangdan.kernel.errors import Busy, Malformed, NotGranted, NotSeen, Refused
from wangdan.kernel.models import Journal, Key

pytestmark = pytest.mark.django_db(transaction=True)
ANN = Nobody("person:1", frozenset({"player"}), id=1)
BEN = Nobody("person:2", frozenset({"player"}), id=2)
EVE = Nobody("person:1", frozenset(), id=1)


class _PlayersMay:
    """Grants of the toy world."""

    def may(self, actor: Any, operation: str) -> bool:
        """Players may do everything with toys."""
        return "player" in actor.roles and operation.startswith("toys.")


@pytest.fixture(autouse=True)
def _toy_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wire the toys as a module's reactions.py would."""
    monkeypatch.setattr(grants, "_registered", [_PlayersMay()])
    monkeypatch.setitem(react.NOW, ("toys", toys.ToyWound), [toys.click])
    monkeypatch.setitem(react.LATER, ("toys", toys.ToyWound), [toys.show])


def made(no: str = "") -> str:
    """A fresh toy of Ann's."""
    return toys.make(Call(ANN), no=no or secrets.token_hex(6)).no


def jobs_deferred() -> list[dict[str, Any]]:
    """The LATER jobs waiting in the database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id", [jobs.REACTION])
        return [json.loads(row[0]) for row in cursor.fetchall()]


def at_once(count: int, run: Callable[[int], Any]) -> list[Any]:
    """Run on so many real threads and connections, released together; returns answers and exceptions."""
    barrier, answers = threading.Barrier(count), [None] * count

    def one(place: int) -> None:
        try:
            barrier.wait(20)
            answers[place] = run(place)
        except Exception as error:  # noqa: BLE001 - the test looks at it
            answers[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return answers


def test_twins_with_one_key_act_once_and_read_one_answer():
    """Eleven twins wait for the first and read its answer."""
    no, key = made(), secrets.token_hex(8)
    answers = at_once(12, lambda _: toys.wind(Call(ANN, key), no, turns=2).pk)
    assert len(set(answers)) == 1
    assert isinstance(answers[0], int)
    assert Toy.objects.get(no=no).turns == 2
    assert Journal.objects.filter(operation="toys.wind").count() == 1


def test_a_key_with_other_input_is_refused_and_changes_nothing():
    """Same key, other turns: 422 kernel.key_reused."""
    no = made()
    toys.wind(Call(ANN, "k1"), no, turns=1)
    with pytest.raises(Malformed) as refused:
        toys.wind(Call(ANN, "k1"), no, turns=3)
    assert refused.value.code == "kernel.key_reused"
    assert Toy.objects.get(no=no).turns == 1


def test_the_same_key_of_another_actor_is_another_key():
    """Keys are claimed per actor and operation."""
    toys.make(Call(ANN, "k2"), no="ann-1")
    toys.make(Call(BEN, "k2"), no="ben-1")
    assert Key.objects.filter(key="k2").count() == 2


def test_a_rendered_answer_comes_back_to_the_letter():
    """What the API answered once it answers again, whatever has happened since."""
    no = made()
    first = toys.wind(Call(ANN, "k3", render=lambda toy: {"turns": toy.turns}), no, turns=1)
    toys.wind(Call(ANN), no, turns=4)
    again = toys.wind(Call(ANN, "k3", render=lambda toy: {"turns": toy.turns}), no, turns=1)
    assert first == again == {"turns": 1}


def test_a_refusal_leaves_nothing_not_even_the_key():
    """The write before the refusal, the fact, the journal row, the jobs and the key are all gone."""
    no = made()
    rows, deferred = Journal.objects.count(), jobs_deferred()
    with pytest.raises(Refused) as refused:
        toys.wind(Call(ANN, "k4"), no, turns=-1)
    assert refused.value.code == "toys.cannot_wind_back"
    toy = Toy.objects.get(no=no)
    assert (toy.status, toy.turns) == ("new", 0)
    assert (Journal.objects.count(), jobs_deferred()) == (rows, deferred)
    assert not Key.objects.filter(key="k4").exists()


def test_a_number_that_was_drawn_before_is_drawn_again():
    """Numbers are random, so two may be the same: nobody hears of it, and nothing is there twice."""
    old, fresh = made(), secrets.token_hex(6)
    toys_before, rows = Toy.objects.count(), Journal.objects.count()
    assert toys.draw(Call(ANN), numbers=[old, fresh]).no == fresh
    assert (Toy.objects.count(), Journal.objects.count()) == (toys_before + 1, rows + 1)
    with pytest.raises(IntegrityError):
        toys.draw(Call(ANN), numbers=[old] * 9)
    assert Toy.objects.count() == toys_before + 1


def test_a_breach_of_a_named_constraint_is_a_refusal_with_its_code():
    """The database's no and the operation's no read the same."""
    no = made()
    with pytest.raises(Refused) as refused:
        toys.wind(Call(ANN), no, turns=10)
    assert refused.value.code == "toys.cannot_wind_so_far"
    assert Toy.objects.get(no=no).turns == 0


def test_whoever_waits_too_long_for_a_lock_hears_so_and_may_come_again():
    """Nothing is half done, the key is not used up, and the same call goes through once the other is gone."""
    no = made()
    before = (0, Journal.objects.count(), jobs_deferred())
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT id FROM kernel_root WHERE id = %s FOR UPDATE", [Toy.objects.get(no=no).root_id])
            held.set()
            done.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(20)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '200ms'")
    with pytest.raises(Busy) as busy:
        toys.wind(Call(ANN, "k5"), no, turns=1)
    done.set()
    other.join(20)
    assert (busy.value.code, busy.value.status, busy.value.detail) == ("kernel.busy", 503, {"retry_after": 5})
    assert (Toy.objects.get(no=no).turns, Journal.objects.count(), jobs_deferred()) == before
    assert not Key.objects.filter(key="k5").exists()
    assert toys.wind(Call(ANN, "k5"), no, turns=1).turns == 1
    connection.close()


def test_a_deadlock_is_tried_again_before_anybody_hears_of_it():
    """Twice lost, the third time won; lost three times reads as somebody else being at it, and leaves nothing."""
    no, losses = made(), [1, 1]

    @toys.operation("toys.wrestle", on=Toy)
    def wrestle(act: Act, toy: Toy) -> None:
        """Wind it, unless the database says that there was a deadlock."""
        toys.wind(act, toy, turns=1)
        if losses and losses.pop():
            with connection.cursor() as cursor:
                cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40P01'; END $$")

    wrestle(Call(ANN), no)
    assert (Toy.objects.get(no=no).turns, losses) == (1, [])
    losses += [1] * 3
    with pytest.raises(Busy):
        wrestle(Call(ANN, "k6"), no)
    assert (Toy.objects.get(no=no).turns, losses) == (1, [])
    assert not Key.objects.filter(key="k6").exists()


@pytest.mark.parametrize("handle", ["nothing", "", "a\x00b", 0, -1, 2**70, None, True, 1.5])
def test_what_is_not_there_is_not_seen(handle: Any):
    """Odd handles are 404, never 500 and never some row."""
    made()
    with pytest.raises(NotSeen):
        toys.wind(Call(ANN), handle, turns=1)


def test_unseen_comes_before_not_granted():
    """A stranger hears 404, a person without the grant who sees it hears 403."""
    no = made()
    with pytest.raises(NotSeen):
        toys.wind(Call(BEN), no, turns=1)
    with pytest.raises(NotGranted):
        toys.wind(Call(EVE), no, turns=1)
    assert Toy.objects.get(no=no).turns == 0


def test_the_journal_says_who_what_before_and_after_with_personal_fields_veiled():
    """One row per operation on a thing; the NOW reaction has its own."""
    no = toys.make(Call(ANN), no="veil-1", phone="13812346021").no
    toys.wind(Call(ANN), no, turns=2)
    made_row, wound, clicked = Journal.objects.filter(ref=f"toys:{no}").order_by("id")
    assert made_row.changes["status"] == [None, "new"]
    assert made_row.changes["phone"][1].startswith("#")
    assert "13812346021" not in str(made_row.changes)
    assert (wound.operation, wound.actor, wound.changes) == ("toys.wind", "person:1", {"status": ["new", "wound"], "turns": [0, 2]})
    assert wound.facts == [{"fact": "toys.ToyWound", "ref": f"toys:{no}", "turns": 2}]
    assert (clicked.operation, clicked.act, clicked.changes["clicks"]) == ("toys.click", wound.act, [None, 2])


def test_a_later_reaction_runs_once_although_its_job_ran_twice():
    """At least once becomes once; a wanted replay acts anew."""
    no = made()
    toys.wind(Call(ANN), no, turns=1)
    job = jobs_deferred()[-1]
    jobs.run_reaction(**job)
    jobs.run_reaction(**job)
    assert Toy.objects.get(no=no).phone == "cs"
    entry = Journal.objects.get(operation="toys.wind", ref=f"toys:{no}")
    assert jobs.replay(entry.pk, entry.pk, "toys.show") == 1
    jobs.run_reaction(**jobs_deferred()[-1])
    assert Toy.objects.get(no=no).phone == "cs"
    assert jobs.replay(entry.pk, entry.pk, "toys.show", again="drill") == 1
    jobs.run_reaction(**jobs_deferred()[-1])
    assert Toy.objects.get(no=no).phone == "css"


def test_a_write_outside_every_operation_raises():
    """Law 2, held in tests and development."""
    no = made()
    with pytest.raises(guards.StrayWriteError, match="toys_toy"):
        Toy.objects.filter(no=no).update(turns=3)
    with pytest.raises(guards.StrayWriteError, match="toys_toy"), connection.cursor() as cursor:
        cursor.execute("WITH picked AS (SELECT id FROM toys_toy FOR NO KEY UPDATE) UPDATE toys_toy SET turns = 3")
    with guards.exempt("this test"):
        assert Toy.objects.filter(no=no).update(turns=3) == 1


def test_locks_out_of_order_raise():
    """Key, root, row, ledger, slot, stock; stock by its key."""
    act = Act(actor=ANN, now=None)  # type: ignore[arg-type]
    act.locking("root", 7)
    act.locking("stock", (1, 5))
    act.locking("stock", (1, 6))
    with pytest.raises(guards.LockOrderError):
        act.locking("stock", (1, 2))
    with pytest.raises(guards.LockOrderError):
        act.locking("root", 9)


def test_an_operation_cannot_touch_a_row_of_a_root_it_has_not_locked():
    """One operation locks one root; the rest is LATER."""
    mine, other = made(), Toy.objects.get(no=made())

    @toys.operation("toys.meddle", on=Toy)
    def meddle(act: Act, _toy: Toy) -> None:
        """Wind somebody else's toy from inside."""
        toys.wind(act, other, turns=1)

    with pytest.raises(guards.LockOrderError):
        meddle(Call(ANN), mine)
    assert Toy.objects.get(pk=other.pk).turns == 0


def test_two_operations_on_one_root_run_one_after_the_other():
    """Twelve threads of one turn each make nine, and the constraint names the three that were too many."""
    no = made()
    answers = at_once(12, lambda _: toys.wind(Call(ANN), no, turns=1))
    refused = [answer.code for answer in answers if isinstance(answer, Refused)]
    assert Toy.objects.get(no=no).turns == 9
    assert refused == ["toys.cannot_wind_so_far"] * 3
