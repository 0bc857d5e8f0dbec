"""Frames of any library narwhals knows (polars, pandas) -> plain rows and numbers, without NaN and infinity."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.schema import REQUESTS, STAGES

Frame = nw.DataFrame[Any]

_KINDS = {column.name: column.kind for column in (*REQUESTS, *STAGES)}
_FLOATS = frozenset(name for name, kind in _KINDS.items() if kind == "float")
_WHOLE = frozenset(name for name, kind in _KINDS.items() if kind in ("int", "time")) | {"first_us"}
_DECIMALS = 6


@runtime_checkable
class Table(Protocol):
    """A requests table of which columns and rows are loaded as they are asked for."""

    def columns(self, *names: str) -> IntoDataFrame:
        """Return columns, all rows in the same order every time."""
        ...

    def rows_at(self, numbers: Sequence[int], *names: str) -> IntoDataFrame:
        """Return columns of some rows, by their ascending numbers from 0."""
        ...


class _Whole:
    """A table that is in memory anyway."""

    def __init__(self, frame: IntoDataFrame) -> None:
        self._frame = nw.from_native(frame, eager_only=True)

    def columns(self, *names: str) -> IntoDataFrame:
        columns: IntoDataFrame = self._frame.select(*names).to_native()
        return columns

    def rows_at(self, numbers: Sequence[int], *names: str) -> IntoDataFrame:
        rows: IntoDataFrame = self._frame.select(*names)[list(numbers)].to_native()
        return rows


def table_of(requests: IntoDataFrame | Table) -> Table:
    """Return a requests table of any kind as one that is loaded as it is asked for."""
    return requests if isinstance(requests, Table) else _Whole(requests)


def open_frame(frame: IntoDataFrame, *columns: str) -> Frame:
    """Return columns of a requests or stages table for the expressions of this folder.

    A number that is none becomes unknown. Few columns make small copies: a filter copies all that it is given.
    """
    opened = nw.from_native(frame, eager_only=True).select(*columns)
    numbers = [name for name in opened.columns if name in _FLOATS]
    finite = [nw.when(nw.col(name).is_finite()).then(nw.col(name)).otherwise(None).alias(name) for name in numbers]
    return opened.with_columns(*finite)


def known(frame: Frame, *columns: str) -> Frame:
    """Return the rows in which every one of these columns holds a value."""
    for column in columns:
        frame = frame.filter(~nw.col(column).is_null())
    return frame


def rows(frame: Frame) -> list[dict[str, Any]]:
    """Return the rows as dicts of plain values; what is missing is None in every library."""
    return [{name: _plain(name, value) for name, value in row.items()} for row in frame.rows(named=True)]


def median(frame: Frame, column: str) -> float | None:
    """Return the median of a number column, None where nothing is known."""
    values = frame[column].drop_nulls()
    return float(values.median()) if len(values) else None


def share(part: float, whole: float) -> float | None:
    """Return part / whole, None where there is no whole."""
    return rounded(part / whole) if whole else None


def rounded(value: float) -> float:
    """Return the number without the digits that the order of a sum decides."""
    return round(float(value), _DECIMALS)


def _plain(name: str, value: Any) -> Any:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if name in _WHOLE:
        return int(value)
    return rounded(value) if isinstance(value, float) else value
