"""An index of one log, made now in a folder of its own, and the asking from it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from benchmarks.bench.log_set import LogSet
from benchmarks.bench.questions import index
from benchmarks.bench.rounds import Outcome, Table, told


def with_index(table: Table, logs: LogSet, ttslog: Sequence[str]) -> tuple[Outcome, Table]:
    """Make the index; return what that took, and how to ask with it."""
    kept = table.scratch / f"index-of-{logs.shape}-{logs.truth.bytes}"
    indexed = replace(table, env={**table.env, "TTSLOG_CACHE_DIR": str(kept)}, has_index=True)
    made = Outcome("index", "ttslog index")
    indexed.run(index(logs, ttslog), made)
    print(told(made), file=sys.stderr, flush=True)
    return made, replace(indexed, has_index=bool(made.runs))
