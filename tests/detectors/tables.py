"""Hand-made requests and stages tables, in polars and in both kinds of pandas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from ttslog.schema import REQUESTS, STAGES
from ttslog.tables import polars_schema

BASE_US = 1_795_000_000_000_000  # 2026-11-18, any day would do
MINUTE_US = 60_000_000

LIBRARIES: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "pandas": lambda frame: frame.to_pandas(),
    "pandas with arrow": lambda frame: frame.to_pandas(use_pyarrow_extension_array=True),
}


_REQUESTS = polars_schema(REQUESTS)


def requests(*rows: dict[str, Any], **common: Any) -> pl.DataFrame:
    """Return a requests table; rows say what is special about them, `common` what is the same for all."""
    told = [
        {"request_id": f"r{number}", "attempt": 1, "status": "success", **common, **row}
        for number, row in enumerate(rows)
    ]
    outcomes = (row["status"] if row["status"] != "orphan" else row.get("outcome", "success") for row in told)
    return _table([{**row, "outcome": outcome} for row, outcome in zip(told, outcomes, strict=True)], _REQUESTS)


def stages(*rows: dict[str, Any]) -> pl.DataFrame:
    """Return a stages table."""
    return _table([{"request_id": "r0", "attempt": 1, **row} for row in rows], polars_schema(STAGES))


def _table(rows: list[dict[str, Any]], schema: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
