"""Merged rows: the tables of all pieces as one, each request once, in the window."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, pairwise, zip_longest
from typing import Any

import polars as pl

from ttslog.failures import UNCLASSIFIED
from ttslog.index.assembly import Assembly
from ttslog.index.build import Piece
from ttslog.index.piece import PIECE_REQUESTS, PIECE_STAGES, REQUESTS_FILE, STAGES_FILE, request_row, stage_rows
from ttslog.index.rows import COUNTED_BY, ROW, TIME, requests_of, timings_of, totals_of, whole_requests
from ttslog.lifecycle import Request
from ttslog.tables import polars_schema
from ttslog.timings.frames import REQUEST_COLUMNS, STAGE_COLUMNS
from ttslog.totals import Totals
from ttslog.windows import Span

# What requests are sorted by: as `Request.begin_us`.
BEGINNING = pl.coalesce("start_us", "end_us", "last_us").fill_null(0).alias("begin_us")
_OF_THEIR_FILE = frozenset(("first_line", "last_line", "verified"))  # columns made of what is known of the file
_FEW = frozenset(("status", "outcome", "voice", "lang", "release"))  # columns of few different texts
# Columns that several detectors ask for: of large logs each takes 15 MB a million requests, and these alone are kept.
_ASKED_AGAIN = frozenset(("outcome", "error_code", "warning_codes", "duration_ms", "end_us", "last_us"))
_ENDED = pl.col("status") != "incomplete"


class MergedRows:
    """The rows of merged pieces."""

    def __init__(self, assembly: Assembly) -> None:
        self._assembly = assembly
        self._kept: dict[str, pl.Series] = {}

    def requests(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return the requests table: those that ended, piece by piece, then those that did not."""
        if not _OF_THEIR_FILE.isdisjoint(columns):
            return pl.concat(part.select(columns) for part in self._parts).collect()
        loaded = self._kept | self._load([name for name in columns if name not in self._kept])
        self._kept |= {name: loaded[name] for name in columns if name in _ASKED_AGAIN}
        return pl.DataFrame([loaded[name] for name in columns])

    def _load(self, columns: Sequence[str]) -> dict[str, pl.Series]:
        """Return columns as they are read: those of few texts are told by number."""
        if not columns:
            return {}
        wanted = [pl.col(name).cast(pl.Categorical) if name in _FEW else pl.col(name) for name in columns]
        parts = [self._ended_in_all, *self._others]
        return pl.concat(part.select(wanted) for part in parts).collect().to_dict()

    def rows_at(self, numbers: Sequence[int], columns: Sequence[str]) -> pl.DataFrame:
        """Return columns of some rows of the requests table, by their ascending numbers from 0."""
        wanted: list[pl.LazyFrame] = []
        inside: list[list[int]] = []
        begins = accumulate(self._heights, initial=0)
        for part, (begin, end) in zip(self._parts, pairwise(begins), strict=True):
            if among := numbers[bisect_left(numbers, begin) : bisect_left(numbers, end)]:
                wanted.append(part.select(columns))
                inside.append([number - begin for number in among])
        found = [table[rows] for table, rows in zip(pl.collect_all(wanted), inside, strict=True)]
        return pl.concat([self._unfinished.head(0).select(columns), *found])

    @cached_property
    def _heights(self) -> list[int]:
        """How many rows each part has."""
        numbers = self._ended_in_all.select(ROW).collect()[ROW]
        ends = numbers.search_sorted(pl.Series(self._begins, dtype=numbers.dtype), side="left").to_list()
        counted = pl.collect_all([part.select(pl.len()) for part in self._others])
        return [*(end - begin for begin, end in pairwise(ends)), *(count.item() for count in counted)]

    def stages(self, columns: Sequence[str]) -> pl.DataFrame:
        """Return the stages table, in the order that the stages ran."""
        rows = pl.concat([*(self._stages_left_in(piece) for piece in self._assembly.pieces), self._stages_again()])
        if self._assembly.span != Span():
            attempt = ["request_id", "attempt"]
            rows = rows.join(pl.concat(part.select(attempt) for part in self._parts), on=attempt, how="semi")
        return rows.select(columns).collect()

    def in_order(self, statuses: Sequence[str] = (), codes: Sequence[str] = ()) -> Iterator[pl.DataFrame]:
        """Yield requests by start, as tables; at any time the rows of a few neighbouring files are held.

        Args:
            statuses: only requests of these, or of such an outcome; none stands for all.
            codes: only requests with these error codes; likewise. UNCLASSIFIED are failures without one.
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

    def totals_in(self, piece: Piece) -> Totals:
        """Return what the requests of one piece come to."""
        return totals_of(self._in_window(self._left_in(piece)).select(COUNTED_BY).collect())

    def failures_in(self, piece: Piece) -> Iterator[Request]:
        """Yield the requests of one piece that did not succeed, whole."""
        rows = self._in_window(self._rows_of(piece)).filter(pl.col("outcome") != "success").collect()
        for request in whole_requests(rows, self._stages_left_in(piece)):
            yield from self._assembly.with_reasons([request]) if request.status == "incomplete" else [request]

    def timings_in(self, piece: Piece) -> dict[Any, list[float]]:
        """Return the sorted numbers of one piece."""
        rows = self._in_window(self._left_in(piece))
        ran = self._stages_left_in(piece)
        if self._assembly.span != Span():
            attempt = ["request_id", "attempt"]
            ran = ran.join(rows.select(attempt), on=attempt, how="semi")
        return timings_of(rows.select(REQUEST_COLUMNS), ran.select(STAGE_COLUMNS))

    @cached_property
    def _parts(self) -> list[pl.LazyFrame]:
        """The rows of the window, piece by piece, then the others."""
        return [*map(self._ended, self._assembly.pieces), *self._others]

    @cached_property
    def _others(self) -> list[pl.LazyFrame]:
        """The rows of the window that come from several pieces, then those without an end."""
        return [self._in_window(self._again()).filter(_ENDED), self._unfinished.lazy()]

    @cached_property
    def _ended_in_all(self) -> pl.LazyFrame:
        """The rows of the window of all pieces, in one scan: to set up one for each takes longer than the reading."""
        pieces = self._assembly.pieces
        rows = pl.scan_parquet([piece.folder / REQUESTS_FILE for piece in pieces], glob=False, row_index_name=ROW)
        out = [
            self._out[piece.index] + begin
            for piece, begin in zip(pieces, self._begins, strict=False)
            if piece.index in self._out
        ]
        return self._in_window(rows.filter(~_among(ROW, pl.concat(out))) if out else rows).filter(_ENDED)

    @cached_property
    def _begins(self) -> list[int]:
        """The number of each piece's first row among those of all pieces, and of the first behind them."""
        return list(accumulate((piece.facts.tally.rows for piece in self._assembly.pieces), initial=0))

    def _ended(self, piece: Piece) -> pl.LazyFrame:
        rows = self._in_window(self._rows_of(piece))
        return rows.filter(_ENDED) if self._may_be_unfinished(piece) else rows

    @cached_property
    def _unfinished(self) -> pl.DataFrame:
        """The requests without an end, with why."""
        pieces = [piece for piece in self._assembly.pieces if self._may_be_unfinished(piece)]
        rows = pl.concat([*map(self._rows_of, pieces), self._again()])
        frame = self._in_window(rows).filter(~_ENDED).collect()
        reasons = [request.reason for request in self._assembly.with_reasons(requests_of(frame))]
        return frame.with_columns(pl.Series("reason", reasons, dtype=pl.String))

    def _may_be_unfinished(self, piece: Piece) -> bool:
        """Return whether requests of a piece that count may have no end."""
        loose, out = piece.facts.tally.loose, self._assembly.left_out(piece)
        return loose is None or any(one.status == "incomplete" and one.request_id not in out for one in loose)

    def _in_window(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        span = self._assembly.span
        if span.since_us is not None:
            rows = rows.filter(span.since_us <= TIME)
        if span.until_us is not None:
            rows = rows.filter(span.until_us > TIME)
        return rows

    def _rows_of(self, piece: Piece) -> pl.LazyFrame:
        """Return the rows of a piece that count, their lines named by the path of the file."""
        rows = self._left_in(piece)
        here, before = self._assembly.place_of(piece, before=False), self._assembly.place_of(piece, before=True)
        rows = rows.with_columns(
            first_line=_named("first_place", here, before), last_line=_named("last_place", here, before)
        )
        if self._assembly.is_tainted(piece.index):
            rows = rows.with_columns(verified=pl.col("verified") & (pl.col("last_place") < 0))
        if self._assembly.is_tainted(piece.before):
            rows = rows.with_columns(verified=pl.col("verified") & (pl.col("first_place") > 0))
        return rows

    def _left_in(self, piece: Piece) -> pl.LazyFrame:
        """Return the requests of a piece that count."""
        rows = pl.scan_parquet(piece.folder / REQUESTS_FILE, glob=False)
        out = self._out.get(piece.index)
        return rows if out is None else rows.with_row_index(ROW).filter(~_among(ROW, out)).drop(ROW)

    @cached_property
    def _out(self) -> dict[int, pl.Series]:
        """The numbers of the rows that do not count, by piece."""
        pieces = [piece for piece in self._assembly.pieces if self._assembly.left_out(piece)]
        known = {piece.index: self._assembly.rows_left_out(piece) for piece in pieces}
        looked_at = [piece for piece in pieces if known[piece.index] is None]
        scanned = [pl.scan_parquet(piece.folder / REQUESTS_FILE, glob=False).with_row_index(ROW) for piece in looked_at]
        found = pl.collect_all(
            [rows.filter(self._is_out(piece)).select(ROW) for rows, piece in zip(scanned, looked_at, strict=True)]
        )
        return {
            **{
                number: pl.Series(rows, dtype=pl.get_index_type()) for number, rows in known.items() if rows is not None
            },
            **{piece.index: rows[ROW] for piece, rows in zip(looked_at, found, strict=True)},
        }

    def _stages_left_in(self, piece: Piece) -> pl.LazyFrame:
        """Return the stages of the requests of a piece that count."""
        rows = pl.scan_parquet(piece.folder / STAGES_FILE, glob=False)
        return rows.filter(~self._is_out(piece)) if self._assembly.left_out(piece) else rows

    def _is_out(self, piece: Piece) -> pl.Expr:
        return _among("request_id", pl.Series(sorted(self._assembly.left_out(piece)), dtype=pl.String))

    def _again(self) -> pl.LazyFrame:
        rows = [request_row(request) for request in self._assembly.seams.again]
        return pl.DataFrame(rows, schema=polars_schema(PIECE_REQUESTS), strict=False).lazy()

    def _stages_again(self) -> pl.LazyFrame:
        rows = [row for request in self._assembly.seams.again for row in stage_rows(request)]
        return pl.DataFrame(rows, schema=polars_schema(PIECE_STAGES), strict=False).lazy()


def _named(place: str, here: tuple[str, int], before: tuple[str, int]) -> pl.Expr:
    """Return the name of a line: the path, and the number behind the lines before, of the file or the one before it."""
    lies_before = pl.col(place) < 0
    path = pl.when(lies_before).then(pl.lit(before[0])).otherwise(pl.lit(here[0]))
    lines_before = pl.when(lies_before).then(before[1]).otherwise(here[1])
    return path + ":" + (pl.col(place).abs() + lines_before).cast(pl.String)


def _among(column: str, values: pl.Series) -> pl.Expr:
    return pl.col(column).is_in(values.implode())


def _narrowed(rows: pl.LazyFrame, statuses: Sequence[str], codes: Sequence[str]) -> pl.LazyFrame:
    if statuses:
        rows = rows.filter(pl.col("status").is_in(statuses) | pl.col("outcome").is_in(statuses))
    if codes:
        is_unclassified = (pl.col("outcome") == "failed") & pl.col("error_code").is_null()
        rows = rows.filter(pl.col("error_code").is_in(codes) | (is_unclassified & (UNCLASSIFIED in codes)))
    return rows
