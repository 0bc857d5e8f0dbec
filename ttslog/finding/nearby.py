"""Nearby: the lines of several logs that were written near a time, told from how blocks of them begin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import tzinfo

from ttslog.edges import first_time_us
from ttslog.finding.hits import Hits
from ttslog.finding.surroundings import LogLines, Stretch, lines_of_logs
from ttslog.outside import mark_outside
from ttslog.parsers import Format
from ttslog.sources import LineNotes, LogFile, read_lines
from ttslog.windows import Span

# Processes that write one file are out of order by less than that. What is further back is another clock's time.
_SLACK_US = 5_000_000


def lines_near(
    files: Sequence[LogFile],
    hits: Sequence[Hits],
    logs: Sequence[str],
    span: Span,
    zone: tzinfo,
    formats: Mapping[str, Format] | None,
) -> dict[str, Stretch] | None:
    """Return the lines of each log that were written in a span, and some around; None where a log does not tell.

    Args:
        files: as listed.
        hits: of each file, after a search: how many lines it has.
        logs: the log of each file (`RotationKey.log`).
        span: a time, open at neither end.
        zone: of times that are written without one.
        formats: the user's own.
    """
    marked = mark_outside(files, span, zone, formats)
    near: dict[str, Stretch] = {}
    for name, log in lines_of_logs(hits, logs).items():
        inside = [number for number, lines in log.lines.items() if lines and marked[number].outside is None]
        stretch = _near(_blocks(inside, log, files, zone, formats), span)
        if stretch is None:
            return None
        if stretch.first <= stretch.last:
            near[name] = stretch
    return near


def _blocks(
    numbers: Sequence[int],
    log: LogLines,
    files: Sequence[LogFile],
    zone: tzinfo,
    formats: Mapping[str, Format] | None,
) -> Iterator[tuple[Stretch, int | None]]:
    """Yield the blocks of lines of some files of a log, and when each begins, UTC microseconds."""
    for number in numbers:
        first = log.number(number, 1)
        for block in read_lines(files[number], [], LineNotes()):
            if block:
                yield Stretch(first, first + len(block) - 1), first_time_us(block, zone, formats)
            first += len(block)


def _near(blocks: Iterator[tuple[Stretch, int | None]], span: Span) -> Stretch | None:
    """Return the stretch from the last block that begins before a span to the last that begins in it.

    None where the blocks do not begin one after the other. What tells no time is taken with what stands before it.
    """
    near = Stretch(1, 0)
    newest_us: int | None = None
    is_behind = False
    for block, begins_us in blocks:
        if begins_us is not None:
            if newest_us is not None and begins_us < newest_us - _SLACK_US:
                return None
            newest_us = begins_us if newest_us is None else max(begins_us, newest_us)
            is_behind = is_behind or (span.until_us is not None and begins_us >= span.until_us)
        if is_behind:
            continue
        is_before = begins_us is not None and span.since_us is not None and begins_us < span.since_us
        near = Stretch(block.first if is_before or near.last < near.first else near.first, block.last)
    return near
