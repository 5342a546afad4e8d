"""Plans: an operation compiled once to closures over the read model, which write its answer as JSON.

From text to bytes: ``operations`` finds the plan of a query or has it compiled; ``compiler`` turns each selection into
a writer, field by field, with ``reading`` for what a field reads (and ``arguments`` for what it is given) and
``writing`` for how its type is written; ``selection`` writes an object, and ``kept`` remembers what it wrote of an
entity, under the ``marks`` of all that shapes it; ``run`` is one execution. What a plan does not cover, and every
answer with an error, is left to the executor.
"""
