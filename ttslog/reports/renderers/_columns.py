"""Tables without what says nothing: empty columns, and the same day in every cell."""

from __future__ import annotations

from datetime import tzinfo

from ttslog.reports.blocks import CellKind, Table
from ttslog.times import local_time

RIGHT: frozenset[CellKind] = frozenset({"int", "number", "ms", "seconds", "percent"})


def filled(table: Table) -> Table:
    """Return the table with only those columns in which some row has a value."""
    kept = [index for index in range(len(table.columns)) if any(row[index] not in (None, "") for row in table.rows)]
    return Table(
        tuple(table.columns[index] for index in kept),
        tuple(tuple(row[index] for index in kept) for row in table.rows),
        table.more,
    )


def common_day(table: Table, zone: tzinfo) -> str | None:
    """Return `2026-11-20` when every time of the table is of that day, None for more days or no time."""
    times = [index for index, column in enumerate(table.columns) if column.kind == "time"]
    days = {
        local_time(row[index], zone).partition(" ")[0]
        for row in table.rows
        for index in times
        if row[index] is not None
    }
    return days.pop() if len(days) == 1 else None
