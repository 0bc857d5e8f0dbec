"""Beside: an access log beside a service's own, whose lines are joined across both (`ttslog.joins.across`).

That needs all lines in one reading: pieces, each of one file, would be made for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import chain, islice

from ttslog.joins.blocks import ACCESS
from ttslog.parsers import Clock, LineParser
from ttslog.sources import LineNotes, LogFile, read_lines, rotation_key

_LINES_LOOKED_AT = 20


def is_beside_others(files: Sequence[LogFile], zone: tzinfo) -> bool:
    """Return whether one of several logs begins as an access log; what begins otherwise is found out by reading it."""
    logs = {rotation_key(file.path).log: file for file in files if file.is_read}
    return len(logs) > 1 and any(_begins_with_access(file, zone) for file in logs.values())


def _begins_with_access(file: LogFile, zone: tzinfo) -> bool:
    parser = LineParser(Clock(zone))
    events = (parser.parse(line) for line in islice(_lines(file), _LINES_LOOKED_AT))
    return any(event is not None and event.name == ACCESS for event in events)


def _lines(file: LogFile) -> Iterator[bytes]:
    return chain.from_iterable(read_lines(file, [], LineNotes()))
