"""What a plan says when it leaves an answer to the executor."""

from __future__ import annotations


class Uncovered(Exception):
    """What a plan cannot answer, or finds wrong in a value; the executor answers instead, and says what is wrong."""
