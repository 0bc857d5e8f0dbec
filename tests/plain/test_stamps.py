"""Time stamps: requests are plain in every form that services write, and only where these sort as their times do."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from tests.faults.writing import request
from ttslog.balance import FileReading
from ttslog.parsers import Clock, LineParser
from ttslog.plain import PlainCounts, PlainLines
from ttslog.plain.stamps import times_around

BERLIN = ZoneInfo("Europe/Berlin")
START, STAGE, END = request(0, "r1").splitlines()
STAMPS = b"2026-11-20T12:00:00.000000Z", b"2026-11-20T12:00:00.400000Z", b"2026-11-20T12:00:00.500000Z"
TAKEN = {
    "microseconds": STAMPS,
    "milliseconds": (b"2026-11-20T12:00:00.000Z", b"2026-11-20T12:00:00.400Z", b"2026-11-20T12:00:00.500Z"),
    "seconds": (b"2026-11-20T12:00:00Z",) * 3,
    "an offset": (b"2026-11-20T20:00:00.0+08:00", b"2026-11-20T20:00:00.4+08:00", b"2026-11-20T20:00:00.5+08:00"),
    "an offset without a colon": (b"2026-11-20T20:00:00+0800",) * 3,
    "seconds since 1970": (b"1795176000.0", b"1795176000.4", b"1795176000.5"),
    "milliseconds since 1970": (b"1795176000000", b"1795176000400", b"1795176000500"),
    "local": (b"2026-11-20 12:00:00,000", b"2026-11-20 12:00:00,400", b"2026-11-20 12:00:00,500"),
}
JUDGED = {
    "another length": (*STAMPS[:2], b"2026-11-20T12:00:01Z"),
    "another offset": (b"2026-11-20T20:00:00+08:00", b"2026-11-20T20:00:00+08:00", b"2026-11-20T21:00:01+09:00"),
    "an offset on some": (b"2026-11-20T20:00:00+08:00", b"2026-11-20T20:00:00.12345", b"2026-11-20T20:00:01+08:00"),
    "a blank in place of the T": (b"2026-11-20 12:00:00.0", b"2026-11-20T12:00:00.4", b"2026-11-20T12:00:00.5"),
    "an hour that comes twice": (b"2026-10-25 02:10:00", b"2026-10-25 02:10:00", b"2026-10-25 02:10:01"),
    "an hour that never came": (b"2026-03-29 02:10:00", b"2026-03-29 02:10:00", b"2026-03-29 02:10:01"),
    "another unit": (b"1795176000.0", b"1795176000400", b"1795176000500"),
    "numbers and texts": (b"1795176000", b"2026-11-20T12:00:00.400000Z", b"2026-11-20T12:00:00.500000Z"),
    "nanoseconds": (b"1795176000000000000", b"1795176000400000000", b"1795176000500000000"),
    "no time": (b"2026-11-20T12:00:00.000000Z", b"2026-11-20T12:00:00.400000Z", b"2026-11-20T99:00:00.500000Z"),
}


def read(log: list[bytes]) -> tuple[int, int]:
    """Return how many requests of a log in Berlin are plain, and how many events the rest of it is."""
    ends: list[int] = []
    clock = Clock(BERLIN)
    lines = PlainLines(PlainCounts(ends.append), lambda *_: None, print)
    events = list(lines.read(0, FileReading("app.log"), LineParser(clock), clock, [log]))
    lines.finish()
    return len(ends), len(events)


def at(times: tuple[bytes, ...], lines: tuple[bytes, ...] = (START, STAGE, END)) -> list[bytes]:
    """Return lines with other times."""
    return [_with(line, old, new) for line, old, new in zip(lines, STAMPS, times, strict=True)]


def _with(line: bytes, old: bytes, new: bytes) -> bytes:
    is_number = new.replace(b".", b"").isdigit()
    return line.replace(b'"' + old + b'"', new if is_number else b'"' + new + b'"')


@pytest.mark.parametrize("times", TAKEN.values(), ids=TAKEN)
def test_a_request_is_plain_whose_times_have_one_form(times):
    assert read(at(times)) == (1, 0)


@pytest.mark.parametrize("times", JUDGED.values(), ids=JUDGED)
def test_it_is_judged_where_times_as_texts_may_not_sort_as_they_are(times):
    assert read(at(times)) == (0, 3)


def test_a_time_that_stands_alone_is_told_once():
    assert times_around([1_000_000_000.0], Clock()) == [1_000_000_000_000_000]
    assert times_around(["2026-11-20T12:00:00.5Z"], Clock()) == [1_795_176_000_500_000]


def test_lines_of_one_second_are_plain_and_a_line_that_was_read_before_is_not():
    start, stage, end = at(TAKEN["seconds"])
    another_stage = stage.replace(b"acoustic", b"vocoder")
    assert read([start, stage, another_stage, end]) == (1, 0)
    assert read([start, stage, another_stage, stage, end]) == (0, 5)
