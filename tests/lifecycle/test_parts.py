"""What requests are judged by: ends, stages, audio; and what is remembered of them."""

from __future__ import annotations

import pytest

from tests.lifecycle.events import end, event, stage, start
from ttslog.extent import Extent
from ttslog.lifecycle import Request, assemble
from ttslog.lifecycle.audio import audio_verdicts
from ttslog.lifecycle.open_requests import MOST_EVENTS, OpenRequest, OpenRequests
from ttslog.lifecycle.settled import Settled

YEAR = 366 * 86_400_000_000

ENDS = {
    "done": ([start(), end(1, status="done")], "success"),
    "rejected": ([start(), end(1, status="rejected")], "failed"),
    "disconnected": ([start(), end(1, status="Disconnected ")], "aborted"),
    "nothing said": ([start(), end(1)], "success"),
    "399": ([start(), end(1, http_status=399)], "success"),
    "400": ([start(), end(1, http_status=400)], "failed"),
    "499": ([start(), end(1, http_status=499)], "aborted"),
    "aborted with a code": ([start(), end(1, status="aborted", error_code="X")], "aborted"),
    "no end, a failure": ([start(), event("synthesis_failed", 1)], "failed"),
    "no end, an exception": ([start(), event("exception", 1)], "failed"),
    "no start, a failure": ([event("synthesis_failed", 1)], "orphan"),
    "no end": ([start(), stage(1)], "incomplete"),
    "an end and what came before": ([stage(0, duration_ms=1), end(1)], "success"),
    "an end alone": ([end(1)], "orphan"),
    "the worst of several": ([start(), end(1), end(2, status="aborted"), end(3, status="failed")], "failed"),
}


@pytest.mark.parametrize(("events", "status"), ENDS.values(), ids=ENDS)
def test_a_request_ended_as_its_lines_prove(events, status):
    assert [request.status for request in assemble("a", events)] == [status]


@pytest.mark.parametrize("code", ["", "0", "none", "None", "null", "ok", "-", "nan", "n/a", "success"])
def test_what_loggers_write_for_no_code_is_no_failure(code):
    (request,) = assemble("a", [start(), end(1, error_code=code)])

    assert (request.status, request.error_code) == ("success", None)


STAGES = {
    "own times": ([stage(1, "x", duration_ms=10), stage(2, "y", duration_ms=5)], [("x", 10), ("y", 5)]),
    "a rising clock": ([stage(1, "x", cumulative_ms=10), stage(2, "y", cumulative_ms=25)], [("x", 10), ("y", 15)]),
    "a clock that falls": ([stage(1, "x", cumulative_ms=10), stage(2, "y", cumulative_ms=5)], [("x", 10), ("y", 5)]),
    "a clock that is too late": (
        [stage(1, "x", cumulative_ms=10), stage(2, "y", cumulative_ms=9_002)],
        [("x", 10), ("y", 9_002)],
    ),
    "a clock at the very end": ([stage(1, "x", cumulative_ms=9_001)], [("x", 9_001)]),
    "both": (
        [stage(1, "x", cumulative_ms=10), stage(2, "y", duration_ms=3), stage(3, "z", cumulative_ms=30)],
        [("x", 10), ("y", 3), ("z", 20)],
    ),
    "by any name": ([event("render", 1, model_stage="vocoder", duration_ms=4)], [("vocoder", 4)]),
    "no duration": ([stage(1, "x")], []),
    "a stage without a name": ([event("stage_time", 1, duration_ms=4)], []),
}


@pytest.mark.parametrize(("lines", "expected"), STAGES.values(), ids=STAGES)
def test_a_stage_has_its_own_time(lines, expected):
    (request,) = assemble("a", [start(0), *lines, end(9, duration_ms=9_000)])

    assert [(item.model_stage, item.duration_ms) for item in request.stages] == expected


def test_a_stage_of_a_clock_begins_where_the_one_before_ended():
    lines = [stage(1, "g2p", cumulative_ms=1_000), stage(3, "x", cumulative_ms=3_000, stage_family="render")]

    first, second = assemble("a", [start(0), *lines, end(9)])[0].stages

    assert second.start_us - first.start_us == 1_000_000
    assert (first.stage_family, second.stage_family) == ("frontend", "render")
    assert (first.cumulative_ms, second.cumulative_ms) == (1_000, 3_000)


AUDIO = {
    "fine": ({"audio_seconds": 1.0, "audio_rms": 0.05, "clipping_ratio": 0.0, "silence_ratio": 0.1}, []),
    "unknown": ({}, []),
    "empty": ({"audio_seconds": 0.04, "audio_rms": 0.0}, ["empty"]),
    "just long enough": ({"audio_seconds": 0.05}, []),
    "silent": ({"audio_rms": 0.0009, "silence_ratio": 1.0}, ["silent"]),
    "too quiet": ({"audio_rms": 0.001, "silence_ratio": 0.9}, ["too_quiet", "mostly_silence"]),
    "just loud enough": ({"audio_rms": 0.01}, []),
    "clipped": ({"clipping_ratio": 0.011}, ["clipped"]),
    "just not clipped": ({"clipping_ratio": 0.01, "silence_ratio": 0.8}, []),
}


@pytest.mark.parametrize(("numbers", "verdicts"), AUDIO.values(), ids=AUDIO)
def test_audio_is_judged_by_its_own_numbers(numbers, verdicts):
    assert audio_verdicts(Request(request_id="a", status="success", **numbers)) == verdicts
    assert audio_verdicts(Request(request_id="a", status="failed", **numbers)) == []


def test_an_open_request_is_the_same_after_it_was_folded():
    request = OpenRequest()
    events = [start(0, nested={"deep": [1, 2.5, None]}), stage(1), end(2, big=10**40)]
    for count, one in enumerate(events):
        request.add(count, one)

    request.fold()
    assert not request.is_large
    unfolded = request.events()

    assert [(one.name, one.time_us, one.fields) for one in unfolded] == [
        (one.name, one.time_us, one.fields) for one in events
    ]
    assert request.ended_at == 2


LINES = {
    "ended": ([start(0), end(1)], 1),
    "a late line": ([start(0), end(1), stage(0.5)], 2),
    "a late start": ([end(1), start(0)], 1),
    "begun anew": ([start(0), end(1), start(2)], None),
    "begun anew without a time": ([start(0), end(1), start(None)], None),
    "ended without a time, begun anew": ([start(0), end(None), start(2)], None),
    "ended again": ([start(0), end(1), start(2), end(3)], 3),
    "under way": ([start(0), stage(1)], None),
}


@pytest.mark.parametrize(("events", "ended_at"), LINES.values(), ids=LINES)
def test_a_request_has_ended_until_it_begins_anew(events, ended_at):
    request = OpenRequest()
    for count, one in enumerate(events):
        request.add(count, one)

    assert request.ended_at == ended_at


def test_what_is_quiet_is_folded_and_comes_back():
    requests = OpenRequests()
    requests.of("quiet").add(0, start(0))
    requests.grow_older()
    requests.of("busy").add(1, start(0))
    requests.grow_older()

    requests.of("quiet").add(2, end(1))

    assert [len(requests.take(name).events()) for name in ("quiet", "busy")] == [2, 1]
    assert list(requests.take_all()) == []


def test_what_never_ended_comes_out_once_the_longest_quiet_first():
    requests = OpenRequests()
    for name in "abc":
        requests.of(name).add(0, start(0))
        requests.grow_older()

    assert [name for name, _ in requests.take_all()] == ["a", "b", "c"]


def test_a_request_is_large_at_its_limit():
    request = OpenRequest()
    for count in range(MOST_EVENTS - 1):
        request.add(count, stage(count))
    assert not request.is_large

    request.add(MOST_EVENTS, stage(0))
    assert request.is_large


def settled(request_id: str, start_us: int | None = 1, end_us: int | None = 2) -> Request:
    return Request(request_id=request_id, start_us=start_us, end_us=end_us)


def test_attempts_are_counted_on_by_id():
    known = Settled()
    requests = [settled("a"), settled("b"), settled("a", 5, 6), settled("a", 7, 8)]

    assert [known.is_new(request) for request in requests] == [True] * 4
    assert [request.attempt for request in requests] == [1, 1, 2, 3]


def test_the_same_request_again_is_not_new_unless_a_time_is_unknown():
    known = Settled()

    assert [known.is_new(settled("a")) for _ in range(3)] == [True, False, False]
    assert [known.is_new(settled("b", None)) for _ in range(2)] == [True, True]
    assert [known.is_new(settled("c", 1, None)) for _ in range(2)] == [True, True]


def test_only_the_last_ids_are_remembered(monkeypatch):
    monkeypatch.setattr("ttslog.lifecycle.settled._REMEMBERED", 2)
    known = Settled()
    for name in "abc":
        known.is_new(settled(name))
    late, recent = settled("a", 5, 6), settled("c", 5, 6)

    assert known.is_new(recent)
    assert known.is_new(late)
    assert (late.attempt, recent.attempt) == (1, 2)


EXTENTS = {
    "nothing": ([], None, None),
    "one": ([5], 5, 5),
    "in any order": ([7, 5, 9, 6], 5, 9),
    "one far ahead": ([5, 6, 7 + YEAR, 7], 5, 7),
    "one far behind": ([5 * YEAR, 1, 5 * YEAR + 1], 5 * YEAR, 5 * YEAR + 1),
    "first of all": ([9 * YEAR, 5, 6], 5, 6),
    "two that agree": ([5, 6, 5 * YEAR, 5 * YEAR + 2], 5, 5 * YEAR + 2),
    "two that do not": ([5, 6, 5 * YEAR, 9 * YEAR], 5, 6),
    "just within a year": ([0, 1, YEAR], 0, YEAR),
}


@pytest.mark.parametrize(("times", "oldest", "newest"), EXTENTS.values(), ids=EXTENTS)
def test_a_time_alone_and_far_away_moves_no_end(times, oldest, newest):
    extent = Extent()
    for time_us in times:
        extent.see(time_us)

    assert (extent.oldest_us, extent.newest_us) == (oldest, newest)


def test_extents_of_files_make_that_of_the_log():
    sure, other, alone = Extent(), Extent(), Extent()
    for extent, times in ((sure, (10, 20)), (other, (15, 30)), (alone, (9 * YEAR,))):
        for time_us in times:
            extent.see(time_us)
    whole = Extent()
    for extent in (sure, other, alone):
        whole.merge(extent)

    assert (whole.oldest_us, whole.newest_us) == (10, 30)
    assert [extent.is_sure for extent in (sure, alone)] == [True, False]
