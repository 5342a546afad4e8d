"""What a user asks of partner fit, checked against the ontology: whose partners, with which need and wishes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from kg.errors import NotFoundError, UsageError
from kg.files import did_you_mean
from kg.model import Model
from kg.network.capability import Need
from kg.network.fit_rules import LIKELY, ORDERS, FitRules
from kg.network.network import Network
from kg.network.records import ORGANISATION, canonical
from kg.terms import Value

REGIONS = "region"
"""The scheme of countries and regions."""


@dataclass(frozen=True)
class Question:
    """Whose partners are asked for, by number of the entity.

    ``need`` is by dimension what the partner should have on record (see ``read_need``). ``regions`` are countries or
    regions that the user wishes the partner in. ``exclude`` leaves organisations out, ``active_since`` those without a
    record active in or after a year. ``competitors`` are looked for among the partners of each.
    """

    organisation: int
    need: Need = field(default_factory=dict)
    order: str = LIKELY
    regions: tuple[str, ...] = ()
    exclude: frozenset[int] = frozenset()
    active_since: int | None = None
    competitors: tuple[int, ...] = ()


def read_need(model: Model, rules: FitRules, stated: Mapping[str, Sequence[str]]) -> Need:
    """A need from words: slugs of the dimension's vocabulary, ids (``condition/...``) or their slugs, ``true``.

    Raises ``UsageError`` for a dimension, and ``NotFoundError`` for a value, that there is not.
    """
    for dimension in stated:
        _refuse_unknown(dimension, rules.slots, "dimension of a need", UsageError)
    return {
        dimension: tuple(dict.fromkeys(_value(model, rules, dimension, word) for word in words))
        for dimension, words in stated.items()
        if words
    }


def _value(model: Model, rules: FitRules, dimension: str, word: str) -> Value:
    slot = rules.slots[dimension]
    if slot.scheme:
        _refuse_unknown(word, model.schema.vocabularies[slot.scheme].concepts, dimension, NotFoundError)
        return word
    if slot.target:
        slugs = [word] if "/" in word else [f"{kind.slug}/{word}" for kind in model.schema.concrete(slot.target)]
        found = next((number for slug in slugs if (number := model.number(slug)) is not None), None)
        kinds = model.schema.concrete(slot.target)
        if found is None or model.kind(found) not in kinds:
            raise NotFoundError(f"There is no {dimension} '{word}'. Search for it, and give its id.")
        return found
    if word != "true":
        raise UsageError(f"'{word}' says nothing of {dimension}. Ask for true, or leave it out.")
    return True


def checked(network: Network, rules: FitRules, question: Question) -> Question:
    """The question with merged organisations replaced; raises ``UsageError`` or ``NotFoundError`` for what is wrong."""
    model = network.model
    _refuse_unknown(question.order, ORDERS, "order", UsageError)
    for dimension in question.need:
        _refuse_unknown(dimension, rules.slots, "dimension of a need", UsageError)
    for region in question.regions:
        _refuse_unknown(region, model.schema.vocabularies[REGIONS].concepts, REGIONS, NotFoundError)
    one = _organisation(model, question.organisation)
    return Question(
        organisation=one,
        need={dimension: values for dimension, values in question.need.items() if values},
        order=question.order,
        regions=question.regions,
        exclude=frozenset(_organisation(model, entity) for entity in question.exclude),
        active_since=question.active_since,
        competitors=tuple(dict.fromkeys(_organisation(model, entity) for entity in question.competitors)),
    )


def countries_of(model: Model, regions: Iterable[str]) -> frozenset[str]:
    """The regions with all that lies in them."""
    vocabulary = model.schema.vocabularies[REGIONS]
    return frozenset(country for region in regions for country in vocabulary.descendants(region))


def _organisation(model: Model, entity: int) -> int:
    if not 0 <= entity < len(model):
        raise NotFoundError(f"There is no entity {entity}. Name an organisation by its id.")
    if model.kind(entity).name != ORGANISATION:
        raise UsageError(f"{model.ids[entity]} is no organisation. Partner fit is between organisations.")
    return canonical(model, entity)


def _refuse_unknown(word: str, known: Collection[str], what: str, error: type[UsageError]) -> None:
    if word not in known:
        hint = did_you_mean(word, known) or (f"Ask for one of {', '.join(known)}." if len(known) < 20 else "")
        raise error(f"There is no {what} '{word}'. {hint}".rstrip())
