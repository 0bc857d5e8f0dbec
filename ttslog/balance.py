"""The balance of a reading: what became of every physical line of every file, and what was wrong with the file.

    lines = events + continuations + blank + duplicates + bad + passed_over        for each file, and so in total

`events` counts the lines that gave a record; a line of an OTLP file may hold several. `passed_over` counts the lines
that cannot concern the question and were not parsed: those far from a request (`ttslog.finding`), and those that stand
in a file before its window (`ttslog.older`).
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

import msgspec

from ttslog.extent import Extent
from ttslog.sources.damage import Damage

State = Literal["ok", "damaged", "duplicate", "skipped", "outside", "unreadable", "empty"]


class FileReading(msgspec.Struct):
    """What became of one file: its state, its balance in physical lines, and what was wrong with it."""

    path: str
    state: State = "ok"
    formats: Counter[str] = msgspec.field(default_factory=Counter)
    lines: int = 0
    events: int = 0
    continuations: int = 0
    blank: int = 0
    duplicates: int = 0
    bad: int = 0
    passed_over: int = 0
    bad_reasons: Counter[str] = msgspec.field(default_factory=Counter)
    anomalies: Counter[str] = msgspec.field(default_factory=Counter)
    damage: list[Damage] = msgspec.field(default_factory=list)
    note: str | None = None
    extent: Extent = msgspec.field(default_factory=Extent)
    unmatched: list[tuple[int, str]] = msgspec.field(
        default_factory=list
    )  # the first lines nobody knew, with their numbers

    def refuse(self, reason: str, line: bytes) -> None:
        """Count the line just taken as bad."""
        self.bad += 1
        self.bad_reasons[reason] += 1
        if len(self.unmatched) < _KEPT_UNMATCHED:
            self.unmatched.append((self.lines, line[:_KEPT_BYTES].decode("utf-8", "replace")))

    def add_part(self, part: FileReading, lines: int) -> None:
        """Add what became of lines that were passed over until now, and were read after all."""
        self.passed_over -= lines
        for name in _COUNTS_OF_LINES:
            setattr(self, name, getattr(self, name) + getattr(part, name))
        self.formats += part.formats
        self.bad_reasons += part.bad_reasons
        self.anomalies += part.anomalies
        self.extent.merge(part.extent)
        self.unmatched.extend(part.unmatched[: _KEPT_UNMATCHED - len(self.unmatched)])

    @property
    def format(self) -> str | None:
        """The parser that read most of its events, of several the first by name."""
        return min(self.formats, key=lambda name: (-self.formats[name], name), default=None)

    @property
    def salvaged(self) -> int:
        """Number of records cut out of torn lines."""
        return self.anomalies["salvaged"]

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
            "anomalies": dict(self.anomalies),
            "damage": [
                {"kind": damage.kind, "offset": damage.offset, "detail": damage.detail} for damage in self.damage
            ],
            "verified": self.verified,
            "note": self.note,
        }


_KEPT_UNMATCHED = 10
_KEPT_BYTES = 300
_COUNTS_OF_LINES = ("events", "continuations", "blank", "duplicates", "bad")
_COUNTS = ("lines", *_COUNTS_OF_LINES, "passed_over")


class Reading(msgspec.Struct):
    """The balance of a whole scan."""

    files: list[FileReading] = msgspec.field(default_factory=list)
    gaps: list[str] = msgspec.field(default_factory=list)

    def total(self, count: str) -> int:
        """Return the sum of one count (`lines`, `events`, ...) over all files."""
        return sum(getattr(file, count) for file in self.files)

    @property
    def extent(self) -> Extent:
        """The time that all files cover together."""
        whole = Extent()
        for file in sorted(self.files, key=lambda file: not file.extent.is_sure):
            whole.merge(file.extent)
        return whole

    @property
    def newest_us(self) -> int | None:
        """The newest time of any event, UTC microseconds."""
        return self.extent.newest_us

    @property
    def oldest_us(self) -> int | None:
        """The oldest time of any event, UTC microseconds."""
        return self.extent.oldest_us

    @property
    def is_clean(self) -> bool:
        """True when no file was damaged or unreadable and no line bad."""
        return not self.total("bad") and all(
            file.state in ("ok", "duplicate", "outside", "empty") for file in self.files
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the `reading` object of the JSON contract."""
        return {
            "files": [file.to_dict() for file in self.files],
            **{name: self.total(name) for name in _COUNTS},
            "missing_rotations": self.gaps,
        }
