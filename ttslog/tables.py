"""Requests and stages as columnar tables (polars), in the columns of `ttslog.schema`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from ttslog.lifecycle import Request
from ttslog.reading import Scan
from ttslog.schema import EVENTS, REQUESTS, STAGES, Column, Kind
from ttslog.timings import Timings

_TYPES: dict[Kind, Any] = {
    "text": pl.String,
    "int": pl.Int64,
    "float": pl.Float64,
    "bool": pl.Boolean,
    "time": pl.Int64,
}
_BATCH_ROWS = 16_384
_REQUESTS = tuple(column.name for column in REQUESTS)
_STAGES = tuple(column.name for column in STAGES)


def polars_schema(columns: Iterable[Column]) -> dict[str, Any]:
    """Return column name -> polars type."""
    return {column.name: _TYPES[column.kind] for column in columns}


class TableBuilder:
    """Collects rows and keeps them as columns: a batch at a time, so that memory holds few Python objects."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._schema = polars_schema(columns)
        self._names = tuple(self._schema)
        self._rows: list[tuple[Any, ...]] = []
        self._batches: list[pl.DataFrame] = []

    def add(self, row: dict[str, Any]) -> None:
        """Append one row, given by column name."""
        self._rows.append(tuple(row[name] for name in self._names))
        if len(self._rows) >= _BATCH_ROWS:
            self._flush()

    def _flush(self) -> None:
        self._batches.append(pl.DataFrame(self._rows, schema=self._schema, orient="row", strict=False))
        self._rows = []

    def add_table(self, rows: pl.DataFrame) -> None:
        """Append the rows of a table that has all columns."""
        self._batches.append(rows.select(self._names))

    def build(self) -> pl.DataFrame:
        """Return the table."""
        self._flush()
        return pl.concat(self._batches)


class RequestTables:
    """The requests and the stages table of one scan, filled request by request."""

    def __init__(self) -> None:
        self._requests = TableBuilder(REQUESTS)
        self._stages = TableBuilder(STAGES)

    def add(self, request: Request) -> None:
        """Append one request and its stages."""
        self._requests.add(request.row())
        for stage in request.stages:
            self._stages.add(request.stage_row(stage))

    def add_tables(self, requests: pl.DataFrame, stages: pl.DataFrame) -> None:
        """Append many requests and their stages."""
        self._requests.add_table(requests)
        self._stages.add_table(stages)

    def requests(self, columns: Sequence[str] = _REQUESTS, tainted_files: Iterable[str] = ()) -> pl.DataFrame:
        """Return the requests table.

        Args:
            columns: the ones wanted.
            tainted_files: files whose damage was found behind lines that are already in the table (a compressed
                file shows it at its end): rows that begin or end in them become unverified.
        """
        table = self._requests.build()
        places = [
            pl.col(column).str.starts_with(f"{path}:")
            for path in tainted_files
            for column in ("first_line", "last_line")
        ]
        if places:
            table = table.with_columns(verified=pl.col("verified") & ~pl.any_horizontal(places))
        return table.select(columns)

    def rows_at(
        self, numbers: Sequence[int], columns: Sequence[str], tainted_files: Iterable[str] = ()
    ) -> pl.DataFrame:
        """Return columns of some rows of the requests table, by their ascending numbers from 0."""
        return self.requests(columns, tainted_files)[list(numbers)]

    def stages(self, columns: Sequence[str] = _STAGES) -> pl.DataFrame:
        """Return the stages table."""
        return self._stages.build().select(columns)

    @property
    def timings(self) -> Timings:
        """The timings of both."""
        from ttslog.timings.frames import FrameTimings  # noqa: PLC0415 - brings narwhals

        return FrameTimings(self.requests(), self.stages())


def events_table(scan: Scan) -> pl.DataFrame:
    """Return the events of a scan as a table; fields that are no column of their own are one JSON text."""
    builder = TableBuilder(EVENTS)
    for event in scan:
        file = scan.reading.files[event.file]
        builder.add(
            {
                "time_us": event.time_us,
                "event": event.name,
                "level": event.level,
                "request_id": event.request_id,
                "file": file.path,
                "line": event.line,
                "format": event.format,
                "verified": not event.salvaged,
                "fields": json.dumps(event.fields, ensure_ascii=True, default=str),
            }
        )
    tainted = [file.path for file in scan.reading.files if not file.verified]
    return builder.build().with_columns(verified=pl.col("verified") & ~pl.col("file").is_in(tainted))
