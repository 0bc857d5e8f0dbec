"""A plain request: its lines as they come, and what is kept of them once it has ended."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from ttslog.plain.shapes import Record, same_record


@dataclass(slots=True)
class PlainRequest:
    """One request of which every line so far was plain.

    Attributes:
        file: index of the file that its lines stand in.
        lines: as they were read, for the case that one will follow that needs judgement.
        numbers: of the lines in the file.
        records: of the lines, in the order of time, until the request has ended.
        start_us, end_us: UTC microseconds, once it has ended.
        told: what the taker keeps of it, once it has ended.
        ended_at: lines read until then, in all files.
    """

    request_id: str
    file: int
    lines: list[bytes] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    start_us: int = 0
    end_us: int = 0
    told: Any = None
    ended_at: int = 0

    def add(self, line: bytes, number: int, record: Record) -> None:
        """Take one more line."""
        self.lines.append(line)
        self.numbers.append(number)
        self.records.append(record)

    def drop_last(self) -> None:
        """Forget the line taken last."""
        self.lines.pop()
        self.numbers.pop()
        self.records.pop()

    def may_go_on(self, line: bytes, record: Record) -> bool:
        """Return whether a line is not older than those before it, nor one of them over again."""
        newest, stamp = self.records[-1].timestamp, record.timestamp
        if stamp != newest:
            return stamp > newest
        return not any(same_record(line, other) for other in self.lines)

    @property
    def has_ended(self) -> bool:
        """True once the line was read that says so."""
        return self.ended_at > 0


class Taker(Protocol):
    """Who makes something of plain requests."""

    def tell(self, request: PlainRequest) -> object | None:
        """Return what is to be kept of a request whose end was just read; None where it needs judgement."""
        ...

    def add(self, request: PlainRequest) -> None:
        """Take one request: no line of it will follow."""
        ...

    def build(self) -> None:
        """Make what is to be made of those taken: no more will come."""
        ...

    def processes(self) -> dict[str, Any]:
        """Return what the requests tell of the processes, as `Processes.merge` takes it."""
        ...
