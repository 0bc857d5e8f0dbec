"""Faults of bytes and lines: a line is kept, or counted as bad; its neighbours are never touched."""

from __future__ import annotations

import json

import pytest

from tests.faults.writing import end, request, requests, start
from ttslog.sources import MAX_LINE_BYTES

BEFORE, BEHIND = request(0, "before"), request(60, "behind")
NEIGHBOURS = {"before": "success", "behind": "success"}
MIDDLE = request(30, "middle")
ALL = {**NEIGHBOURS, "middle": "success"}
LONG_A, LONG_B = (start(30, name, note=name * 9_000) for name in "ab")
LONGEST_NOTE = MAX_LINE_BYTES - len(start(30, "big", note=""))

# What lies between two requests; the requests read, the bad lines, what is odd about the lines that were read.
CASES: dict[str, tuple[bytes, dict[str, str], int, dict[str, int]]] = {
    "CR LF": (MIDDLE.replace(b"\n", b"\r\n"), ALL, 0, {}),
    "a byte-order mark in the middle": (b"\xef\xbb\xbf" + MIDDLE, ALL, 0, {}),
    "half a line glued to a whole one": (b'{"timestamp": "2026-11-20T12' + MIDDLE, ALL, 0, {"salvaged": 1}),
    "a whole line glued to half of one": (MIDDLE.rstrip() + b'{"timestamp": "20\n', ALL, 0, {"salvaged": 1}),
    "a word glued to a whole line": (MIDDLE.rstrip() + b"Killed\n", ALL, 0, {"salvaged": 1}),
    "three lines without a line feed": (MIDDLE.replace(b"}\n", b"}") + b"\n", ALL, 0, {}),
    "a torn line": (MIDDLE[:-30] + b"\n", {**NEIGHBOURS, "middle": "incomplete"}, 1, {}),
    "torn into each other": (
        LONG_A[:4_096] + LONG_B[:8_192] + LONG_A[4_096:] + LONG_B[8_192:],
        {**NEIGHBOURS, "b": "incomplete"},
        1,
        {"salvaged": 1},
    ),
    "Latin-1": (
        start(30, "middle", voice="caf~").replace(b"~", b"\xe9"),
        {**NEIGHBOURS, "middle": "incomplete"},
        0,
        {"repaired": 1},
    ),
    "a character cut in two": (
        start(30, "middle", voice="caf~").replace(b"~", "日".encode()[:2]),
        {**NEIGHBOURS, "middle": "incomplete"},
        0,
        {"repaired": 1},
    ),
    "an over-long encoding": (
        start(30, "middle", voice="~").replace(b"~", b"\xc0\xaf"),
        {**NEIGHBOURS, "middle": "incomplete"},
        0,
        {"repaired": 1},
    ),
    "GBK": (
        start(30, "middle", voice="~").replace(b"~", "晓晓".encode("gbk")),
        {**NEIGHBOURS, "middle": "incomplete"},
        0,
        {"repaired": 1},
    ),
    "an escaped NUL": (start(30, "middle", voice="a\0b") + end(31, "middle"), ALL, 0, {}),
    "separators inside strings": (request(30, "middle", voice="a\u2028b\u2029c\u0085d\x0be\x0cf"), ALL, 0, {}),
    "blank lines": (b"\n  \n\t\n" + MIDDLE + b"\n", ALL, 0, {}),
    "four megabytes of junk": (b"x" * (4 << 20) + b"\n" + MIDDLE, ALL, 1, {}),
    "a valid line of five megabytes": (start(30, "huge", note="n" * (5 << 20)) + MIDDLE, ALL, 1, {}),
    "a line just below the limit": (
        start(30, "big", note="n" * LONGEST_NOTE) + MIDDLE,
        {**ALL, "big": "incomplete"},
        0,
        {},
    ),
    "a line of just the limit": (start(30, "big", note="n" * (LONGEST_NOTE + 1)) + MIDDLE, ALL, 1, {}),
    "bytes of any kind": (bytes(range(1, 10)) + bytes(range(11, 256)) + b"\n" + MIDDLE, ALL, 1, {}),
}


@pytest.mark.parametrize(("middle", "statuses", "bad", "odd"), CASES.values(), ids=CASES)
def test_a_line_is_kept_or_counted_and_its_neighbours_stay(reads, middle, statuses, bad, odd):
    found = reads(BEFORE + middle + BEHIND)

    assert found.statuses == statuses
    assert found.total("bad") == bad
    assert found.files["app.log"]["anomalies"] == odd
    assert found.files["app.log"]["state"] == "ok"


def test_a_last_line_without_a_line_feed_is_an_event(reads):
    found = reads(MIDDLE.rstrip())

    assert found.statuses == {"middle": "success"}
    assert found.total("bad") == 0


def test_a_torn_last_line_is_bad_and_its_request_has_no_end(reads):
    found = reads(MIDDLE[:-20])

    assert found.statuses == {"middle": "incomplete"}
    assert found.total("bad") == 1


def test_no_carriage_return_stays_in_a_value(reads):
    found = reads(MIDDLE.replace(b"\n", b"\r\n"))

    assert not any("\r" in str(event.fields) for event in found.events)


def test_what_was_cut_out_of_torn_lines_is_not_verified(reads):
    found = reads(BEFORE + LONG_A[:4_096] + LONG_B)

    assert found.one("before").verified
    assert not found.one("b").verified


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_file_in_utf_16_is_recoded_and_named(reads, encoding):
    found = reads(("\ufeff" + requests(3).decode()).encode(encoding))

    assert len(found.statuses) == 3
    assert found.files["app.log"]["note"] == f"recoded from {encoding}"
    assert found.total("bad") == 0


def test_a_file_in_utf_16_without_a_mark_is_read_where_it_is_ascii(reads):
    found = reads(requests(3).decode().encode("utf-16-le"))

    assert len(found.statuses) == 3
    assert found.damage == {"app.log": {"nul_hole"}}


def test_a_raw_nul_in_a_line_is_named_and_shifts_nothing(reads):
    found = reads(BEFORE + MIDDLE.replace(b"acoustic", b"acou\0stic") + BEHIND)

    assert found.statuses == ALL
    assert found.one("middle").last_stage == "acoustic"
    assert found.files["app.log"]["damage"][0]["kind"] == "nul_hole"
    assert found.files["app.log"]["damage"][0]["offset"] == (BEFORE + MIDDLE).index(b"acoustic", len(BEFORE)) + 4


FOREIGN = (
    b"Traceback (most recent call last):",
    b'  File "app.py", line 3, in speak',
    b"ValueError: no voice",
    b"\rt2s:  40%|####      | 10/25 [00:01<00:02, 7.30it/s]\r",
    b"\x1b[32mINFO\x1b[0m started",
    b"Killed",
    b"",
    b"Segmentation fault (core dumped)",
)


def test_foreign_lines_are_all_accounted_for_and_make_no_request(reads):
    found = reads(BEFORE + b"\n".join(FOREIGN) + b"\n" + BEHIND)

    assert found.statuses == NEIGHBOURS
    assert found.total("lines") == len(FOREIGN) + 6
    assert not any(b"\x1b" in json.dumps(event.fields).encode() for event in found.events)
