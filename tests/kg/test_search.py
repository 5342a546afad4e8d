"""Search: who types a name finds it, exact or not, and no text is too strange to be looked for."""

from __future__ import annotations

from collections.abc import Mapping
from string import ascii_lowercase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import UsageError
from kg.model import Model
from kg.schema import Schema
from kg.search.finder import LONGEST, Finder
from kg.search.words import parts, whole
from tests.api.conftest import triples

RECORDS: Mapping[str, Mapping[str, Any]] = {
    "organisation/lumc": {
        "name": "Leiden University Medical Center",
        "aliases": ["Leids Universitair Medisch Centrum", "LUMC"],
        "ror": "https://ror.org/05xvt9f17",
    },
    "organisation/azl": {"name": "Academisch Ziekenhuis Leiden", "deprecated": "true"},
    "organisation/leiden": {"name": "Leiden University"},
    "organisation/maxima": {"name": "Princess Máxima Center", "aliases": ["Prinses Máxima Centrum"]},
    "organisation/mendus": {"name": "Mendus AB", "formerNames": ["DCprime", "Immunicum"]},
    "organisation/roche": {"name": "Hoffmann-La Roche"},
    "product/kymriah": {
        "name": "Kymriah",
        "inn": "tisagenlecleucel",
        "codes": ["CTL019"],
        "aliases": ["CART-19"],
        "authorisations": ["authorisation/kymriah.ema"],
    },
    "authorisation/kymriah.ema": {"number": "EMEA/H/C/004090"},
    "product/rag1": {"name": "RAG1 LV CD34+ cells", "codes": ["RAG-1"]},
    "product/zolgensma": {"name": "Zolgensma", "inn": "onasemnogene abeparvovec"},
    "target/rag1": {"name": "RAG1", "fullName": "recombination activating 1"},
    "target/rag2": {"name": "RAG2"},
    "trial/first": {"title": "Gene therapy for RAG1-SCID in Leiden", "nctId": "NCT04797260"},
    "trial/second": {"title": "Tisagenlecleucel in children with leukaemia", "acronym": "ELIANA"},
    "trial/third": {"title": "Kymriah after Zolgensma", "eudract": "2019-002343-14"},
    "condition/scid": {"name": "Severe combined immunodeficiency", "synonyms": ["SCID"], "mondo": "MONDO:0015974"},
    "involvement/trial.first.sponsor": {"title": "Kymriah's best friend"},
    "source/paper": {"title": "Kymriah at five years"},
}
NAMES = [
    (owner, text)
    for owner, record in RECORDS.items()
    if owner.partition("/")[0] in ("organisation", "product", "target", "trial", "condition")
    for value in record.values()
    for text in (value if isinstance(value, list) else [value])
    if text not in ("true", "authorisation/kymriah.ema")
]


@pytest.fixture(scope="module")
def finder(schema: Schema) -> Finder:
    """A search over a few records."""
    return finder_of(schema, RECORDS)


def finder_of(schema: Schema, records: Mapping[str, Mapping[str, Any]]) -> Finder:
    """A search over records."""
    return Finder(Model.from_triples(schema, triples(schema, records)))


def found(finder: Finder, text: str) -> list[str]:
    """The ids of what is found, in order."""
    return [hit.id for hit in finder.find(text)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("NCT04797260", "trial/first"),
        ("2019-002343-14", "trial/third"),
        ("mondo:0015974", "condition/scid"),
        ("05xvt9f17", "organisation/lumc"),
        ("ror.org/05xvt9f17", "organisation/lumc"),
        ("EMEA/H/C/004090", "product/kymriah"),
        ("tisagenlecleucel", "product/kymriah"),
        ("ctl 019", "product/kymriah"),
        ("ctl-019", "product/kymriah"),
        ("kymriah", "product/kymriah"),
        ("dcprime", "organisation/mendus"),
        ("lumc", "organisation/lumc"),
        ("medical center leiden", "organisation/lumc"),
        ("centrum leids medisch", "organisation/lumc"),
        ("leid", "organisation/leiden"),
        ("leiden university med", "organisation/lumc"),
        ("lieden univ", "organisation/leiden"),
        ("hoffmann la roche", "organisation/roche"),
        ("hoffmannlaroche", "organisation/roche"),
        ("prinses maxima", "organisation/maxima"),
        ("zolgesma", "product/zolgensma"),
        ("onasemnogen abeparvovek", "product/zolgensma"),
        ("novartis kymriah", "product/kymriah"),
    ],
)
def test_what_is_looked_for_comes_first(finder: Finder, text: str, first: str) -> None:
    assert found(finder, text)[0] == first


def test_a_code_is_one_however_it_is_written(finder: Finder) -> None:
    spellings = ["RAG1", "RAG-1", "rag 1", "Rag.1", "(RAG/1)"]
    for text in spellings:
        assert found(finder, text)[:2] == ["product/rag1", "target/rag1"]
        assert [hit.score for hit in finder.find(text)[:2]] == [1.0, 1.0]


def test_the_bands_follow_each_other(finder: Finder) -> None:
    exact, begins, has, near = (finder.find(text)[0].score for text in ("kymriah", "kymr", "cd34", "kymriha"))
    assert 1 == exact > begins > has > near > 0
    assert found(finder, "kymriah") == ["product/kymriah", "trial/third"]


def test_the_match_says_which_name_and_where(finder: Finder) -> None:
    hit = finder.find("emea h c 004090")[0]
    assert (hit.name.field, hit.name.text, hit.name.kind) == ("authorisations.number", "EMEA/H/C/004090", "identifier")
    assert finder.find("Immunicum")[0].name.field == "formerNames"


def test_only_what_is_looked_up_is_found(finder: Finder) -> None:
    kinds = {entity.partition("/")[0] for entity in found(finder, "kymriah best friend")}
    assert kinds == {"product", "trial"}


def test_what_is_given_up_is_found_after_what_stands(finder: Finder) -> None:
    assert found(finder, "leiden")[-1] == "organisation/azl"
    assert found(finder, "academisch ziekenhuis leiden") == ["organisation/azl"]


def test_equals_stand_in_the_order_of_their_ids(schema: Schema) -> None:
    twins = {f"organisation/{slug}": {"name": "Same Name"} for slug in "cab"} | {"product/same": {"name": "same name"}}
    finder = finder_of(schema, twins)
    assert found(finder, "same name") == sorted(twins)
    assert found(finder, "same") == sorted(twins)


def test_a_search_over_nothing_finds_nothing(schema: Schema) -> None:
    assert finder_of(schema, {}).find("kymriah") == []


@pytest.mark.parametrize("text", ["", "   ", "!?-", "🙃", "\x00\n", "\ud800"])
def test_without_a_letter_or_digit_nothing_is_found(finder: Finder, text: str) -> None:
    assert finder.find(text) == []


def test_a_text_that_is_too_long_is_refused_with_its_bound(finder: Finder) -> None:
    with pytest.raises(UsageError, match="1000000 characters were given"):
        finder.find("a" * 1_000_000)


@given(st.text(max_size=LONGEST) | st.text('+-&|!(){}[]^"~*?:\\/ANDORTO kymriah', max_size=LONGEST))
def test_any_text_is_plain_text(finder: Finder, text: str) -> None:
    assert all(0 < hit.score <= 1 for hit in finder.find(text))


@pytest.mark.parametrize(
    "text", ["-kymriah", "+kymriah", '"kymriah"', "kymriah^2", "/kymriah/", "[kymriah]", "*kymriah~"]
)
def test_what_elsewhere_is_syntax_is_a_sign_between_words(finder: Finder, text: str) -> None:
    assert "product/kymriah" in found(finder, text)


@given(st.sampled_from(NAMES))
def test_an_exact_name_is_found_among_the_exact(finder: Finder, name: tuple[str, str]) -> None:
    owner, text = name
    hits = finder.find(text)
    best = hits[0].score
    assert best >= 0.97 or owner == "organisation/azl"
    assert owner in [hit.id for hit in hits if hit.score >= best - 0.03]


@given(st.sampled_from(NAMES), st.data())
def test_one_typo_does_not_matter(finder: Finder, name: tuple[str, str], data: st.DataObject) -> None:
    owner, text = name
    letters = [place for place, sign in enumerate(text) if sign.isalnum()]
    if len(letters) < 5:
        return
    place = data.draw(st.sampled_from(letters))
    other = data.draw(st.sampled_from(ascii_lowercase))
    written = data.draw(st.sampled_from([other, "", text[place] + other, other + text[place]]))
    assert owner in found(finder, text[:place] + written + text[place + 1 :])[:10]


@given(st.sampled_from(NAMES), st.randoms(use_true_random=False), st.sampled_from([str.upper, str.lower, str.title]))
def test_order_and_case_do_not_matter(finder: Finder, name: tuple[str, str], random: Any, case: Any) -> None:
    owner, text = name
    shuffled = text.split()
    random.shuffle(shuffled)
    assert owner in found(finder, case(" ".join(shuffled)))[:3]


@given(st.sampled_from(NAMES), st.integers(2))
def test_a_beginning_finds_the_name(finder: Finder, name: tuple[str, str], length: int) -> None:
    owner, text = name
    assert owner in found(finder, text[: max(2, length % len(text))])


@given(st.sampled_from(NAMES), st.sampled_from("\u0300\u0301\u0308\u0327"))
def test_accents_do_not_matter(finder: Finder, name: tuple[str, str], accent: str) -> None:
    accented = "".join(sign + accent if sign.isalpha() else sign for sign in name[1])
    assert finder.find(accented) == finder.find(name[1])


@given(st.text(max_size=40), st.text(max_size=40))
def test_both_sides_are_folded_alike(left: str, right: str) -> None:
    assert whole(parts(f"{left}-{right}")) == whole(parts(left)) + whole(parts(right))


def test_the_index_is_made_in_the_background_and_once(schema: Schema) -> None:
    finder = finder_of(schema, RECORDS)
    warming = [finder.warm(), finder.warm()]
    assert found(finder, "kymriah")[0] == "product/kymriah"
    for thread in warming:
        thread.join(10)
        assert not thread.is_alive()


def test_the_clock_is_looked_at_while_names_are_compared(finder: Finder) -> None:
    class Over(BaseException):
        pass

    def tick() -> None:
        raise Over

    with pytest.raises(Over):
        finder.find("leiden", tick)
