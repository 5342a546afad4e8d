"""Partner fit: who is ranked, by what, and that each bar says where it comes from."""

from __future__ import annotations

import re
from itertools import combinations
from math import inf, isfinite, log, log1p
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import DataError, NotFoundError, UsageError
from kg.network.constants import Section
from kg.network.fit import PartnerFit, Ranking, Row
from kg.network.fit_question import Question, read_need
from kg.network.fit_rules import LIKELY, NON_OBVIOUS, ORDERS, read_fit_rules
from kg.network.standing import ReleaseNetwork
from kg.schema import Schema
from tests.network.conftest import SHIPPED, Net, changed, named, number, organisation, record

BOTH = pytest.mark.parametrize("order", sorted(ORDERS))


def ask(network: ReleaseNetwork, name: str, need: dict[str, list[str]] | None = None, **more: Any) -> Ranking:
    """The ranking for an organisation by name."""
    fit = PartnerFit(network)
    stated = read_need(network.model, fit.rules, need or {})
    return fit.ask(Question(number(network, name), stated, **more))


def listed(network: ReleaseNetwork, name: str, **more: Any) -> list[str]:
    return named(network, ask(network, name, **more).organisations)


def row(network: ReleaseNetwork, name: str, other: str, **more: Any) -> Row:
    return ask(network, name, **more).row(number(network, other))


def value(found: Row, component: str) -> float:
    return next(bar.value for bar in found.bars if bar.component == component)


def trial(slug: str, *members: str, **fields: Any) -> dict[str, dict[str, Any]]:
    """A trial of 2024 whose first member sponsors it."""
    roles = {name: "collaborator" if n else "sponsor" for n, name in enumerate(members)}
    return record(f"trial/{slug}", roles, **{"startDate": "2024", "completionDate": "2026"} | fields)


# ---------------------------------------------------------------- who is listed


@BOTH
def test_partners_and_who_is_left_out_are_not_listed(net: Net, order: str) -> None:
    network = net(trial("a", "lumc", "partner"), trial("b", "partner", "second"), trial("c", "third", "fourth"))
    assert sorted(listed(network, "lumc", order=order)) == ["fourth", "second", "third"]
    exclude = frozenset({number(network, "third")})
    assert sorted(listed(network, "lumc", order=order, exclude=exclude)) == ["fourth", "second"]


def test_units_parents_and_units_of_the_same_house_are_not_listed(net: Net) -> None:
    network = net(
        *(trial(name, name) for name in ("holding", "lumc", "unit", "sister", "other")),
        organisation("lumc", parent="organisation/holding"),
        organisation("sister", parent="organisation/holding"),
        organisation("unit", parent="organisation/lumc"),
    )
    assert listed(network, "lumc") == ["other"]
    assert sorted(listed(network, "other")) == ["holding", "lumc", "sister", "unit"]


def test_a_merged_organisation_is_the_one_that_took_its_place(net: Net) -> None:
    network = net(
        trial("a", "lumc", "partner"),
        trial("b", "old"),
        organisation("old", replacedBy="organisation/new", deprecated="true"),
        organisation("new"),
    )
    assert listed(network, "lumc") == ["new"]
    assert sorted(listed(network, "old")) == ["lumc", "partner"]


def test_who_has_nothing_on_record_since_a_year_is_left_out(net: Net) -> None:
    network = net(
        trial("a", "lumc"),
        trial("b", "recent"),
        trial("c", "past", startDate="2001", completionDate="2005"),
    )
    assert sorted(listed(network, "lumc")) == ["past", "recent"]
    assert listed(network, "lumc", active_since=2006) == ["recent"]
    assert listed(network, "lumc", active_since=2005)[-1] == "past"
    nobody = ask(network, "lumc", active_since=2100)
    assert (len(nobody), nobody.rows()) == (0, [])
    assert nobody.message.startswith("Nobody is left")


# ---------------------------------------------------------------- the sum


@BOTH
def test_a_fit_is_the_sum_of_what_its_bars_add(net: Net, order: str) -> None:
    network = net(
        trial("a", "lumc", "hub", modality="car-t"), trial("b", "hub", "far", modality="car-t"), trial("c", "alone")
    )
    for found in ask(network, "lumc", order=order).rows():
        assert found.fit == pytest.approx(sum(bar.adds for bar in found.bars), abs=1e-8)
        assert [bar.component for bar in found.bars] == list(ORDERS[LIKELY])
        assert all(0 <= bar.length <= 1 and bar.beta >= 0 for bar in found.bars)


def test_the_non_obvious_order_does_not_count_activity(net: Net) -> None:
    crowd = [trial(f"t{n}", "popular", f"p{n}") for n in range(6)]
    network = net(trial("a", "lumc", "hub"), *crowd, trial("b", "hub", "near"))
    assert listed(network, "lumc", order=LIKELY)[0] == "near"
    found = row(network, "lumc", "popular", order=NON_OBVIOUS)
    assert next(bar for bar in found.bars if bar.component == "activity").adds == 0
    assert found.fit == 0
    assert row(network, "lumc", "popular", order=LIKELY).fit > 0


def drawn_worlds() -> st.SearchStrategy[list[tuple[list[str], dict[str, Any]]]]:
    """Trials among ten organisations, with what is known of each."""
    names = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=4, unique=True)
    fields = st.fixed_dictionaries(
        {},
        optional={
            "modality": st.sampled_from(["car-t", "msc", "tcr-t"]),
            "completionDate": st.sampled_from(["1999", "2020", "2026"]),
        },
    )
    return st.lists(st.tuples(names, fields), min_size=1, max_size=8)


@settings(max_examples=25, deadline=None)
@given(drawn_worlds(), st.sampled_from(sorted(ORDERS)), st.booleans(), st.booleans())
def test_more_of_every_component_is_never_a_lower_fit(
    net: Net, world: list[tuple[list[str], dict[str, Any]]], order: str, needed: bool, wished: bool
) -> None:
    places = [
        organisation(name, country=country) for name, country in zip("abcd", ("nl", "de", "us", "jp"), strict=True)
    ]
    kinds = [organisation(name, type=kind) for name, kind in zip("cdef", ("company", "hospital") * 2, strict=True)]
    network = net(
        *(trial(f"t{n}", *names, **fields) for n, (names, fields) in enumerate(world)),
        *places,
        *kinds,
        organisation("a"),
    )
    need = {"modality": ["car-t"]} if needed else {}
    rows = ask(network, "a", need, order=order, regions=("europe",) if wished else ()).rows()
    assert all(isfinite(bar.value) and isfinite(bar.length) for found in rows for bar in found.bars)
    assert all(isfinite(found.fit) and 0 <= found.percentile <= 100 for found in rows)
    assert [found.fit for found in rows] == sorted((found.fit for found in rows), reverse=True)
    for better, worse in combinations(rows, 2):
        if all(a.value <= b.value for a, b in zip(better.bars, worse.bars, strict=True)):
            assert better.fit <= worse.fit + 1e-9
    partners = {name for names, _ in world if "a" in names for name in names}
    assert not partners & set(named(network, [found.organisation for found in rows]))


def test_the_percentile_is_the_share_of_others_with_a_lower_fit(net: Net) -> None:
    network = net(
        trial("a", "lumc", "hub"),
        trial("b", "hub", "near"),
        trial("c", "one"),
        trial("d", "two"),
        trial("e", "past", startDate="2001", completionDate="2001"),
    )
    found = {network.model.label(r.organisation): r.percentile for r in ask(network, "lumc").rows()}
    assert found == pytest.approx({"near": 100, "one": 100 / 3, "two": 100 / 3, "past": 0})
    assert ask(net(trial("a", "lumc"), trial("b", "only")), "lumc").rows()[0].percentile == 100


def test_the_same_question_has_the_same_answer_whatever_the_order_of_the_records(net: Net) -> None:
    records = [trial(f"t{n}", "abcdefg"[n % 7], "bdfaceg"[n % 7]) for n in range(7)]
    one, other = (ask(net(*some), "a") for some in (records, list(reversed(records))))
    assert one.rows() == one.rows() == other.rows()


# ---------------------------------------------------------------- the bars


def test_proximity_is_adamic_adar_on_the_strength_of_ties_and_names_who_is_shared(net: Net) -> None:
    network = net(trial("a", "lumc", "hub"), trial("b", "hub", "far"), trial("c", "far", "further"))
    found = row(network, "lumc", "far")
    adamic_adar = (1 + 1) / log1p(1 + 1)  # two ties of weight 1, over those of the hub
    assert value(found, "proximity") == pytest.approx(log1p(adamic_adar))
    (hub,) = found.shared
    assert network.model.label(hub.organisation) == "hub"
    assert hub.adds == pytest.approx(adamic_adar)
    assert value(row(network, "lumc", "further"), "proximity") == 0


def test_a_shared_partner_with_fewer_ties_brings_nearer(net: Net) -> None:
    crowd = [trial(f"t{n}", "crowded", f"p{n}") for n in range(8)]
    network = net(
        trial("a", "lumc", "quiet"),
        trial("b", "quiet", "one"),
        *crowd,
        trial("c", "lumc", "crowded"),
        trial("d", "crowded", "two"),
    )
    assert value(row(network, "lumc", "one"), "proximity") > value(row(network, "lumc", "two"), "proximity")


def test_role_and_geography_are_log_lifts_of_past_ties(net: Net) -> None:
    network = net(
        *(trial(f"t{n}", f"u{n}", f"c{n}") for n in range(3)),
        trial("x", "lumc"),
        trial("y", "maker"),
        *(organisation(f"u{n}", type="university", country="nl") for n in range(3)),
        *(organisation(f"c{n}", type="contract-manufacturer", country="nl") for n in range(3)),
        organisation("lumc", type="university", country="nl"),
        organisation("maker", type="contract-manufacturer", country="nl"),
        constants={"fit.shrink": 5},
    )
    found = row(network, "lumc", "maker")
    assert value(found, "role") == pytest.approx(log((3 + 5) / (3 * 3 / 6 + 5)))
    assert found.kinds is not None
    assert (found.kinds.one, found.kinds.other, found.kinds.seen) == ("university", "contract-manufacturer", 3)
    assert found.kinds.expected == pytest.approx(1.5)
    assert value(found, "geography") == 0, "all are in one country, which is no more than chance"
    assert value(row(network, "lumc", "u0"), "role") < 0, "two universities were never tied"


@pytest.mark.parametrize(("country", "expected"), [("de", 1), ("us", -1), (None, 0)])
def test_a_wish_stands_in_for_the_lift_of_countries(net: Net, country: str | None, expected: int) -> None:
    place = {"country": country} if country else {}
    network = net(trial("a", "lumc"), trial("b", "other"), organisation("other", **place), constants={"fit.wish": 1})
    found = row(network, "lumc", "other", regions=("europe",))
    assert value(found, "geography") == expected
    assert ("geography" in found.missing) is (country is None)
    assert found.wished is (None if country is None else country == "de")


def maker(slug: str, name: str, vector: str, **more: Any) -> dict[str, dict[str, Any]]:
    """A product whose vector somebody makes."""
    return record(f"product/{slug}", {name: "vector-manufacturer"}, vectorType=vector, **more)


def test_who_shows_the_whole_need_on_one_record_comes_before_who_shows_its_parts(net: Net) -> None:
    network = net(
        trial("a", "lumc"),
        maker("p", "together", "lentiviral"),
        maker("q", "apart", "aav"),
        record("product/r", {"apart": "developer"}, vectorType="lentiviral"),
        record("product/s", {"half": "developer"}, vectorType="lentiviral"),
        record("product/t", {"nothing": "developer"}),
        constants={"fit.novelty": 0, "fit.need": 1, "fit.apart": 0.5},
    )
    need = {"vector": ["lentiviral"], "operation": ["vector-production"]}
    shares = {
        name: value(row(network, "lumc", name, need=need), "capability")
        for name in ("together", "apart", "half", "nothing")
    }
    assert shares == {"together": 1, "apart": 0.5 + 0.5 * 0.5, "half": 0.5, "nothing": 0}
    found = row(network, "lumc", "together", need=need)
    assert {(m.dimension, m.found, network.model.ids[m.entity]) for m in found.matches} == {
        ("vector", "lentiviral", "product/p"),
        ("operation", "vector-production", "product/p"),
    }
    assert found.records[0] == network.model.number("product/p")


@pytest.mark.parametrize(
    ("wanted", "had", "share"),
    [
        ("viral", "lentiviral", 1),  # what is narrower is what was asked for
        ("lentiviral", "lentiviral", 1),
        ("lentiviral", "retroviral", 0.5),  # one step up
        ("lentiviral", "gammaretroviral", 0.25),  # beside it
        ("lentiviral", "viral", 0.25),  # two steps up
        ("lentiviral", "plasmid", 0),
    ],
)
def test_a_need_is_softened_along_the_tree(net: Net, wanted: str, had: str, share: float) -> None:
    network = net(
        trial("a", "lumc"), maker("p", "other", had), constants={"fit.novelty": 0, "fit.need": 1, "fit.soften": 0.5}
    )
    assert value(row(network, "lumc", "other", need={"vector": [wanted]}), "capability") == share


def test_conditions_are_softened_along_their_own_tree(net: Net) -> None:
    tree = {
        "condition/cancer": {"name": "cancer"},
        "condition/lymphoma": {"name": "lymphoma", "broader": ["condition/cancer"]},
        "condition/other": {"name": "other"},
    }
    network = net(
        trial("a", "lumc"),
        trial("b", "narrow", conditions=["condition/lymphoma"]),
        trial("c", "wide", conditions=["condition/cancer"]),
        trial("d", "else", conditions=["condition/other"]),
        tree,
        constants={"fit.novelty": 0, "fit.need": 1, "fit.soften": 0.5},
    )

    def share(name: str, condition: str) -> float:
        return value(row(network, "lumc", name, need={"condition": [condition]}), "capability")

    assert (share("narrow", "condition/cancer"), share("wide", "cancer"), share("else", "cancer")) == (1, 1, 0)
    assert (share("narrow", "lymphoma"), share("wide", "lymphoma")) == (1, 0.5)


def test_a_site_shows_what_its_organisation_can_do(net: Net) -> None:
    site = {
        "site/plant": {
            "name": "plant",
            "organisation": "organisation/maker",
            "gmp": "true",
            "operations": ["vector-production"],
        }
    }
    network = net(trial("a", "lumc"), trial("b", "maker"), trial("c", "other"), site)
    found = row(network, "lumc", "maker", need={"gmp": ["true"], "operation": ["vector-production"]})
    assert {network.model.ids[match.entity] for match in found.matches} == {"site/plant"}
    assert listed(network, "lumc", need={"gmp": ["true"]})[0] == "maker"


def test_without_a_need_capability_is_how_alike_both_are(net: Net) -> None:
    network = net(
        trial("a", "lumc", modality="tcr-t"),
        trial("b", "same", modality="tcr-t"),
        trial("c", "else", modality="msc"),
        trial("d", "more", modality="msc"),
        trial("e", "bare"),
        constants={"fit.novelty": 0},
    )
    found = row(network, "lumc", "same")
    assert value(found, "capability") == pytest.approx(1)
    assert found.alike == (("modality", "tcr-t"),)
    assert value(row(network, "lumc", "else"), "capability") == 0
    assert row(network, "lumc", "else").new == (("modality", "msc"),)
    assert "no need is stated" in ask(network, "lumc").message
    assert "capability" in row(network, "lumc", "bare").missing


def test_missing_data_are_named_and_count_nothing(net: Net) -> None:
    network = net(trial("a", "lumc", "hub"), record("trial/b", {"bare": "sponsor"}))
    found = row(network, "lumc", "bare", need={"vector": ["lentiviral"]})
    assert set(found.missing) >= {"proximity", "role", "geography", "capability"}
    assert all(bar.value == 0 and not bar.known for bar in found.bars if bar.component in found.missing)


def test_who_is_tied_to_a_named_competitor_is_said(net: Net) -> None:
    network = net(trial("a", "lumc"), trial("b", "maker", "rival"), trial("c", "free"))
    rival = number(network, "rival")
    assert row(network, "lumc", "maker", competitors=(rival,)).tied_to == (rival,)
    assert row(network, "lumc", "free", competitors=(rival,)).tied_to == ()


def test_who_has_no_record_or_no_partner_still_gets_an_answer(net: Net) -> None:
    network = net(trial("a", "alone"), trial("b", "one", "two"), organisation("unseen"))
    for name in ("alone", "unseen"):
        found = ask(network, name)
        assert found.message.startswith(f"{name} has no partner on record.")
        assert all(isfinite(bar.value) for r in found.rows() for bar in r.bars)
        assert all("proximity" in r.missing for r in found.rows())
    assert len(ask(net(organisation("unseen")), "unseen")) == 0


# ---------------------------------------------------------------- what is refused


def test_what_there_is_not_is_refused_with_a_hint(net: Net) -> None:
    network = net(trial("a", "lumc"), trial("b", "other"))
    fit = PartnerFit(network)
    one, entity = number(network, "lumc"), network.model.number("trial/a")
    assert entity is not None
    with pytest.raises(UsageError, match=r"no order 'likley'.*likely"):
        fit.ask(Question(one, order="likley"))
    with pytest.raises(UsageError, match="trial/a is no organisation"):
        fit.ask(Question(entity))
    with pytest.raises(UsageError, match="trial/a is no organisation"):
        fit.ask(Question(one, competitors=(entity,)))
    with pytest.raises(NotFoundError, match="no entity 999999"):
        fit.ask(Question(999999))
    with pytest.raises(NotFoundError, match=r"no region 'eurpe'.*europe"):
        fit.ask(Question(one, regions=("eurpe",)))
    with pytest.raises(UsageError, match=r"no dimension of a need 'vectr'.*vector"):
        fit.ask(Question(one, need={"vectr": ("lentiviral",)}))


@pytest.mark.parametrize(
    ("need", "error", "message"),
    [
        ({"vectr": ["aav"]}, UsageError, "no dimension of a need 'vectr'.*vector"),
        ({"vector": ["lentivral"]}, NotFoundError, "no vector 'lentivral'.*lentiviral"),
        ({"condition": ["nowhere"]}, NotFoundError, "no condition 'nowhere'"),
        ({"condition": ["trial/a"]}, NotFoundError, "no condition 'trial/a'"),
        ({"gmp": ["yes"]}, UsageError, "Ask for true"),
    ],
)
def test_a_need_that_there_is_not_is_refused(
    net: Net, need: dict[str, list[str]], error: type[UsageError], message: str
) -> None:
    network = net(trial("a", "lumc"))
    with pytest.raises(error, match=message):
        ask(network, "lumc", need)


@pytest.mark.parametrize(
    ("place", "wrong", "message"),
    [
        ("fit.betas.likely.role", "-1", "fit.betas.likely.role.*number of 0 or more"),
        ("fit.soften", "2", "fit.soften.*from 0 to 1"),
        ("fit.alike", ["modalty"], "fit.alike.*modalty.*modality"),
        ("fit.shown.trial.modality", ["modalty"], "fit.shown.trial.modality.*modalty"),
        ("fit.shown.trial.target", ["products.tragets"], "products.targets"),
        ("fit.shown.trial.modality", ["phase"], "fit.shown.trial.modality.*phase"),
        ("fit.by_role.trial-site", {"operation": ["treatment"]}, "fit.by_role.trial-site.operation"),
        ("fit.known.trial", ["startdate"], "startDate"),
        ("fit.strength", "1", "fit.strength.*not read"),
    ],
)
def test_a_faulty_constant_is_named_with_its_place(schema: Schema, place: str, wrong: Any, message: str) -> None:
    with pytest.raises(DataError) as caught:
        read_fit_rules(schema, changed({place: wrong}))
    (fault,) = caught.value.faults
    assert fault.file == "data/network.yaml"
    assert fault.line > 0
    assert re.search(message, str(fault)), str(fault)


def test_no_shipped_weight_is_below_nought(schema: Schema) -> None:
    betas = read_fit_rules(schema, Section.read(SHIPPED)).betas
    assert {order: tuple(found) for order, found in betas.items()} == dict(ORDERS)
    assert all(0 <= beta < inf for found in betas.values() for beta in found.values())
    assert all(sum(found.values()) > 0 for found in betas.values())
