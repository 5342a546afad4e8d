"""What one request may use: the cost of its answer, its time, and its turn among other requests."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from api import limits
from api.admission import Turn, Turnstile
from kg.errors import AtmpError, LimitError, TimeLimitError


class Stopped(BaseException):
    """Work that stops at once, with the error that says why.

    No ``Exception``: those that a field raises are reported for that field, and the work goes on with the next.
    """

    def __init__(self, error: AtmpError) -> None:
        super().__init__(error.message)
        self.error = error


class Budget:
    """Counts the cost of an answer and watches the clock. ``spend`` and ``tick`` raise Stopped past a bound.

    The unit of cost is one value: a field of an object in the answer, an entity that a list gives out, or
    ``limits.ROWS`` rows that a facet or a group counted, a filter tried or an order sorted. A text counts once more
    for every ``limits.CHARACTERS`` characters, an error ``limits.FAULT`` times.
    """

    def __init__(self, seconds: float | None = None, turn: Turn | None = None) -> None:
        """Without ``seconds`` there is no limit of time, without a ``turn`` nobody else to let go first."""
        self.cost = 0
        self._seconds = seconds
        self._until = time.monotonic() + seconds if seconds is not None else float("inf")
        self._turn = turn
        self._next = min(limits.TICK, limits.COST + 1)
        self._look = 0.0
        self._begun = False

    def spend(self, values: int) -> None:
        """Count values of the answer; raises Stopped past the ceiling."""
        self.cost += values
        if self.cost >= self._next or time.monotonic() > self._look:
            if self.cost > limits.COST:
                self.cost = limits.COST + 1  # by how much depends on what was counted together
                raise Stopped(_too_much(self.cost))
            self._next = min(self.cost + limits.TICK, limits.COST + 1)
            self.tick()

    def tick(self) -> None:
        """Look at the clock and let go first whoever has worked less; raises Stopped when the time is up."""
        now = time.monotonic()
        self._look = now + limits.LOOK
        if now > self._until or (self._turn is not None and not self._turn.pause(self._until)):
            raise Stopped(_too_long(self._seconds))

    def again(self) -> None:
        """Count the cost from nothing: the answer is begun anew, in what is left of the time."""
        self.cost = 0
        self._next = min(limits.TICK, limits.COST + 1)

    def begin(self) -> None:
        """Wait for the turn, unless it has come before; raises Stopped if it does not come in time."""
        begun, self._begun = self._begun, True
        if self._turn is not None and not begun and not self._turn.begin(self._until):
            raise Stopped(_too_long(self._seconds))


@contextmanager
def admitted(turnstile: Turnstile, size: int = 0) -> Iterator[Budget]:
    """The budget of a request of so many bytes to a server; raises BusyError if the server has too many."""
    turn = turnstile.enter(size * limits.READING)
    try:
        yield Budget(limits.SECONDS, turn)
    finally:
        turn.end()
        turnstile.leave()


def _too_much(cost: int) -> LimitError:
    return LimitError(
        f"The answer would cost more than {limits.COST:,} values: fields of its objects and entities of its lists. "
        "Ask for less: a smaller `first`, a filter, fewer fields, fewer lists within lists.",
        cost=cost,
        max=limits.COST,
    )


def _too_long(seconds: float | None) -> TimeLimitError:
    return TimeLimitError(
        f"The answer was not ready within {seconds:g} seconds, its turn among other requests included, and was "
        "stopped. Ask for less: a filter, a smaller `first`; or ask again when there is less to do.",
        seconds=seconds,
    )
