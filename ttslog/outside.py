"""Which rotated files lie outside a window: told from the times at which the files of their log begin.

Of the others what lies before it need not be read either (`ttslog.older`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from itertools import groupby, pairwise

import msgspec

from ttslog.edges import first_us
from ttslog.parsers import Format
from ttslog.sources import LogFile, rotation_key
from ttslog.windows import Span

# A request of the window may have begun before it: no synthesis takes longer than ten minutes (`ttslog.joins`), and
# several processes that write one file are out of order by less than the rest.
_MARGIN_US = 15 * 60_000_000
_NEAR_US = 3 * 60 * 60_000_000
_LATEST_US = 7_258_118_400_000_000  # the end of 2199: zones have no rules beyond
_REPEATED_HOUR_US = 60 * 60_000_000  # of local time, when summer time ends: which one is meant nobody knows here


def mark_outside(
    files: Sequence[LogFile], span: Span, zone: tzinfo, formats: Mapping[str, Format] | None
) -> list[LogFile]:
    """Return the files, with what of them need not be read.

    `outside` marks those that hold nothing of the window, `since_us` the others: what stands before it is not wanted.
    The newest file of each log is always read, for it tells where the log ends. A log whose files do not begin one
    after the other is read in full, and so is one whose files do not tell when they begin.

    Args:
        files: as `list_files` gave them.
        span: the window.
        zone: of times that are written without one.
        formats: the user's own.
    """
    if span == Span() or any(file.is_stream for file in files):
        return list(files)
    wide = Span(
        None if span.since_us is None else span.since_us - _margin_us(span.since_us, zone),
        None if span.until_us is None else span.until_us + _margin_us(span.until_us, zone),
    )
    marked: dict[int, str] = {}
    since: dict[int, int | None] = {}
    numbered = [number for number, file in enumerate(files) if file.size and file.is_read]
    for _, group in groupby(numbered, lambda number: rotation_key(files[number].path).log):
        log = list(group)
        begins = [first_us(files[number], zone, formats) for number in log] if len(log) > 1 else []
        if _rises(begins):
            marked |= _outside(log, begins, wide)
            since |= dict.fromkeys(log, wide.since_us)
    return [
        msgspec.structs.replace(file, outside=marked.get(number), since_us=since.get(number))
        for number, file in enumerate(files)
    ]


def _margin_us(edge_us: int, zone: tzinfo) -> int:
    near = (min(max(edge_us + apart_us, 0), _LATEST_US) for apart_us in (-_NEAR_US, 0, _NEAR_US))
    offsets = {datetime.fromtimestamp(us / 1_000_000, zone).utcoffset() for us in near}
    return _MARGIN_US if len(offsets) == 1 else _MARGIN_US + _REPEATED_HOUR_US


def _outside(log: Sequence[int], begins: Sequence[int | None], span: Span) -> dict[int, str]:
    """Return which files of one log hold nothing of a window, and on which side of it they lie.

    Args:
        log: their numbers, in order.
        begins: when each begins; of a single one that is not asked.
        span: the window.
    """
    marked: dict[int, str] = {}
    for number, (begin, following) in zip(log, pairwise(begins), strict=False):
        if span.since_us is not None and following is not None and following < span.since_us:
            marked[number] = "older than the window"
        elif span.until_us is not None and begin is not None and begin > span.until_us:
            marked[number] = "newer than the window"
    return marked


def _rises(times: Sequence[int | None]) -> bool:
    known = [time_us for time_us in times if time_us is not None]
    return len(known) == len(times) and all(before <= after for before, after in pairwise(known))
