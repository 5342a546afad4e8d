"""Time and turns: work stops when its time is up, and whoever has worked less goes first."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

import pytest

from api import limits
from api.admission import Turn, Turnstile
from api.budget import Budget, Stopped, admitted
from api.execute import execute
from api.schema import AtmpSchema, make_schema
from kg.errors import BusyError
from kg.schema import Schema
from tests.api.conftest import MemoryRelease, Records, release_of

SOON = 20.0
"""Seconds within which what has to happen happens on any machine."""


class Work:
    """A clock that goes only where a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def soon() -> float:
    return time.monotonic() + SOON


@contextmanager
def waiting(turn: Turn, then: Callable[[], None]) -> Iterator[None]:
    """Another thread that waits for its turn, and does something once it has it."""

    def run() -> None:
        assert turn.begin(soon())
        then()
        turn.end()

    thread = Thread(target=run)
    thread.start()
    yield
    thread.join(SOON)
    assert not thread.is_alive()


def queued(gate: Turnstile, count: int) -> None:
    """Wait until so many wait."""
    until = soon()
    while len(gate._waiting) < count:
        assert time.monotonic() < until
        Event().wait(0.001)


def test_who_has_worked_less_goes_first() -> None:
    clock, order = Work(), list[str]()
    gate = Turnstile(slots=1, clock=clock)
    long, short = gate.enter(), gate.enter()
    assert long.begin(soon())
    with waiting(short, lambda: order.append("short")):
        queued(gate, 1)
        assert long.pause(soon())
        assert order == [], "one that has hardly worked is not interrupted"
        clock.now += limits.TURNS[0] * 2
        assert long.pause(soon())
        order.append("long")
        long.end()
    assert order == ["short", "long"]


def test_of_the_longest_only_one_works_at_a_time() -> None:
    clock, order = Work(), list[str]()
    gate = Turnstile(slots=2, clock=clock)
    first, second = gate.enter(), gate.enter()
    assert first.begin(soon())
    assert second.begin(soon())
    clock.now += sum(limits.TURNS)
    assert first.pause(soon())
    began = Event()

    def second_goes_on() -> None:
        began.set()
        assert second.pause(soon())
        order.append("second")
        second.end()

    thread = Thread(target=second_goes_on)
    thread.start()
    began.wait(SOON)
    queued(gate, 1)
    assert first.pause(soon())
    order.append("first")
    first.end()
    thread.join(SOON)
    assert order == ["first", "second"]


def test_whose_turn_does_not_come_is_told_and_leaves_the_queue() -> None:
    gate = Turnstile(slots=1)
    first, second, third = gate.enter(), gate.enter(), gate.enter()
    assert first.begin(soon())
    assert not second.begin(time.monotonic())
    first.end()
    assert third.begin(time.monotonic() + 1)


def test_a_full_server_refuses_at_once_and_takes_the_next_when_one_has_left() -> None:
    gate = Turnstile(places=2)
    with admitted(gate), admitted(gate):
        with pytest.raises(BusyError) as refused, admitted(gate):
            pass
        assert refused.value.code == "OVERLOADED"
        assert "Ask again" in refused.value.message
    with admitted(gate) as budget:
        budget.begin()


def test_work_that_is_stopped_gives_its_slot_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SECONDS", 0.0)
    gate = Turnstile(slots=1)
    for _ in range(3):
        with pytest.raises(Stopped), admitted(gate) as budget:
            budget.begin()
            budget.spend(limits.COST)
    turn = gate.enter()
    assert turn.begin(soon())


@pytest.fixture(scope="module")
def wide(declared: Schema) -> MemoryRelease:
    """A release whose products and trials are all tied to each other."""
    trials = [f"trial/{n}" for n in range(250)]
    products = [f"product/{n}" for n in range(250)]
    records: Records = {
        **{name: {"name": name} for name in products},
        **{name: {"title": name, "products": products} for name in trials},
    }
    return release_of(declared, records)


HEAVY = (
    """{ trials(first: 200) { nodes { products(first: 200) { nodes { trials(first: 200) { nodes { id } } } } } } }"""
)


@pytest.mark.parametrize(("plans", "seconds"), [(False, 0.05), (True, 0.0)])
def test_a_query_past_its_time_is_stopped_and_says_so(
    declared: Schema, wide: MemoryRelease, plans: bool, seconds: float
) -> None:
    found = execute(make_schema(declared, plans), wide, HEAVY, budget=Budget(seconds))
    assert found["data"] is None
    (error,) = found["errors"]
    assert error["extensions"]["code"] == "TIMEOUT"
    assert error["extensions"]["seconds"] == seconds
    assert found["extensions"]["cost"]["spent"] < limits.COST


def test_a_filter_past_its_time_is_stopped(schema: AtmpSchema, wide: MemoryRelease) -> None:
    nested = '{name: {contains: "z"}}'
    for link in ("products", "trials", "products"):
        nested = f"{{{link}: {{none: {nested}}}}}"
    found = execute(schema, wide, f"{{ trials(where: {nested}) {{ totalCount }} }}", budget=Budget(0.0))
    assert found["errors"][0]["extensions"]["code"] == "TIMEOUT"


class Counting(Budget):
    """A budget that counts what is spent after it has said stop, too."""

    spent = 0

    def spend(self, values: int) -> None:
        self.spent += values
        super().spend(values)


@pytest.mark.parametrize(("plans", "beyond"), [(False, limits.TICK + limits.MOST), (True, limits.COST)])
def test_the_ceiling_stops_the_work_and_not_only_the_answer(
    declared: Schema, wide: MemoryRelease, plans: bool, beyond: int
) -> None:
    """What is kept of an entity is counted at once, so that a plan may pass the ceiling by one such part."""
    budget = Counting()
    found = execute(make_schema(declared, plans), wide, HEAVY, budget=budget)
    assert found["errors"][0]["extensions"]["code"] == "QUERY_TOO_COMPLEX"
    assert found["extensions"]["cost"]["spent"] == limits.COST + 1
    assert budget.spent <= limits.COST + beyond
