"""Reading: sources and parsers -> events, with the balance of every physical line and the name of every fault.

    lines = events + continuations + blank + duplicates + bad        for each file, and so in total

A scan is read once, in file order, and never holds more than one record of a file in memory. Its `reading` is
complete when the events are exhausted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, Literal

from ttslog.errors import NothingRead, UsageError
from ttslog.parsers import Clock, Continuation, Event, LineParser
from ttslog.sources import (
    MAX_LINE_BYTES,
    STDIN,
    Damage,
    LineNotes,
    LogFile,
    list_files,
    numbering_gaps,
    read_lines,
    rotation_key,
)

State = Literal["ok", "damaged", "duplicate", "skipped", "unreadable", "empty"]


@dataclass
class FileReading:
    """What became of one file: its state, its balance in physical lines, and what was wrong with it."""

    path: str
    state: State = "ok"
    formats: Counter[str] = field(default_factory=Counter)
    lines: int = 0
    events: int = 0
    continuations: int = 0
    blank: int = 0
    duplicates: int = 0
    bad: int = 0
    bad_reasons: Counter[str] = field(default_factory=Counter)
    salvaged: int = 0
    damage: list[Damage] = field(default_factory=list)
    note: str | None = None
    oldest_us: int | None = None
    newest_us: int | None = None

    @property
    def format(self) -> str | None:
        """The parser that read most of its events."""
        return self.formats.most_common(1)[0][0] if self.formats else None

    @property
    def verified(self) -> bool:
        """False when a fault was found after which its records cannot be trusted byte for byte."""
        return not any(damage.taints for damage in self.damage)

    def to_dict(self) -> dict[str, Any]:
        """Return the file's part of the JSON contract."""
        return {
            "path": self.path,
            "state": self.state,
            "format": self.format,
            **{name: getattr(self, name) for name in _COUNTS},
            "bad_reasons": dict(self.bad_reasons),
            "salvaged": self.salvaged,
            "damage": [
                {"kind": damage.kind, "offset": damage.offset, "detail": damage.detail} for damage in self.damage
            ],
            "verified": self.verified,
            "note": self.note,
        }


_COUNTS = ("lines", "events", "continuations", "blank", "duplicates", "bad")


@dataclass
class Reading:
    """The balance of a whole scan."""

    files: list[FileReading] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    def total(self, count: str) -> int:
        """Return the sum of one count (`lines`, `events`, ...) over all files."""
        return sum(getattr(file, count) for file in self.files)

    @property
    def newest_us(self) -> int | None:
        """The newest time of any event, UTC microseconds."""
        return max((file.newest_us for file in self.files if file.newest_us is not None), default=None)

    @property
    def oldest_us(self) -> int | None:
        """The oldest time of any event, UTC microseconds."""
        return min((file.oldest_us for file in self.files if file.oldest_us is not None), default=None)

    @property
    def is_clean(self) -> bool:
        """True when no file was damaged or unreadable and no line bad."""
        return not self.total("bad") and all(file.state in ("ok", "duplicate", "empty") for file in self.files)

    def to_dict(self) -> dict[str, Any]:
        """Return the `reading` object of the JSON contract."""
        return {
            "files": [file.to_dict() for file in self.files],
            **{name: self.total(name) for name in _COUNTS},
            "missing_rotations": self.gaps,
        }


class Scan:
    """The events of some paths, read once.

    Iterate it for all events, or `by_file` to know when a file is done. `reading` holds the balance of what has
    been read so far.
    """

    def __init__(self, files: Sequence[LogFile], zone: tzinfo = UTC) -> None:
        self._files = files
        self._zone = zone
        self.reading = Reading(
            files=[FileReading(str(file.path)) for file in files],
            gaps=numbering_gaps([rotation_key(file.path) for file in files]),
        )

    def __iter__(self) -> Iterator[Event]:
        for _, events in self.by_file():
            yield from events

    def by_file(self) -> Iterator[tuple[FileReading, Iterator[Event]]]:
        """Yield each file's reading with its events, oldest file first; exhaust the events before the next file."""
        for index, (file, record) in enumerate(zip(self._files, self.reading.files, strict=True)):
            yield record, self._read(index, file, record)

    def _read(self, index: int, file: LogFile, record: FileReading) -> Iterator[Event]:
        if file.skipped is not None:
            record.state, record.note = "skipped", file.skipped
            return
        if file.twin is not None:
            record.state, record.note = "duplicate", f"its lines are in {file.twin.of}"
            record.lines = record.duplicates = file.twin.lines
            record.damage.extend(file.twin.damage)
            return
        notes = LineNotes()
        yield from _events(index, read_lines(file, record.damage, notes), record, LineParser(Clock(self._zone)))
        _conclude(record, notes)


def scan(paths: Sequence[str], *, zone: tzinfo = UTC) -> Scan:
    """Open paths (files, directories, globs, `-`) for reading.

    Args:
        paths: what a person would name on the command line.
        zone: the zone of times that are written without one.

    Raises:
        NoSuchPath: a path names nothing.
        NothingRead: the paths hold no file at all.
    """
    files = list_files(paths)
    if not files:
        raise NothingRead(f"no log file in {', '.join(paths)}: name a file, a directory or a glob that holds logs")
    return Scan(files, zone)


def newest_us(paths: Sequence[str], zone: tzinfo = UTC) -> int | None:
    """Return the time of the newest record, UTC microseconds: what `end` means in a window.

    Only the newest file of each rotated set that holds a time is read.

    Raises:
        UsageError: standard input is among the paths, and can be read only once.
    """
    files = list_files(paths)
    if any(file.path == STDIN for file in files):
        raise UsageError("`end` has to find the newest record first, and standard input can be read only once")
    newest: dict[str, int] = {}
    for file in reversed(files):
        log = rotation_key(file.path).log
        if log in newest or not file.size:
            continue
        one = Scan([file], zone)
        for _ in one:
            pass
        if one.reading.newest_us is not None:
            newest[log] = one.reading.newest_us
    return max(newest.values(), default=None)


def _events(index: int, blocks: Iterator[list[bytes]], record: FileReading, parser: LineParser) -> Iterator[Event]:
    """Parse lines, join continuations to the record before them, and count every line into one place."""
    lines = _Lines(index, record, parser)
    for block in blocks:
        for line in block:
            done = lines.take(line)
            if done is not None:
                yield done
    if lines.pending is not None:
        yield lines.pending


class _Lines:
    """The line loop of one file: holds one record back until it is known what continues it."""

    def __init__(self, index: int, record: FileReading, parser: LineParser) -> None:
        self.pending: Event | None = None
        self._index = index
        self._record = record
        self._parse = parser.parse
        self._continuation = Continuation()

    def take(self, line: bytes) -> Event | None:
        """Count one line; return the record that it shows to be complete."""
        record = self._record
        record.lines += 1
        if len(line) >= MAX_LINE_BYTES:
            self._bad("longer than 4 MiB")
            return None
        event = self._parse(line)
        if event is not None:
            return self._begin(event)
        if not line.strip():
            record.blank += 1
            return None
        if self._continuation.begins(line):
            return self._traceback(line)
        if self.pending is not None and self._continuation.takes(line):
            self._continue(self.pending, line)
        else:
            self._bad(_why(line))
        return None

    def _begin(self, event: Event) -> Event | None:
        record = self._record
        record.events += 1
        record.formats[event.format] += 1
        record.salvaged += event.salvaged
        event.file, event.line = self._index, record.lines
        time_us = event.time_us
        if time_us is not None:
            if record.newest_us is None or time_us > record.newest_us:
                record.newest_us = time_us
            if record.oldest_us is None or time_us < record.oldest_us:
                record.oldest_us = time_us
        self._continuation.record()
        done, self.pending = self.pending, event
        return done

    def _traceback(self, line: bytes) -> Event | None:
        """A traceback belongs to the error it stands under; without one it is a record of its own."""
        if self.pending is not None and (self.pending.level in _ERRORS or "traceback" in self.pending.fields):
            self._continue(self.pending, line)
            return None
        event = Event("exception", level="error")
        event.format = "traceback"
        done = self._begin(event)
        self._continuation.begins(line)
        event.fields["traceback"] = line.decode("utf-8", "replace")
        return done

    def _continue(self, event: Event, line: bytes) -> None:
        self._record.continuations += 1
        fields = event.fields
        text = line.decode("utf-8", "replace").rstrip("\r")
        before = fields.get("traceback")
        if not isinstance(before, str):
            fields["traceback"] = text
        elif len(before) < _MAX_TRACEBACK:
            fields["traceback"] = f"{before}\n{text}"

    def _bad(self, reason: str) -> None:
        self._record.bad += 1
        self._record.bad_reasons[reason] += 1


_ERRORS = frozenset({"error", "critical", "warning"})
_MAX_TRACEBACK = 64_000  # characters kept; a longer one is counted line by line all the same


def _why(line: bytes) -> str:
    return "broken JSON" if line.lstrip()[:1] in b"{[" else "not a known format"


def _conclude(record: FileReading, notes: LineNotes) -> None:
    """Settle the state of a file that has been read."""
    if notes.nul_bytes:
        record.damage.append(Damage("nul_hole", 0, f"{notes.nul_bytes} NUL bytes were taken out"))
    if notes.encoding:
        record.note = f"recoded from {notes.encoding}"
    if any(damage.kind == "unreadable" for damage in record.damage):
        record.state = "unreadable"
    elif record.damage:
        record.state = "damaged"
    elif not record.lines:
        record.state = "empty"
