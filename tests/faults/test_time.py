"""Faults of time: disorder, zones, steps of the clock, and times that no log line was written at."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.faults.writing import NOON, end, line, request, requests, stage, stamp, start
from ttslog import api
from ttslog.commands._show import to_json
from ttslog.errors import NothingInWindow
from ttslog.reading import newest_us

BERLIN = ZoneInfo("Europe/Berlin")
NOON_US = round(NOON.timestamp()) * 1_000_000


def at(timestamp: object, event: str, **fields: object) -> bytes:
    """Return a line of request `a` with a time of its own."""
    return json.dumps({"timestamp": timestamp, "event": event, "request_id": "a", **fields}).encode() + b"\n"


def life(begun: object, ended: object, **fields: object) -> bytes:
    return at(begun, "synthesis_start") + at(ended, "synthesis_complete", status="success", **fields)


def test_lines_out_of_order_by_two_seconds_tell_the_same(reads):
    lines = requests(40).splitlines(keepends=True)
    shuffled = [text for pair in zip(lines[6:], lines, strict=False) for text in pair][: len(lines)]
    missing = [text for text in lines if text not in shuffled]

    found = reads(b"".join(dict.fromkeys([*shuffled, *missing])))

    assert set(found.statuses.values()) == {"success"}
    assert {one.duration_ms for one in found.requests} == {500.0}
    assert all(one.start_us < one.end_us for one in found.requests)


def test_an_end_read_before_its_start_is_one_request(reads):
    found = reads(end(1, "a") + stage(0.4, "a") + start(0, "a"))

    assert found.statuses == {"a": "success"}
    assert found.one("a").start_us == NOON_US


def test_a_clock_set_back_in_mid_request_does_not_change_the_logged_duration(reads):
    one = reads(start(10, "a") + end(5, "a", duration_ms=700.0)).one("a")

    assert one.duration_ms == 700.0


def test_a_clock_set_back_leaves_the_duration_unknown_where_none_was_logged(reads):
    one = reads(start(10, "a") + end(5, "a", duration_ms=None)).one("a")

    assert one.duration_ms is None
    assert "clock was set back" in (one.conflict or "")


def test_naive_times_go_on_when_summer_time_ends(reads):
    found = reads(life("2026-10-25 02:59:59.900", "2026-10-25 02:00:00.400"), zone=BERLIN)

    assert found.one("a").duration_ms == 500.0
    assert found.events[1].time_us == round(datetime(2026, 10, 25, 1, 0, 0, 400_000, UTC).timestamp() * 1e6)


def test_naive_times_out_of_order_do_not_make_the_hour_come_again(reads):
    found = reads(life("2026-10-25 02:30:02.000", "2026-10-25 02:30:00.000", duration_ms=5.0), zone=BERLIN)

    assert found.events[0].time_us - found.events[1].time_us == 2_000_000


def test_naive_times_of_the_hour_that_does_not_exist_are_read(reads):
    assert reads(life("2026-03-29 02:30:00", "2026-03-29 03:30:00"), zone=BERLIN).total("events") == 2


SAME = (
    "2026-11-20T12:00:00Z",
    "2026-11-20T20:00:00+08:00",
    "2026-11-20T07:00:00-05:00",
    "2026-11-20T20:00:00+0800",
    "2026-11-20 12:00:00,000",
    "2026/11/20 12:00:00.000000",
    "2026-11-20T12:00:00.000000000Z",
    NOON_US // 1_000_000,
    NOON_US // 1_000,
    NOON_US,
    NOON_US * 1_000,
    NOON_US / 1_000_000,
    str(NOON_US // 1_000_000),
)


@pytest.mark.parametrize("written", SAME, ids=str)
def test_one_moment_is_read_from_all_its_spellings(reads, written):
    (event,) = reads(at(written, "tick")).events

    assert event.time_us == NOON_US


NO_TIME = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+08:00",
    "9999-12-31T23:59:59.999999-12:00",
    "2026-13-20T12:00:00Z",
    "2026-02-30T12:00:00Z",
    "2026-11-20T24:00:00Z",
    "2026-11-20T12:61:00Z",
    "2026-11-20T12:00:00+99:99",
    "１２",
    "yesterday",
    "",
    None,
    True,
    -1,
    0,
    5,
    1e300,
    10**40,
    [],
)


@pytest.mark.parametrize("written", NO_TIME, ids=str)
def test_what_is_no_time_stays_unknown(reads, tmp_path, written):
    found = reads(life(written, written, duration_ms=3.0) + request(5, "b"))

    assert {event.time_us for event in found.events if event.request_id == "a"} == {None}
    assert found.statuses == {"a": "success", "b": "success"}
    assert found.one("a").duration_ms == 3.0
    assert api.requests(str(tmp_path)).height == 2


def test_a_leap_second_is_the_next_second(reads):
    (event,) = reads(at("2016-12-31T23:59:60Z", "tick")).events

    assert event.time_us == round(datetime(2017, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000


OUTLIERS = {
    "first": lambda log: at("2099-01-01T00:00:00Z", "tick") + at("1970-01-01T00:00:07Z", "tick") + log,
    "last": lambda log: log + at("1970-01-01T00:00:07Z", "tick") + at("2099-01-01T00:00:00Z", "tick"),
    "between": lambda log: log[:400] + b"\n" + at("2099-01-01T00:00:00Z", "tick") + log,
}


@pytest.mark.parametrize("place", OUTLIERS.values(), ids=OUTLIERS)
def test_a_line_of_1970_or_2099_does_not_move_the_end_of_the_log(reads, tmp_path, place):
    found = reads(place(requests(20) + start(20, "open")))

    assert found.reading.newest_us == NOON_US + 20_000_000
    assert found.reading.oldest_us == NOON_US
    assert newest_us([str(tmp_path)]) == NOON_US + 20_000_000
    assert found.one("open").reason == "log_ended"
    assert api.requests(str(tmp_path), since="end-5s").height > 3


def test_a_log_that_paused_for_years_ends_where_it_ends(reads):
    later = line(3 * 366 * 86_400, "tick")

    assert reads(requests(3) + later + later).reading.newest_us == NOON_US + 3 * 366 * 86_400_000_000


def test_ten_thousand_equal_times_keep_their_order(reads):
    count = 5_000
    found = reads(b"".join(line(0, "tick", "a", number=number) for number in range(count)))

    assert [event.fields["number"] for event in found.one("a").events] == list(range(count))


def test_a_line_without_a_time_keeps_its_place(reads):
    middle = at(None, "stage_time", model_stage="vocoder", duration_ms=1.0)

    one = reads(start(0, "a") + stage(0.1, "a") + middle + end(1, "a")).one("a")

    assert [item.model_stage for item in one.stages] == ["acoustic", "vocoder"]
    assert stamp(0).startswith("2026-11-20T12:00:00")


FAR = ("27777777h", "end-27777777h", "0001-01-01T00:00+14:00", "9999-12-31T23:59:59-12:00", "9999999999999999999")


@pytest.mark.parametrize("moment", FAR)
def test_a_window_beyond_all_dates_is_cut_to_what_a_date_can_say(reads, tmp_path, moment):
    reads(requests(3))

    for window in ({"since": moment}, {"until": moment}):
        with suppress(NothingInWindow):
            json.loads(to_json(api.top_errors(str(tmp_path), **window).to_dict()))
