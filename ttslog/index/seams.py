"""Seams: requests that several pieces know. Each is taken once: from the piece that saw all of it, or read again.

What is read again is read once a file, however many requests are wanted of it. An attempt that comes back more than
`LINGER_LINES` lines behind its end, or an id more than 10,000 requests later, is still known here for the same one;
reading line by line has forgotten it by then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from itertools import groupby

from ttslog.balance import FileReading, Reading
from ttslog.index.build import Piece
from ttslog.index.piece import REQUESTS_FILE
from ttslog.index.seen import Seen
from ttslog.index.store import Store
from ttslog.joins import join
from ttslog.lifecycle import Lifecycle, Request
from ttslog.parsers import Clock, Event, LineParser
from ttslog.records import Records
from ttslog.sources import LineNotes, LogFile, read_lines

MOST_SEAMS = 500  # more ids than that in several files: they name no requests, and all is read in one go
# Around the lines that are read again: how they are written, and what continues the last of them.
_CONTEXT_LINES, _CONTINUING_LINES = 500, 2_000
_LAST = 1 << 62


class NotSeparable(Exception):
    """There is no way but line by line: what one file says depends on another, or pieces can be written nowhere."""


@dataclass(slots=True)
class Seams:
    """What is to be left out of pieces, and the requests that take its place.

    Attributes:
        left_out: for each piece, by its number, the ids and how many attempts of each it knows.
    """

    left_out: dict[int, Counter[str]] = field(default_factory=dict)
    again: list[Request] = field(default_factory=list)


_Spans = dict[int, dict[str, tuple[int, int]]]  # file -> id -> first and last line


def find_seams(
    pieces: Sequence[Piece], store: Store, files: Sequence[LogFile], reading: Reading, zone: tzinfo
) -> Seams:
    """Find the ids that several pieces know, and settle which of them counts.

    Args:
        pieces: of one reading.
        store: remembers which ids stand in several of the same pieces.
        files: of the reading, by number.
        reading: of all files, for what they are called.
        zone: of times that are written without one.

    Raises:
        NotSeparable: there are more than MOST_SEAMS, or one that can only be put together line by line.
    """
    by_number = {piece.index: piece for piece in pieces}
    seams, spans = Seams(), _Spans()
    for request_id, group in groupby(_in_several(pieces, store), key=lambda one: one.request_id):
        seen = list(group)
        holders = {one.piece for one in seen}
        kept = {one.piece for one in seen if not _is_in_tail_of(one, seen, by_number)}
        again = len(kept) > 1
        for number in holders if again else holders - kept:
            seams.left_out.setdefault(number, Counter())[request_id] = sum(one.piece == number for one in seen)
        if again:
            _add_spans(spans, seen, by_number)
    for piece in pieces:
        if piece.before in by_number:
            left_out = seams.left_out.setdefault(piece.before, Counter())
            for request_id, attempts in _gone_over(by_number[piece.before], piece.facts.border.entered.held):
                left_out[request_id] = left_out[request_id] or attempts
    seams.again = list(_read_again(spans, by_number, files, reading, zone))
    return seams


def _gone_over(piece: Piece, held: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield the ids whose lines the piece of the next file has told anew, and how many rows each has in this one.

    They may have turned out to be lines of a request that has an id: the next piece has no such rows then.
    """
    loose = Counter(request.request_id for request in piece.facts.tally.loose or ())
    yield from ((request_id, loose[request_id] or 1) for request_id in held)


def is_known(pieces: Sequence[Piece], store: Store) -> bool:
    """Return whether it is known which ids stand in several of some pieces, without a look at their rows."""
    return len(pieces) < 2 or store.remembered(_keys(pieces)) is not None  # noqa: PLR2004


def _keys(pieces: Sequence[Piece]) -> list[str]:
    return [piece.folder.name for piece in pieces]


def _in_several(pieces: Sequence[Piece], store: Store) -> list[Seen]:
    """Return the attempts of ids that stand in more than one piece, by id and piece; as they were found before."""
    if len(pieces) < 2:  # noqa: PLR2004
        return []
    keys = _keys(pieces)
    if len(set(keys)) < len(keys):
        raise NotSeparable  # two files of the same content: which of them a row stands for cannot be told
    known = store.remembered(keys)
    if known is None:
        from ttslog.index.several import in_several  # noqa: PLC0415 - brings polars: only for what is not known

        paths = {str(piece.folder / REQUESTS_FILE): place for place, piece in enumerate(pieces)}
        found = in_several(paths, sum(piece.facts.tally.rows for piece in pieces), MOST_SEAMS)
        if found is None:
            raise NotSeparable
        store.remember(keys, found)
        known = found
    return [Seen(name, pieces[place].index, first, last) for name, place, first, last in known]


def _is_in_tail_of(one: Seen, seen: Sequence[Seen], pieces: Mapping[int, Piece]) -> bool:
    """Return whether the piece of the next file saw all of the only attempt here, in the tail it was read with."""
    if sum(other.piece == one.piece for other in seen) > 1:
        return False
    for other in seen:
        later = pieces[other.piece]
        if later.before == one.piece and other.first < 0:
            tail_from = later.facts.tail_from
            return tail_from is not None and one.first >= tail_from
    return False


def _add_spans(spans: _Spans, seen: Iterable[Seen], pieces: Mapping[int, Piece]) -> None:
    for one in seen:
        before = pieces[one.piece].before
        if one.first < 0 and before is not None:
            _widen(spans, before, one.request_id, -one.first, _LAST)
        if one.last > 0:
            _widen(spans, one.piece, one.request_id, max(one.first, 1), one.last)


def _widen(spans: _Spans, file: int, request_id: str, first: int, last: int) -> None:
    known = spans.setdefault(file, {}).get(request_id, (first, last))
    spans[file][request_id] = min(first, known[0]), max(last, known[1])


def _read_again(
    spans: _Spans, pieces: Mapping[int, Piece], files: Sequence[LogFile], reading: Reading, zone: tzinfo
) -> Iterator[Request]:
    """Put requests together from all of their lines in all files."""
    if any(number in pieces and pieces[number].facts.border.has_joined for number in spans):
        raise NotSeparable
    events = (
        _placed(event, pieces.get(number))
        for number, wanted in sorted(spans.items())
        for event in _events_of(wanted, number, files[number], zone)
    )
    yield from Lifecycle(join(events, [file.path for file in reading.files]), reading, judge=False)


def _placed(event: Event, piece: Piece | None) -> Event:
    """Number a line as in its file, of which the piece may be a part."""
    event.line += 0 if piece is None else piece.lines_before
    return event


def _events_of(wanted: Mapping[str, tuple[int, int]], number: int, file: LogFile, zone: tzinfo) -> Iterator[Event]:
    """Yield the events of some ids in one file."""
    first = max(min(low for low, _ in wanted.values()) - _CONTEXT_LINES, 1)
    last = max(high for _, high in wanted.values()) + _CONTINUING_LINES
    records = Records(number, FileReading("", lines=first - 1), LineParser(Clock(zone)))
    for event in records.read(_lines_between(file, first, last)):
        if event.request_id in wanted:
            yield event


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
