"""Requests the log does not close or open: why, in which stage, and which workers died meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._frames import Frame, Table, open_frame, rows, table_of
from ttslog.observe import Observations
from ttslog.parsers import Event
from ttslog.schema import WORKER_KILLED

_EXAMPLES_SHOWN = 10
_WORKERS_SHOWN = 50
_EXAMPLE = ("request_id", "attempt", "reason", "last_stage", "start_us", "last_us", "pid", "text_len", "last_line")
_LOOKED_AT = ("status", *_EXAMPLE)


def lost(requests: IntoDataFrame | Table) -> dict[str, Any]:
    """Return the incomplete and orphaned requests of a requests table: counts by reason and stage, newest examples."""
    table = table_of(requests)
    statuses = open_frame(table.columns("status"), "status").with_row_index("row")
    numbers = statuses.filter(nw.col("status").is_in(("incomplete", "orphan")))["row"].to_list()
    asked = open_frame(table.rows_at(numbers, *_LOOKED_AT), *_LOOKED_AT)
    incomplete = asked.filter(nw.col("status") == "incomplete")
    orphan = asked.filter(nw.col("status") == "orphan")
    return {
        "incomplete": len(incomplete),
        "orphan": len(orphan),
        "groups": _groups(incomplete),
        "examples": _newest(incomplete),
        "orphan_examples": _newest(orphan),
    }


def _groups(incomplete: Frame) -> list[dict[str, Any]]:
    found = rows(
        incomplete.group_by("reason", "last_stage").agg(
            nw.len().alias("count"),
            nw.col("last_us").min().alias("first_us"),
            nw.col("last_us").max().alias("last_us"),
        )
    )
    return sorted(found, key=lambda row: (-row["count"], str(row["reason"]), str(row["last_stage"])))


def _newest(frame: Frame) -> list[dict[str, Any]]:
    ordered = frame.select(*_EXAMPLE).sort("last_us", "request_id", descending=[True, False], nulls_last=True)
    return rows(ordered.head(_EXAMPLES_SHOWN))


def killed_workers(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return the newest processes that somebody saw end by a signal, in the order seen."""
    killed = [
        {"time_us": event.time_us, "pid": event.count("worker_pid"), "signal": event.text("signal")}
        for event in events
        if event.name == WORKER_KILLED
    ]
    return killed[-_WORKERS_SHOWN:]


def detect(seen: Observations) -> dict[str, Any]:
    """Return what a window lost."""
    return {**lost(seen), "killed_workers": killed_workers(seen.service)}


DETECTOR = detect
