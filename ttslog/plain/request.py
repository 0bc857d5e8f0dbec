"""A plain request: its lines as they come, and what is kept of them once it has ended."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter, itemgetter
from typing import Any, Protocol

from ttslog.plain.blocks import Block
from ttslog.plain.shapes import Record, same_record

_said = attrgetter("timestamp", "event", "model_stage", "duration_ms")


class PlainRequest:
    """One request of which every line so far was plain.

    Attributes:
        file: index of the file that its lines stand in.
        blocks: for each line the block it was read in, for the case that a line will follow that needs judgement.
        numbers: of the lines in the file.
        records: of the lines, in the order of time, until the request has ended.
        start: the time stamp of its first line.
        end_us: UTC microseconds, once it has ended.
        duration_ms: as its end says.
        told: what the taker keeps of it, once it has ended.
        ended_at: lines read until then, in all files.
    """

    __slots__ = (
        "blocks",
        "duration_ms",
        "end_us",
        "ended_at",
        "file",
        "numbers",
        "records",
        "request_id",
        "start",
        "told",
    )

    def __init__(self, file: int, block: Block, number: int, start: Record) -> None:
        self.request_id = start.request_id
        self.file = file
        self.blocks = [block]
        self.numbers = [number]
        self.records = [start]
        self.start = start.timestamp
        self.end_us = 0
        self.duration_ms: float | None = None
        self.told: Any = None
        self.ended_at = 0

    def add(self, block: Block, number: int, record: Record) -> None:
        """Take one more line."""
        self.blocks.append(block)
        self.numbers.append(number)
        self.records.append(record)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines as they were read."""
        for block, group in groupby(zip(self.blocks, self.numbers, strict=True), key=itemgetter(0)):
            lines = block.lines()
            for _, number in group:
                yield lines[number - block.first]

    def may_go_on(self, line: bytes, record: Record) -> bool:
        """Return whether a line that is not newer than the last is none of those read over again."""
        if record.timestamp != self.records[-1].timestamp:
            return False
        said = _said(record)
        alike = any(_said(other) == said for other in self.records)
        return not (alike and any(same_record(line, other) for other in self.lines()))

    @property
    def has_ended(self) -> bool:
        """True once the line was read that says so."""
        return self.ended_at > 0


class Taker(Protocol):
    """Who makes something of plain requests."""

    def tell(self, records: Sequence[Record], facts: tuple[str, ...], /) -> object:
        """Return what is to be kept of a request whose end was just read.

        Args:
            records: start, what lies between, end, in the order of time; every stage, and the end, with its duration.
            facts: that were met so far, of those that rows are made of; further ones may come to the end.
        """
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
