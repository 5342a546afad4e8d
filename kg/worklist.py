"""What registries said that is not linked yet, and what was joined and why: the curator's lists of work and merges."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kg.sources.derived import Derivation

Row = tuple[str | int, ...]


@dataclass(frozen=True)
class Listing:
    """A list with its columns; the rows that matter most come first."""

    columns: tuple[str, ...]
    rows: list[Row]


def listings(derived: Derivation) -> dict[str, Listing]:
    """All lists by name; empty ones too, so that nobody takes a missing list for a finished one."""
    spelled = ("spelling", "mentions", "organisation", "how", "rule", "evidence")
    spellings = derived.spellings
    return {
        "summary": Listing(("what", "count", "of"), list(_summary(derived))),
        "organisations": Listing(
            ("spelling", "mentions", "organisation"),
            [(r.spelling, r.mentions, r.organisation) for r in (spellings.unresolved() if spellings else ())],
        ),
        "merges": Listing(
            spelled,
            [
                (r.spelling, r.mentions, r.organisation, r.how, r.rule, r.evidence)
                for r in (spellings.log() if spellings else ())
            ],
        ),
        "conditions": Listing(("term", "mentions"), _most(t.conditions for t in derived.tallies.values())),
        "facilities": Listing(("facility", "mentions"), _most(t.facilities for t in derived.tallies.values())),
        "codes": Listing(("list", "code", "times"), [(*pair, n) for pair, n in sorted(derived.codes.items())]),
    }


def _summary(derived: Derivation) -> Iterable[Row]:
    for date, tally in derived.tallies.items():
        yield f"trials of {date} loaded", tally.loaded, tally.read
    every = derived.tallies.values()
    refused = _sum(tally.not_atmp for tally in every)
    read = sum(tally.read for tally in every)
    yield "trials that test no ATMP, not loaded", sum(refused.values()), read
    for rule, count in sorted(refused.items()):
        yield f"  by rule {rule}", count, sum(refused.values())
    links = _sum(tally.links for tally in every)
    for kind in ("product", "condition"):
        of_kind = {name: n for name, n in links.items() if name.startswith(kind)}
        yield from ((name, n, sum(of_kind.values())) for name, n in sorted(of_kind.items()))
    if derived.spellings:
        shares = derived.spellings.shares()
        spellings, mentions = shares.get("all", (0, 0))
        for how, (some, named) in shares.items():
            if how != "all":
                yield f"sponsor spellings by {how}", some, spellings
                yield f"sponsor mentions by {how}", named, mentions


def _sum(counters: Iterable[Counter[str]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for counter in counters:
        total += counter
    return total


def _most(counters: Iterable[Counter[str]]) -> list[Row]:
    ordered = sorted(_sum(counters).items(), key=lambda pair: (-pair[1], pair[0]))
    return [*ordered]
