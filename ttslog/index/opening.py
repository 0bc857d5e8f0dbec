"""Opening: the pieces of large logs, made or found, ready to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from ttslog.balance import Reading
from ttslog.errors import NothingRead, UsageError
from ttslog.index.assembly import Assembly
from ttslog.index.build import Piece, build
from ttslog.index.damage import DamagedPiece
from ttslog.index.live import split_live
from ttslog.index.merge import Merged
from ttslog.index.parts import may_be_in_parts, put_together
from ttslog.index.piece import TABLES
from ttslog.index.seams import NotSeparable, find_seams, is_known
from ttslog.index.store import Store, default_folder, default_store, passing_store
from ttslog.index.traces import guesses_traces, has_foreign_traces
from ttslog.joins import Carried
from ttslog.logs import Logs
from ttslog.reading import Scan
from ttslog.sources import LogFile, list_files
from ttslog.windows import Span


def open_pieces(files: Sequence[LogFile], logs: Logs, span: Span, wanted: frozenset[str] = TABLES) -> Merged | None:
    """Return the pieces of files, merged; None where what they say can only be told by reading line by line.

    Args:
        files: as listed, those outside the window marked.
        logs: what is asked about.
        span: its window, resolved.
        wanted: names of the files of a piece that will be looked at.
    """
    whole = list(enumerate(files))
    parts = split_live(files)
    for taken in (parts, whole) if len(parts) > len(whole) else (whole,):
        with suppress(NotSeparable):
            return _merged(taken, logs, span, wanted)
    return None


def _merged(parts: Sequence[tuple[int, LogFile]], logs: Logs, span: Span, wanted: frozenset[str]) -> Merged:
    """Return the pieces of files, or of parts of them.

    Raises:
        NotSeparable: they cannot be told apart.
    """
    files = [part for _, part in parts]
    store, pieces = _build_somewhere(files, logs, wanted)
    if not may_be_in_parts(pieces, files):
        raise NotSeparable
    has_rows = store.parts >= TABLES
    if not has_rows and (guesses_traces(pieces) or not is_known(pieces, store)):
        return _merged(parts, logs, span, wanted | TABLES)
    reading = _reading(files, pieces, logs)
    _ensure_separable(pieces, reading)
    seams = find_seams(pieces, store, files, reading, logs.zone)
    owners = [number for number, _ in parts]
    merged = Merged(Assembly(pieces, seams, reading, span), _whole(reading, owners), owners, holds=store)
    if not merged.looked_at <= store.parts:
        return _merged(parts, logs, span, wanted | merged.looked_at)
    return merged


def _whole(parts: Reading, owners: Sequence[int]) -> Reading:
    """Return the balance with that of each file in one."""
    of_file = groupby(zip(owners, parts.files, strict=True), key=itemgetter(0))
    return Reading([put_together([deepcopy(part) for _, part in group]) for _, group in of_file], parts.gaps)


def _build_somewhere(files: Sequence[LogFile], logs: Logs, wanted: frozenset[str]) -> tuple[Store, list[Piece]]:
    """Make or find the pieces where they are kept; where nothing can be written, in a folder that goes with them.

    Raises:
        NotSeparable: they can be written nowhere, or not be kept, and only counts are wanted.
    """
    choices = [
        (default_store, wanted, logs.cache),
        (passing_store, wanted | TABLES, bool(wanted)),  # with all: who came back for more would find nothing there
    ]
    for choose, parts, is_worth_while in choices:
        if not is_worth_while:
            continue
        try:
            store = choose(parts)
            return store, build(files, store, logs.zone, logs.progress or _silent)
        except OSError as error:  # full, or read-only
            if logs.cache and choose is default_store and logs.unkept is not None:
                logs.unkept(str(default_folder()), error.strerror or str(error))
        except DamagedPiece:  # cleared by somebody meanwhile
            continue
    raise NotSeparable


def _ensure_separable(pieces: Sequence[Piece], reading: Reading) -> None:
    """Raise where a line of one piece may belong to a request that only another piece knows.

    Raises:
        NotSeparable: so it is, or more was said of the service than a piece holds.
    """
    carried: dict[int, Carried] = {}
    for piece in pieces:
        border = piece.facts.border
        before = None if piece.before is None else carried.get(piece.before)
        at_end = border.left if before is None else border.carry_on(before)
        if at_end is None:
            raise NotSeparable
        carried[piece.index] = at_end
    names = Counter(Path(path).name for path in {file.path for file in reading.files})
    if (
        any(piece.facts.service_dropped for piece in pieces)
        or any(piece.facts.names and names[piece.facts.names[1]] > 1 for piece in pieces)
        or has_foreign_traces(pieces)
    ):
        raise NotSeparable


def index_files(logs: Logs) -> Reading:
    """Make the pieces of all files, large or not, and keep them; return what was read.

    Raises:
        NoSuchPath: a path names nothing.
        NothingRead: the paths hold no file.
        UsageError: standard input or another pipe is among the paths, or there are formats of one's own.
    """
    if logs.formats:
        raise UsageError("with formats of your own every question reads line by line: there is no index to make")
    files = list_files(logs.paths)
    if not files:
        raise NothingRead(f"no log file in {', '.join(logs.paths)}: name a file, a directory or a glob that holds logs")
    if any(file.is_stream for file in files):
        raise UsageError("a pipe can be read only once, so nothing of it is kept: name the files it comes from")
    merged = open_pieces(files, logs, Span())
    if merged is not None:
        return merged.reading
    return _reading(files, build(files, default_store(), logs.zone, logs.progress or _silent), logs)


def _silent(_done: int, _of: int) -> None:
    """Nobody watches."""


def _reading(files: Sequence[LogFile], pieces: Sequence[Piece], logs: Logs) -> Reading:
    """Return the balance of all files: the pieces', and what is said of files that are not read."""
    scan = Scan(files, logs.zone)
    by_number = {piece.index: piece for piece in pieces}
    for number, (record, events) in enumerate(scan.by_file()):
        if number not in by_number:
            list(events)
            continue
        balance = by_number[number].facts.balance
        balance.path = record.path
        scan.reading.files[number] = balance
    return scan.reading
