"""What is left when all have answered: every run as JSON, and whether anything was wrong."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.bench.machine import machine, versions
from benchmarks.bench.rounds import Outcome, told


def finish(outcomes: Sequence[Outcome], kept: Path) -> int:
    """Write every run to a file and name what is wrong; return the exit code."""
    when = datetime.now(UTC).isoformat(timespec="seconds")
    found = {"when": when, "machine": machine(), "versions": versions(), "outcomes": [asdict(o) for o in outcomes]}
    kept.write_text(json.dumps(found, indent=1), "utf-8")
    print(f"every run: {kept}", file=sys.stderr)
    wrong = [outcome for outcome in outcomes if outcome.is_failure]
    for outcome in wrong:
        print(f"{told(outcome)} {outcome.trouble}", file=sys.stderr)
    return 1 if wrong else 0
