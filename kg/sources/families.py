"""The registries whose facts are kept: each is a folder of ``data/registry/``."""

from __future__ import annotations

TRIALS = "clinicaltrials"
ROR = "ror"
MEDICINES = "ema-medicines"
ORPHANS = "ema-orphan-designations"
