"""Importers: facts of registries and vocabularies turned into the lines of ``data/registry/``."""
