"""Opening: the pieces of large logs, made or found, ready to be asked."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from ttslog.balance import Reading
from ttslog.index.build import Piece, build
from ttslog.index.merge import Merged
from ttslog.index.seams import TooManySeams, find_seams
from ttslog.index.store import Store, default_store
from ttslog.logs import Logs
from ttslog.reading import Scan
from ttslog.sources import LogFile, list_files


def open_pieces(files: Sequence[LogFile], logs: Logs) -> Merged | None:
    """Return the pieces of files, merged; None where so many requests lie in several files that they save nothing.

    Raises:
        UsageError: the window is the wrong way round.
    """
    scratch = None if logs.cache else tempfile.TemporaryDirectory(prefix="ttslog-")
    store = default_store() if scratch is None else Store(Path(scratch.name))
    pieces = build(files, store, logs.zone, logs.progress or _silent)
    reading = _reading(files, pieces, logs)
    try:
        seams = find_seams(pieces, files, reading, logs.zone)
    except TooManySeams:
        return None
    return Merged(pieces, seams, reading, logs.window.resolve(reading.newest_us), holds=scratch)


def index_files(logs: Logs) -> Reading:
    """Make the pieces of all files, large or not, and keep them; return what was read.

    Raises:
        NoSuchPath: a path names nothing.
    """
    files = list_files(logs.paths)
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
