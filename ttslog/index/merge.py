"""Merge: pieces -> the tables and counts of all files together, as one reading of all of them would have given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any

import polars as pl

from ttslog.balance import Reading
from ttslog.index.build import Piece
from ttslog.index.piece import PIECE_REQUESTS, PIECE_STAGES, REQUESTS_FILE, STAGES_FILE, request_row, stage_rows
from ttslog.index.seams import Seams
from ttslog.lifecycle import Request, Stage
from ttslog.lifecycle.processes import Processes
from ttslog.parsers import Event
from ttslog.schema import REQUESTS, STAGES, Column
from ttslog.tables import polars_schema
from ttslog.windows import Span

# What requests are sorted by: as `Request.begin_us`.
BEGINNING = pl.coalesce("start_us", "end_us", "last_us").fill_null(0).alias("begin_us")
_TIME = pl.coalesce("end_us", "last_us")  # what decides in which window a request lies
_REQUEST_FIELDS = frozenset(Request.__struct_fields__) & {column.name for column in PIECE_REQUESTS}
# What a failure is told by, and why a request has no end. The rest is looked up for the few that are shown.
_TOLD_BY = (
    *("request_id", "attempt", "status", "reason", "start_us", "end_us", "last_us", "pid", "host", "text_len"),
    *("error_code", "error_message", "traceback", "code_is_told", "last_stage"),
)
_LATER_FIELDS = (_REQUEST_FIELDS - set(_TOLD_BY)) | {"salvaged"}
_AGAIN = -1  # in place of a piece's number: read again from several


def _names(columns: Iterable[Column]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


@dataclass
class Merged:
    """The pieces of one reading, in one window.

    Attributes:
        reading: the balance of all files.
        parts: the same with live files in parts; its files' numbers are the pieces'.
        owners: number of each part's file in the reading.
        holds: what has to live as long as this: the folder of pieces that are not kept.
    """

    pieces: Sequence[Piece]
    seams: Seams
    reading: Reading
    parts: Reading
    owners: Sequence[int]
    span: Span
    holds: object = None
    _wanted: tuple[tuple[str, ...], tuple[str, ...]] = (_names(REQUESTS), _names(STAGES))

    def statuses(self) -> tuple[Counter[str], int]:
        """Return the number of requests by status, and of those that succeeded with bad audio."""
        counted = self._bare.group_by("status").agg(pl.len(), pl.col("bad_audio").sum()).collect()
        return Counter(dict(zip(counted["status"], counted["len"], strict=True))), int(counted["bad_audio"].sum())

    def failures(self) -> Iterator[Request]:
        """Yield the requests that did not succeed, with what a failure is told by; `stages_of` adds the rest."""
        told = self._odd.drop("piece")
        yield from _told_of(told.filter(pl.col("status") != "incomplete"))
        yield from self._with_reasons(_told_of(told.filter(pl.col("status") == "incomplete")))

    def service(self) -> Iterator[Event]:
        """Yield the events that tell of the service, in the order read."""
        for piece in self.pieces:
            for event in piece.facts.service:
                event.file = self.owners[piece.index]
                event.line += piece.lines_before
                yield event

    def narrow(self, requests: Sequence[str], stages: Sequence[str]) -> None:
        """Load no other columns."""
        self._wanted = tuple(requests), tuple(stages)

    def requests(self, tainted_files: object = ()) -> pl.DataFrame:  # noqa: ARG002 - the pieces know their damage
        """Return the requests table."""
        return self._all.select(self._wanted[0]).collect()

    def stages(self) -> pl.DataFrame:
        """Return the stages table."""
        rows = self._stages
        if self.span != Span():
            rows = rows.join(self._all.select("request_id", "attempt"), on=["request_id", "attempt"], how="semi")
        return rows.select(self._wanted[1]).collect()

    def stages_of(self, requests: Sequence[Request]) -> None:
        """Give requests that `failures` yielded their stages, and all else that is known of them."""
        if not requests:
            return
        wanted = pl.col("request_id").is_in(pl.Series([one.request_id for one in requests], dtype=pl.String).implode())
        numbers = set(self._odd.filter(wanted)["piece"])
        pieces = [piece for piece in self.pieces if piece.index in numbers]
        rows = pl.concat([*map(self._rows_of, pieces), self._rows_again()]).filter(wanted).collect()
        stages = self._stages_of(pieces).filter(wanted).collect()
        known = {(one.request_id, one.attempt): one for one in requests_of(rows)}
        for request in requests:
            for name in _LATER_FIELDS:
                setattr(request, name, getattr(known[request.request_id, request.attempt], name))
            own = stages.filter((pl.col("request_id") == request.request_id) & (pl.col("attempt") == request.attempt))
            request.stages = [_stage(row) for row in own.iter_rows(named=True)]

    def in_order(self, statuses: Sequence[str] = (), codes: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """Yield requests by start, as tables; at any time the rows of a few neighbouring files are held.

        Args:
            statuses: only requests of these; none stands for all.
            codes: only requests with these error codes; likewise.
        """
        parts = [_narrowed(part, statuses, codes) for part in self._parts]
        begins = [part.select(BEGINNING.min()).collect().item() for part in parts]
        by_beginning = sorted((begin, number) for number, begin in enumerate(begins) if begin is not None)
        held = parts[0].head(0).collect()
        for (_, number), following in zip_longest(by_beginning, by_beginning[1:]):
            held = pl.concat([held, parts[number].collect()]).sort(BEGINNING, "request_id", "attempt")
            ready = held if following is None else held.filter(following[0] > BEGINNING)
            held = held.slice(ready.height)
            yield ready

    @property
    def _parts(self) -> list[pl.LazyFrame]:
        """The rows of the window, piece by piece, then those that come from several."""
        ended = pl.col("status") != "incomplete"
        pieces = (
            self._in_window(rows).filter(ended) for rows in (*map(self._rows_of, self.pieces), self._rows_again())
        )
        return [*pieces, self._unfinished.lazy()]

    @cached_property
    def _all(self) -> pl.LazyFrame:
        return pl.concat([self._ended, self._unfinished.lazy()])

    @cached_property
    def _ended(self) -> pl.LazyFrame:
        return self._rows.filter(pl.col("status") != "incomplete")

    @cached_property
    def _unfinished(self) -> pl.DataFrame:
        """The requests without an end, with why."""
        if self._odd.filter(pl.col("status") == "incomplete").is_empty():
            return pl.DataFrame(schema=polars_schema(PIECE_REQUESTS))
        frame = self._rows.filter(pl.col("status") == "incomplete").collect()
        reasons = [request.reason for request in self._with_reasons(requests_of(frame))]
        return frame.with_columns(pl.Series("reason", reasons, dtype=pl.String))

    def _with_reasons(self, unfinished: Iterable[Request]) -> Iterator[Request]:
        """Yield requests without an end, with why: what all files together know of their processes."""
        processes = Processes()
        for piece in self.pieces:
            processes.merge(piece.facts.processes)
        for request in unfinished:
            request.reason = processes.why_unfinished(request)
            yield request

    @cached_property
    def _odd(self) -> pl.DataFrame:
        """The requests that did not succeed: what a failure is told by, and in which piece each stands."""
        return self._bare.filter(pl.col("status") != "success").select("piece", *_TOLD_BY).collect()

    @cached_property
    def _bare(self) -> pl.LazyFrame:
        """All rows that count as they lie in the pieces: their lines are not named."""
        pieces = (
            self._left_in(one, REQUESTS_FILE).with_columns(piece=pl.lit(one.index, pl.Int32)) for one in self.pieces
        )
        again = self._rows_again().with_columns(piece=pl.lit(_AGAIN, pl.Int32))
        return self._in_window(pl.concat([*pieces, again]))

    @cached_property
    def _rows(self) -> pl.LazyFrame:
        return self._in_window(pl.concat([*map(self._rows_of, self.pieces), self._rows_again()]))

    def _in_window(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        if self.span.since_us is not None:
            rows = rows.filter(self.span.since_us <= _TIME)
        if self.span.until_us is not None:
            rows = rows.filter(self.span.until_us > _TIME)
        return rows

    def _rows_of(self, piece: Piece) -> pl.LazyFrame:
        """Return the rows of a piece that count, their lines named by the path of the file."""
        rows = self._left_in(piece, REQUESTS_FILE)
        path = self.parts.files[piece.index].path
        before = path if piece.before is None else self.parts.files[piece.before].path
        lines_before = self._lines_before.get(piece.before, 0)
        begins_before = pl.col("first_place") < 0
        rows = rows.with_columns(
            first_line=pl.when(begins_before).then(pl.lit(before)).otherwise(pl.lit(path))
            + ":"
            + (
                pl.col("first_place").abs() + pl.when(begins_before).then(lines_before).otherwise(piece.lines_before)
            ).cast(pl.String),
            last_line=pl.lit(f"{path}:") + (pl.col("last_place") + piece.lines_before).cast(pl.String),
        )
        if self._is_tainted(piece.index):
            return rows.with_columns(verified=pl.lit(value=False))
        if piece.before is not None and self._is_tainted(piece.before):
            return rows.with_columns(verified=pl.col("verified") & ~begins_before)
        return rows

    @cached_property
    def _lines_before(self) -> dict[int | None, int]:
        return {piece.index: piece.lines_before for piece in self.pieces}

    def _is_tainted(self, number: int) -> bool:
        return not self.parts.files[number].verified

    def _rows_again(self) -> pl.LazyFrame:
        rows = [request_row(request) for request in self.seams.again]
        return pl.DataFrame(rows, schema=polars_schema(PIECE_REQUESTS), strict=False).lazy()

    @cached_property
    def _stages(self) -> pl.LazyFrame:
        """The stages of all requests, of the window or not, in the order they ran."""
        return self._stages_of(self.pieces)

    def _stages_of(self, pieces: Sequence[Piece]) -> pl.LazyFrame:
        """Return the stages in some pieces, and of the requests that come from several."""
        again = [row for request in self.seams.again for row in stage_rows(request)]
        seams = pl.DataFrame(again, schema=polars_schema(PIECE_STAGES), strict=False).lazy()
        return pl.concat([*(self._left_in(piece, STAGES_FILE) for piece in pieces), seams])

    def _left_in(self, piece: Piece, file: str) -> pl.LazyFrame:
        """Return the rows of a piece that count."""
        rows = pl.scan_parquet(piece.folder / file, glob=False)
        out = self.seams.left_out.get(piece.index)
        return rows.filter(~pl.col("request_id").is_in(pl.Series(sorted(out)).implode())) if out else rows


def _narrowed(rows: pl.LazyFrame, statuses: Sequence[str], codes: Sequence[str]) -> pl.LazyFrame:
    if statuses:
        rows = rows.filter(pl.col("status").is_in(statuses))
    if codes:
        rows = rows.filter(pl.col("error_code").is_in(codes))
    return rows


def requests_of(rows: pl.DataFrame) -> Iterator[Request]:
    """Yield the requests of some rows, without their stages."""
    return map(_request, rows.iter_rows(named=True))


def _told_of(rows: pl.DataFrame) -> Iterator[Request]:
    """Yield requests with what a failure is told by, and nothing else."""
    return (Request(**row) for row in rows.iter_rows(named=True))


def _request(row: dict[str, Any]) -> Request:
    request = Request(**{name: row[name] for name in _REQUEST_FIELDS})
    request.salvaged = not row["verified"]  # which also says that a file is not what was written
    return request


def _stage(row: dict[str, Any]) -> Stage:
    return Stage(
        model_stage=row["model_stage"],
        stage_family=row["stage_family"],
        start_us=row["start_us"],
        duration_ms=row["duration_ms"],
        cumulative_ms=row["cumulative_ms"],
        error_type=row["error_type"],
    )
