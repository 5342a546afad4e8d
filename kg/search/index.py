"""Which entities match: a Tantivy index in memory over the words of their names, with typos and beginnings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tantivy import Document, Index, Occur, Query, Schema, SchemaBuilder

from kg.search.names import Names
from kg.search.words import Part, whole

WORDS, WHOLE, ENTITY = "words", "whole", "entity"

_HEAP = 50_000_000
"""Bytes for the writer; one thread's worth of 100,000 entities."""
_FIRST = 1_000
"""How many are taken at once, before room is made for all."""
_ONE_TYPO, _TWO_TYPOS, _OPEN_TYPO = 4, 6, 6
"""Letters from which a word may have one typo, two, and one in the beginning of a longer word."""
_LONGEST = 255
"""Letters up to which typos are looked for."""


class NameIndex:
    """Entities by the words of their names. Searching it is safe from any thread."""

    def __init__(self, names: Names, entities: int) -> None:
        """``entities`` is how many there are, with names and without."""
        self._schema = _schema()
        index = Index(self._schema)
        writer = index.writer(heap_size=_HEAP, num_threads=1)
        for entity in range(entities):
            if found := names.of(entity):
                document = Document()
                document.add_unsigned(ENTITY, entity)
                document.add_text(WORDS, " ".join([names.words[name] for name in found]))
                for name in found:
                    document.add_text(WHOLE, names.wholes[name])
                writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        self._searcher = index.searcher()

    def find(self, asked: Sequence[Part]) -> list[int]:
        """The entities that match, in no order to rely on: those with every word, or else the nearest to that.

        Looser readings are tried only while nothing is found: one typo a word, two in a long word, two thirds of
        the words, a third.
        """
        for query in self._readings(asked):
            if found := self._entities(query):
                return found
        return []

    def _entities(self, query: Query) -> list[int]:
        found = self._searcher.search(query, _FIRST, count=False, order_by_field=ENTITY).hits
        if len(found) == _FIRST:
            found = self._searcher.search(query, self._searcher.num_docs, count=False, order_by_field=ENTITY).hits
        return [entity for entity, _ in found]

    def _readings(self, asked: Sequence[Part]) -> Iterator[Query]:
        whole_text = whole(asked)
        words: list[Query] = []
        for most in (1, 2):
            words = self._each(asked, most)
            yield _any([_all(words), self._word(WHOLE, whole_text, most)])
        some = [(Occur.Should, query) for query in words]
        for thirds in (2, 1):
            if enough := thirds * len(words) // 3:
                yield Query.boolean_query(some, minimum_number_should_match=enough)

    def _each(self, asked: Sequence[Part], most: int) -> list[Query]:
        *closed, last = asked
        once = [part for part in dict.fromkeys(closed) if part != last]
        return [*(self._part(part, most, is_open=False) for part in once), self._part(last, most, is_open=True)]

    def _part(self, part: Part, most: int, *, is_open: bool) -> Query:
        """All runs of a part, or the part in one word; the last word asked is open: it may be the beginning of one."""
        runs = [self._run(run, most, is_open=is_open and run is part[-1]) for run in part]
        together = [] if len(part) == 1 else [self._run("".join(part), most, is_open=is_open)]
        return _any([_all(runs), *together])

    def _run(self, run: str, most: int, *, is_open: bool) -> Query:
        if not is_open:
            return self._word(WORDS, run, most)
        typos = 1 if _OPEN_TYPO <= len(run) <= _LONGEST else 0
        begins = Query.fuzzy_term_query(self._schema, WORDS, run, distance=typos, prefix=True)
        return begins if typos == most else _any([self._word(WORDS, run, most), begins])

    def _word(self, field: str, word: str, most: int) -> Query:
        """The word with ``most`` typos, or as many as its length bears."""
        if not _ONE_TYPO <= len(word) <= _LONGEST:
            return Query.term_query(self._schema, field, word, index_option="basic")
        typos = most if len(word) >= _TWO_TYPOS else 1
        return Query.fuzzy_term_query(self._schema, field, word, distance=typos)


def _schema() -> Schema:
    builder = SchemaBuilder()
    builder.add_text_field(WORDS, tokenizer_name="whitespace", index_option="basic")
    builder.add_text_field(WHOLE, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field(ENTITY, fast=True)
    return builder.build()


def _all(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])


def _any(queries: Sequence[Query]) -> Query:
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])
