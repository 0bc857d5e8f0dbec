"""Tables as tab-separated values: one record a line, a header of machine names, no control byte inside a cell.

What reads them is `cut`, `awk` or a script, so a value stands as it is, also one that a spreadsheet would take for a
formula: an id with an apostrophe before it is another id.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from ttslog.reports.blocks import Column, Table
from ttslog.times import rfc3339
from ttslog.visible import visible

_ROWS_AT_ONCE = 1_000


def render(table: Table) -> Iterator[str]:
    """Yield the lines of a table, without line feeds."""
    yield "\t".join(column.name for column in table.columns)
    rest = iter(table.rows)
    while rows := list(islice(rest, _ROWS_AT_ONCE)):
        columns = zip(table.columns, zip(*rows, strict=True), strict=True)
        yield from map("\t".join, zip(*(_cells(column, values) for column, values in columns), strict=True))


def _cells(column: Column, values: tuple[Any, ...]) -> Iterable[str]:
    """Return how values of a column are written, each kind of them in one way."""
    if column.kind == "time":
        return [rfc3339(value) or "" for value in values]
    types = set(map(type, values)) - {type(None)}
    if len(types) != 1:
        return map(_any, values)
    write = _WRITERS.get(types.pop(), _text)
    return ["" if value is None else write(value) for value in values]


def _any(value: Any) -> str:
    return "" if value is None else _WRITERS.get(type(value), _text)(value)


def _float(value: float) -> str:
    """Return all digits that were measured, without the noise behind the fifteenth that adding up leaves."""
    return f"{value:.15g}" if abs(value) < 1e15 else f"{value:.0f}"  # noqa: PLR2004 - no exponent for a large number


def _text(value: Any) -> str:
    return visible(str(value))


_WRITERS: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "true" if value else "false",
    int: str,
    float: _float,
}
