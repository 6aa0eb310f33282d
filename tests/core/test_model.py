"""Any order of steps that people, banks, carriers and the clock may take, against a small pure model; every invariant after each step."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.core import stage
from tests.core.game import SEEN, Orders
from wangdan.orders.rules import LIFE

pytestmark = pytest.mark.django_db(transaction=True)


def play(examples: int, steps: int, *, derandomize: bool) -> None:
    """Play so many games of so many steps."""
    quiet = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Orders,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=derandomize, database=None,
            print_blob=True, suppress_health_check=quiet,
        ),
    )  # fmt: skip


def walk(seed: int, steps: int, every: int = 1) -> None:
    """One long game without hypothesis, whose games are mostly short: the same for the same seed; `check` runs after so many steps."""
    chance, game = random.Random(seed), Orders()
    game.open_market()
    pick = lambda: chance.randrange(10**6)  # noqa: E731 - a die
    moves: list[tuple[int, Callable[[], Any]]] = [
        (
            5,
            lambda: game.place(
                [chance.randrange(3), chance.randrange(3), chance.randrange(1, 3)], chance.choice(["sandbox", "bank_transfer", "cod"])
            ),
        ),
        (8, lambda: game.go_on(pick(), chance.randint(1, 8))),
        (2, lambda: game.pay_online(pick(), pick())),
        (1, lambda: game.pay_by_transfer(pick(), chance.choice([0, 1, 5000]))),
        (1, lambda: game.cancel(pick())),
        (2, lambda: game.confirm(pick())),
        (1, lambda: game.decline(pick())),
        (1, lambda: game.approve(pick())),
        (1, lambda: game.reject(pick())),
        (2, lambda: game.receive(pick(), 3)),
        (2, lambda: game.refuse(pick())),
        (1, lambda: game.take_back(pick())),
        (1, game.repay),
        (1, lambda: game.time_passes(chance.choice([1, 31, 4321]))),
    ]
    try:
        game.place([4, 1, 1], "sandbox")
        for at, move in enumerate(chance.choices([move for _, move in moves], [weight for weight, _ in moves], k=steps)):
            move()
            game.both_agree()
            if at % every == 0:
                stage.whole()
        stage.whole()
    finally:
        game.teardown()


def test_long_walks_follow_the_model() -> None:
    """Five long games; between them orders were in every state there is."""
    SEEN.clear()
    for seed in range(1, 6):
        walk(seed, 60)
    assert set(LIFE.states) == SEEN


def test_orders_follow_the_model() -> None:
    """A few games that hypothesis thinks of, the same ones every day."""
    play(20, 30, derandomize=True)


@pytest.mark.long
def test_orders_follow_the_model_for_long() -> None:
    """Many games, new ones every time; a failing one prints how to play it again."""
    play(150, 60, derandomize=False)


@pytest.mark.long
def test_very_long_walks_follow_the_model() -> None:
    """Twenty games of two hundred steps, `check` after every tenth: the book of all games grows."""
    for seed in range(100, 120):
        walk(seed, 200, every=10)
