"""Search: entities by any of their names, codes and identifiers, as people type them.

Two well-kept libraries share the work. Tantivy, in memory, finds which entities match: words with a typo and the
beginning of the last word, by automata over its sorted terms. RapidFuzz, in C, tells how near their names come. Both
are under MIT and ship wheels. Each alone falls short over 100,000 entities with 405,000 names and one typo in the
question (``make bench``): RapidFuzz has to read every name, some 100 ms; SQLite's FTS5 finds two in a hundred by words
and 97 by trigrams, in 150 ms. Together they find every one, in about 1 ms.

Tantivy's own score is not used: it does not tell an exact match from a near one (quickwit-oss/tantivy#563), and with
its statistics it would change with every release, where a score that is made of the text asked and the name alone lets
cursors live on.

The index is made from the model when it is first needed and kept nowhere: Tantivy's files differ from run to run, and
a release does not.
"""
