"""Admission: how many requests work at once, and which goes first: the one that has worked least so far.

Python works on one thing at a time, so a long request would hold up every short one. Requests therefore take turns at
a few slots. One that has worked longer than a bound stands back behind all that have not, and of the longest only one
works at a time, in the order in which they came, so that no two half-finished big answers lie in memory together.
It is the multi-level feedback queue of operating systems (Corbato et al., 1962), with turns given up where the work
asks for it (``Turn.pause``).
"""

from __future__ import annotations

import gc
import time
from bisect import bisect_left
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from threading import TIMEOUT_MAX, Event, Lock, local
from typing import Any

from api import limits
from kg.errors import BusyError

Clock = Callable[[], float]


class _Working(local):
    """A clock of the calling thread's work, without the collecting of garbage, which mostly others left.

    A short request in which the collector happens to run would stand back behind the long ones that it ran for.
    """

    collecting = begun = 0.0

    def __call__(self) -> float:
        return time.thread_time() - self.collecting

    def collector(self, phase: str, _about: Any) -> None:
        """What the collector calls when it starts and when it stops."""
        if phase == "start":
            self.begun = time.thread_time()
        else:
            self.collecting += time.thread_time() - self.begun


working = _Working()
"""For how many seconds the calling thread has worked; waiting does not count."""
gc.callbacks.append(working.collector)


class Turn:
    """One request's place: how long it has worked, and so how far back it stands. Used by one thread."""

    __slots__ = ("_begun", "_gate", "_holds", "_worked", "called", "level", "number")

    def __init__(self, gate: Turnstile, number: int, level: int = 0) -> None:
        self._gate = gate
        self.number = number
        self.level = level
        self.called = Event()
        self._holds = False
        self._worked = 0.0
        self._begun = 0.0

    def __lt__(self, other: Turn) -> bool:
        return (self.level, self.number) < (other.level, other.number)

    def begin(self, until: float) -> bool:
        """Wait for a slot; False if there is none until that time of the monotonic clock. Keeps one that it has."""
        if self._holds:
            return True
        self._holds = self._gate.wait(self, until)
        self._begun = self._gate.clock()
        return self._holds

    def pause(self, until: float) -> bool:
        """Let go first whoever has worked less; False if the turn does not come again until that time."""
        now = self._gate.clock()
        self._worked += now - self._begun
        self._begun = now
        while self.level < len(limits.TURNS) and self._worked > limits.TURNS[self.level]:
            self._gate.rise(self)
        if self._gate.goes_on(self):
            return True
        self.end()
        return self.begin(until)

    def end(self) -> None:
        """Give the slot to the next, if it holds one."""
        if self._holds:
            self._holds = False
            self._gate.give_up(self)


class Turnstile:
    """The slots of a server and who waits for one."""

    def __init__(self, slots: int = limits.SLOTS, places: int = limits.PLACES, clock: Clock = working) -> None:
        """``clock`` tells for how many seconds the calling thread has worked."""
        self.clock = clock
        self._free = slots
        self._places = places
        self._present = 0
        self._count = 0
        self._long = 0
        self._waiting: list[Turn] = []
        self._lock = Lock()

    def enter(self, expected: float = 0.0) -> Turn:
        """A place for one request; raises BusyError if all are taken. ``leave`` gives it back.

        A request that is ``expected`` to work for so many seconds stands back from the start as if it had worked
        them, but never with the longest.
        """
        level = min(bisect_left(limits.TURNS, expected), len(limits.TURNS) - 1)
        with self._lock:
            if self._present >= self._places:
                raise BusyError(
                    f"{self._places} requests are being answered already. Ask again in {limits.RETRY} seconds.",
                    retryAfter=limits.RETRY,
                )
            self._present += 1
            self._count += 1
            return Turn(self, self._count, level)

    def leave(self) -> None:
        """Give a place back."""
        with self._lock:
            self._present -= 1

    def wait(self, turn: Turn, until: float) -> bool:
        """Take a slot when it is this one's turn; False, and out of the queue, if that is not before the time."""
        with self._lock:
            turn.called.clear()
            heappush(self._waiting, turn)
            self._call()
        if turn.called.wait(min(TIMEOUT_MAX, max(0.0, until - time.monotonic()))):
            return True
        with self._lock:
            if turn.called.is_set():  # called between the end of the wait and here
                return True
            self._waiting.remove(turn)
            heapify(self._waiting)
            return False

    def goes_on(self, turn: Turn) -> bool:
        """Whether nobody waits who comes before this one, and it is not one long request too many."""
        if _is_long(turn) and self._long > 1:
            return False
        waiting = self._waiting[:1]  # a look without the lock: one that is missed is seen at the next pause
        return not waiting or waiting[0].level >= turn.level

    def rise(self, turn: Turn) -> None:
        """Set a working request one level further back."""
        with self._lock:
            turn.level += 1
            self._long += _is_long(turn)

    def give_up(self, turn: Turn) -> None:
        """Free the slot of a working request."""
        with self._lock:
            self._free += 1
            self._long -= _is_long(turn)
            self._call()

    def _call(self) -> None:
        """Call those whose turn it is; the lock is held."""
        while self._free and self._waiting and not (_is_long(self._waiting[0]) and self._long):
            turn = heappop(self._waiting)
            self._free -= 1
            self._long += _is_long(turn)
            turn.called.set()


def _is_long(turn: Turn) -> bool:
    return turn.level == len(limits.TURNS)
