"""Seams: requests that several pieces know. Each is taken once: from the piece that saw all of it, or read again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import groupby

import polars as pl

from ttslog.balance import FileReading, Reading
from ttslog.index.build import Piece
from ttslog.index.piece import REQUESTS_FILE
from ttslog.joins import join
from ttslog.lifecycle import Lifecycle, Request
from ttslog.parsers import Clock, Event, LineParser
from ttslog.records import Records
from ttslog.sources import LineNotes, LogFile, read_lines

MOST_SEAMS = 500  # more ids than that in several files: they name no requests, and all is read in one go


class TooManySeams(Exception):
    """So many ids stand in several files that the pieces save nothing."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where one piece saw an attempt: first and last line, negative in the file before."""

    request_id: str
    piece: int
    first: int
    last: int


@dataclass(slots=True)
class Seams:
    """What is to be left out of pieces, by their number, and the requests that take its place."""

    left_out: dict[int, set[str]] = field(default_factory=dict)
    again: list[Request] = field(default_factory=list)


def find_seams(pieces: Sequence[Piece], files: Sequence[LogFile], reading: Reading, zone: tzinfo) -> Seams:
    """Find the ids that several pieces know, and settle which of them counts.

    Args:
        pieces: of one reading.
        files: of the reading, by number.
        reading: of all files, for what they are called.
        zone: of times that are written without one.

    Raises:
        TooManySeams: there are more than MOST_SEAMS.
    """
    by_number = {piece.index: piece for piece in pieces}
    seams = Seams()
    for request_id, seen in groupby(_in_several(pieces), key=lambda one: one.request_id):
        kept = _not_contained(list(seen), by_number)
        holders = {one.piece for one in kept.kept}
        again = len(holders) > 1
        for number in kept.holders if again else kept.holders - holders:
            seams.left_out.setdefault(number, set()).add(request_id)
        if again:
            seams.again += _read_again(request_id, kept.all, by_number, files, reading, zone)
    return seams


def _in_several(pieces: Sequence[Piece]) -> list[_Seen]:
    """Return the attempts of ids that stand in more than one piece, by id and piece."""
    if len(pieces) < 2:  # noqa: PLR2004
        return []
    ids = pl.concat(
        [
            pl.scan_parquet(piece.folder / REQUESTS_FILE).select(
                pl.col("request_id").hash().alias("hash"), pl.lit(piece.index, pl.Int32).alias("piece")
            )
            for piece in pieces
        ]
    ).collect()
    twice = ids.filter(pl.col("hash").is_duplicated())
    several = twice.group_by("hash").agg(pl.col("piece").n_unique().alias("pieces")).filter(pl.col("pieces") > 1)
    if several.height > MOST_SEAMS:
        raise TooManySeams
    hashes = several["hash"].implode()
    rows = [
        _Seen(request_id, piece.index, first, last)
        for piece in pieces
        if several.height
        for request_id, first, last in pl.scan_parquet(piece.folder / REQUESTS_FILE)
        .filter(pl.col("request_id").hash().is_in(hashes))
        .select("request_id", "first_place", "last_place")
        .collect()
        .iter_rows()
    ]
    return sorted(rows, key=lambda one: (one.request_id, one.piece, one.last))


@dataclass(frozen=True, slots=True)
class _Kept:
    all: list[_Seen]
    kept: list[_Seen]

    @property
    def holders(self) -> set[int]:
        return {one.piece for one in self.all}


def _not_contained(seen: list[_Seen], pieces: Mapping[int, Piece]) -> _Kept:
    """Drop what the next file's piece saw too, in the tail that was read with it."""
    reaching = {pieces[one.piece].before: pieces[one.piece] for one in seen if one.first < 0}
    kept = [one for one in seen if not _is_in_tail(one, reaching.get(one.piece))]
    return _Kept(seen, kept)


def _is_in_tail(one: _Seen, later: Piece | None) -> bool:
    tail_from = later.facts.tail_from if later else None
    return tail_from is not None and one.first >= tail_from


def _read_again(
    request_id: str,
    seen: Iterable[_Seen],
    pieces: Mapping[int, Piece],
    files: Sequence[LogFile],
    reading: Reading,
    zone: tzinfo,
) -> Iterator[Request]:
    """Put a request together from all lines between its first and its last in each file."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for one in seen:
        before = pieces[one.piece].before
        if one.first < 0 and before is not None:
            spans.setdefault(before, []).append((-one.first, 1 << 62))
        spans.setdefault(one.piece, []).append((max(one.first, 1), one.last))
    joined = join(_events_between(spans, files, zone), [file.path for file in reading.files])
    for request in Lifecycle(joined, reading, judge=False):
        if request.request_id == request_id:
            yield request


def _events_between(
    spans: Mapping[int, list[tuple[int, int]]], files: Sequence[LogFile], zone: tzinfo
) -> Iterator[Event]:
    for number, ranges in sorted(spans.items()):
        first, last = min(low for low, _ in ranges), max(high for _, high in ranges)
        balance = FileReading("", lines=first - 1)
        records = Records(number, balance, LineParser(Clock(zone)))
        yield from records.read(_lines_between(files[number], first, last))


def _lines_between(file: LogFile, first: int, last: int) -> Iterator[list[bytes]]:
    """Yield the lines from number `first` to number `last`."""
    read = 0
    for block in read_lines(file, [], LineNotes()):
        inside = block[max(first - 1 - read, 0) : max(last - read, 0)]
        if inside:
            yield inside
        read += len(block)
        if read >= last:
            return
