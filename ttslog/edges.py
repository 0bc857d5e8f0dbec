"""The edges of a file: when it begins and when it ends, told from a few lines without parsing all of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo

from ttslog.balance import FileReading
from ttslog.extent import Extent
from ttslog.parsers import Clock, Event, Format, LineParser
from ttslog.records import Records
from ttslog.sources import LineNotes, LogFile, read_text, split_lines

# Enough that a traceback at the edge does not hide all times, and that one broken clock is told from the others.
_EDGE_LINES = 500
_EDGE_BYTES = 1 << 19
_TIMES = 20


def first_us(file: LogFile, zone: tzinfo, formats: Mapping[str, Format] | None) -> int | None:
    """Return the oldest time of the first few records of a file; None where their lines tell none for sure."""
    return first_time_us(next(split_lines(read_text(file, [], LineNotes())), []), zone, formats)


def first_time_us(lines: Sequence[bytes], zone: tzinfo, formats: Mapping[str, Format] | None) -> int | None:
    """Return the oldest time of the first few records of some lines; None where these tell none for sure."""
    extent = Extent()
    events = _events([lines[:_EDGE_LINES]], zone, formats)
    times = (event.time_us for event in events if event.time_us is not None)
    for _, time_us in zip(range(_TIMES), times, strict=False):
        extent.see(time_us)
    return extent.oldest_us if extent.is_sure else None


def last_us(file: LogFile, zone: tzinfo, formats: Mapping[str, Format] | None) -> int | None:
    """Return the newest time of the last records of a file; None where their lines tell none for sure."""
    extent = Extent()
    for event in _events([_last_lines(read_text(file, [], LineNotes()))], zone, formats):
        if event.time_us is not None:
            extent.see(event.time_us)
    return extent.newest_us if extent.is_sure else None


def _events(blocks: Iterable[Sequence[bytes]], zone: tzinfo, formats: Mapping[str, Format] | None) -> Iterator[Event]:
    return Records(0, FileReading(""), LineParser(Clock(zone), formats)).read(blocks)


def _last_lines(text: Iterable[bytes]) -> list[bytes]:
    """Return the last lines; the first of them may be a part of one."""
    kept: deque[bytes] = deque()
    size = 0
    for chunk in text:
        kept.append(chunk or b"\n")
        size += len(chunk)
        while size - len(kept[0]) > _EDGE_BYTES:
            size -= len(kept.popleft())
    return b"".join(kept).removesuffix(b"\n").split(b"\n")[-_EDGE_LINES:]
