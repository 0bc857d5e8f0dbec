"""Tables as tab-separated values: one record a line, a header of machine names, no control byte inside a cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ttslog.reports.blocks import Column, Table
from ttslog.times import rfc3339
from ttslog.visible import visible

_FORMULA = ("=", "+", "-", "@")


def render(table: Table) -> Iterator[str]:
    """Yield the lines of a table, without line feeds."""
    yield "\t".join(column.name for column in table.columns)
    for row in table.rows:
        yield "\t".join(_cell(column, value) for column, value in zip(table.columns, row, strict=True))


def _cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind == "time":
        return rfc3339(value) or ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"  # noqa: PLR2004 - all digits of a large number
    return _harmless(visible(str(value)))


def _harmless(text: str) -> str:
    """A spreadsheet runs a cell that begins like a formula; an apostrophe before it makes it text."""
    return f"'{text}" if text.startswith(_FORMULA) and not text.lstrip("+-").replace(".", "", 1).isdigit() else text
