"""Reading: sources and parsers -> events, with the balance of every physical line and the name of every fault.

    lines = events + continuations + blank + duplicates + bad + passed_over        for each file, and so in total

A scan is read once, in file order, and never holds more than one record of a file in memory. Its `reading` is
complete when the events are exhausted.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path

from ttslog.balance import FileReading, Reading, State
from ttslog.edges import last_us
from ttslog.errors import NothingRead, UsageError
from ttslog.older import pass_over_older
from ttslog.outside import mark_outside
from ttslog.parsers import Clock, Event, Format, LineParser
from ttslog.records import Records
from ttslog.sources import Damage, LineNotes, LogFile, list_files, numbering_gaps, read_lines, rotation_key
from ttslog.windows import Span

__all__ = ["FileReading", "LinesRead", "Reading", "Scan", "State", "lines_of", "newest_us", "scan"]

_EVERYTHING = Span()
# Makes events of the lines of a file: its number, its balance, what knows the formats and the times, its lines.
Reader = Callable[[int, FileReading, LineParser, Clock, Iterable[Sequence[bytes]]], Iterator[Event]]


class Scan:
    """The events of some paths, read once.

    Iterate it for all events, or `by_file` to know when a file is done. `reading` holds the balance of what has
    been read so far.

    Attributes:
        files: oldest first.
    """

    def __init__(
        self, files: Sequence[LogFile], zone: tzinfo = UTC, formats: Mapping[str, Format] | None = None
    ) -> None:
        self.files = files
        self._zone = zone
        self._formats = formats
        self.reading = begin_reading(files)

    def __iter__(self) -> Iterator[Event]:
        for _, events in self.by_file():
            yield from events

    def by_file(self) -> Iterator[tuple[FileReading, Iterator[Event]]]:
        """Yield each file's reading with its events, oldest file first; exhaust the events before the next file."""
        for index, (file, record) in enumerate(zip(self.files, self.reading.files, strict=True)):
            yield record, self._read(index, file, record)

    def through(self, reader: Reader) -> Iterator[Event]:
        """Yield the events of all files as a reader of lines gives them."""
        for index, (file, record) in enumerate(zip(self.files, self.reading.files, strict=True)):
            if file.is_read:
                yield from read_file(index, file, record, self._zone, self._formats, reader)

    def _read(self, index: int, file: LogFile, record: FileReading) -> Iterator[Event]:
        if not file.is_read:
            return
        yield from read_file(index, file, record, self._zone, self._formats)


class LinesRead:
    """How far a scan has got, told from its events: those that gave none are counted too."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._file, self._before = -1, 0
        self._most = 0

    def at(self, event: Event) -> int:
        """Return how many lines of all files were read when an event came; one that was held back changes nothing."""
        if event.file != self._file:
            self._file = event.file
            self._before = sum(file.lines for file in self._reading.files[: event.file])
        place = self._before + event.line
        self._most = max(self._most, place)
        return self._most


def _read_records(
    index: int, balance: FileReading, parser: LineParser, _clock: Clock, lines: Iterable[Sequence[bytes]]
) -> Iterator[Event]:
    return Records(index, balance, parser).read(lines)


def read_file(
    index: int,
    file: LogFile,
    balance: FileReading,
    zone: tzinfo,
    formats: Mapping[str, Format] | None = None,
    reader: Reader = _read_records,
) -> Iterator[Event]:
    """Yield the events of one file; its balance is complete when they are exhausted.

    Args:
        index: number of the file in its reading, for the events.
        file: one that can be read.
        balance: counts every line as it is taken.
        zone: of times that are written without one.
        formats: the user's own, by name.
        reader: makes events of lines.
    """
    notes, clock = LineNotes(), Clock(zone)
    parser = LineParser(clock, formats)
    yield from reader(index, balance, parser, clock, lines_of(file, balance, notes, zone, formats))
    conclude(balance, notes)


def lines_of(
    file: LogFile,
    balance: FileReading,
    notes: LineNotes,
    zone: tzinfo,
    formats: Mapping[str, Format] | None = None,
) -> Iterator[Sequence[bytes]]:
    """Yield the lines that are wanted of a file; its balance counts the others.

    Args:
        file: one that can be read.
        balance: the damage of the file is appended too.
        notes: what had to be done to the bytes is counted.
        zone: of times that are written without one.
        formats: the user's own, by name.
    """
    lines = read_lines(file, balance.damage, notes)
    return lines if file.since_us is None else pass_over_older(lines, file.since_us, balance, zone, formats)


def begin_reading(files: Sequence[LogFile]) -> Reading:
    """Return the reading of files of which nothing was read yet, and of those that are not read all that there is."""
    reading = Reading(
        files=[FileReading(_shown(file.path)) for file in files],
        gaps=numbering_gaps([rotation_key(file.path) for file in files]),
    )
    for file, record in zip(files, reading.files, strict=True):
        if file.skipped is not None:
            record.state, record.note = "skipped", file.skipped
        elif file.outside is not None:
            record.state, record.note = "outside", file.outside
        elif file.twin is not None:
            record.state, record.note = "duplicate", f"its lines are in {file.twin.of}"
            record.lines = record.duplicates = file.twin.lines
            record.damage.extend(file.twin.damage)
    return reading


def scan(
    paths: Sequence[str], *, zone: tzinfo = UTC, formats: Mapping[str, Format] | None = None, span: Span = _EVERYTHING
) -> Scan:
    """Open paths (files, directories, globs, `-`) for reading.

    Args:
        paths: what a person would name on the command line.
        zone: the zone of times that are written without one.
        formats: the user's own, by name (`ttslog.parsers.load_formats`), beside those of the package.
        span: files that hold nothing of this window, nor of what could reach into it, are not read.

    Raises:
        NoSuchPath: a path names nothing.
        NothingRead: the paths hold no file at all.
    """
    files = list_files(paths)
    if not files:
        raise NothingRead(f"no log file in {', '.join(paths)}: name a file, a directory or a glob that holds logs")
    return Scan(mark_outside(files, span, zone, formats), zone, formats)


def newest_us(paths: Sequence[str], zone: tzinfo = UTC, formats: Mapping[str, Format] | None = None) -> int | None:
    """Return the time of the newest record, UTC microseconds: what `end` means in a window.

    Only the last lines of the newest file of each rotated set that holds a time are parsed, and all of the file where
    these tell none for sure.

    Raises:
        UsageError: standard input or another pipe is among the paths, and can be read only once.
    """
    files = list_files(paths)
    if any(file.is_stream for file in files):
        raise UsageError("`end` has to find the newest record first, and a pipe can be read only once")
    newest: dict[str, int] = {}
    for file in reversed(files):
        log = rotation_key(file.path).log
        if log in newest or not file.size or not file.is_read:
            continue
        time_us = last_us(file, zone, formats)
        if time_us is None:
            time_us = _newest_of_all(file, zone, formats)
        if time_us is not None:
            newest[log] = time_us
    return max(newest.values(), default=None)


def _newest_of_all(file: LogFile, zone: tzinfo, formats: Mapping[str, Format] | None) -> int | None:
    one = Scan([file], zone, formats)
    for _ in one:
        pass
    return one.reading.newest_us


def _shown(path: Path) -> str:
    r"""Return a path that can be written as UTF-8: a byte that is none becomes `\xff`."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def conclude(record: FileReading, notes: LineNotes) -> None:
    """Settle the state of a file that has been read; one that is not read has its own already."""
    if record.state != "ok":
        return
    if notes.nul_bytes:
        record.damage.append(Damage("nul_hole", notes.nul_at, f"{notes.nul_bytes} NUL bytes were taken out"))
    if notes.encoding:
        record.note = f"recoded from {notes.encoding}"
    if any(damage.kind == "unreadable" for damage in record.damage):
        record.state = "unreadable"
    elif record.damage:
        record.state = "damaged"
    elif not record.lines:
        record.state = "empty"
