"""The faces of a release: GraphQL, linked data, SPARQL, pages and the `atmp-kg` command."""
