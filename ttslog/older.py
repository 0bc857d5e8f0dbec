"""Older: what stands in a file before a window, passed over a block of lines at a time, and counted as that.

Blocks of a file are looked at as the files of a log are (`ttslog.outside`): one is older than the window if the next
begins before it, as long as they begin one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo
from itertools import chain

from ttslog.balance import FileReading
from ttslog.beginnings import from_a_record
from ttslog.edges import first_time_us
from ttslog.parsers import Clock, Format, LineParser

_LINES_TO_A_RECORD = 1_000  # of a traceback, say, whose first lines were passed over


def pass_over_older(
    blocks: Iterable[Sequence[bytes]],
    since_us: int,
    balance: FileReading,
    zone: tzinfo,
    formats: Mapping[str, Format] | None = None,
) -> Iterator[Sequence[bytes]]:
    """Yield the lines of a file, but for the blocks at its beginning that are older than a time, UTC microseconds.

    Args:
        blocks: the lines; the last block is never older, for it tells where the file ends.
        since_us: the time.
        balance: counts the lines that are passed over.
        zone: of times that are written without one.
        formats: the user's own.
    """
    rest = iter(blocks)
    held = next(rest, ())
    begins_us = first_time_us(held, zone, formats)
    passed_over = 0
    for block in rest:
        before_us, begins_us = begins_us, first_time_us(block, zone, formats)
        if before_us is None or begins_us is None or not before_us <= begins_us < since_us:
            rest = chain([block], rest)
            break
        passed_over += len(held)
        held = block
    lines: Iterator[Sequence[bytes]] = chain([held], rest)
    if passed_over:
        before, lines = from_a_record(lines, LineParser(Clock(zone), formats), _LINES_TO_A_RECORD)
        passed_over += before
    balance.lines += passed_over
    balance.passed_over += passed_over
    yield from lines
