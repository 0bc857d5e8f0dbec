"""The events of one id become its attempts, whatever their order."""

from __future__ import annotations

from copy import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lifecycle.events import SECOND, end, event, stage, start
from ttslog.lifecycle import assemble
from ttslog.schema import REQUESTS

DAY = 86_400 * SECOND
LIFE = (
    start(0, text_len=6, voice="alloy", pid=1),
    stage(1, "g2p", duration_ms=900.0),
    stage(2, "acoustic", duration_ms=800.0),
    event("warning", 2.5, warning_code="SLOW", model_stage="acoustic"),
    end(3, status="failed", error_code="GPU_OOM", error_message="no memory", voice="echo", duration_ms=3_000.0),
)


def row(events):
    (request,) = assemble("a", events)
    return {
        name: value for name, value in request.row().items() if name not in ("first_line", "last_line")
    }, request.stages


@settings(derandomize=True, database=None, deadline=None)
@given(order=st.permutations(range(len(LIFE))))
def test_the_order_of_its_lines_does_not_matter_to_one_request(order):
    assert row([LIFE[place] for place in order]) == row(LIFE)


@settings(derandomize=True, database=None, deadline=None)
@given(again=st.lists(st.sampled_from(LIFE)))
def test_lines_delivered_again_change_nothing(again):
    assert row([*LIFE, *map(copy, again)]) == row(LIFE)


def test_the_row_of_a_whole_life():
    found, stages = row(LIFE)

    assert set(found) | {"first_line", "last_line"} == {column.name for column in REQUESTS}
    known = {name: value for name, value in found.items() if value not in (None, "", False)}
    assert known == {
        "request_id": "a",
        "attempt": 1,
        "status": "failed",
        "outcome": "failed",
        "start_us": DAY,
        "end_us": DAY + 3 * SECOND,
        "last_us": DAY + 3 * SECOND,
        "duration_ms": 3_000.0,
        "unaccounted_ms": 1_300.0,
        "error_code": "GPU_OOM",
        "error_message": "no memory",
        "warning_codes": "SLOW",
        "last_stage": "acoustic",
        "text_len": 6,
        "voice": "echo",
        "pid": 1,
        "join": "request_id",
        "confidence": 1.0,
        "verified": True,
        "lines": 5,
    }
    assert [(item.model_stage, item.start_us) for item in stages] == [
        ("g2p", DAY + SECOND // 10),
        ("acoustic", DAY + SECOND + SECOND // 5),
    ]


DURATIONS = {
    "as logged": ([start(0), end(2, duration_ms=1_500)], 1_500.0, None),
    "between the clocks": ([start(0), end(2)], 2_000.0, None),
    "no start": ([end(2)], None, None),
    "no time": ([start(None), end(None)], None, None),
    "set back": ([start(5), end(2)], None, "the clock was set back"),
    "at once": ([start(2), end(2)], 0.0, None),
    "negative": ([start(0), end(2, duration_ms=-1)], 2_000.0, "not believed: duration_ms"),
    "of a stage, too long": ([start(0), stage(1, duration_ms=1e12), end(2)], 2_000.0, "not believed: duration_ms"),
}


def test_every_conflict_is_named():
    (request,) = assemble("a", [start(0), end(2, queue_ms=-1), end(3, status="failed")])

    assert [part.split(":")[0] for part in request.conflict.split("; ")] == [
        "2 ends that disagree",
        "negative or longer than a week, and so not believed",
    ]


@pytest.mark.parametrize(("events", "duration_ms", "conflict"), DURATIONS.values(), ids=DURATIONS)
def test_the_duration_is_the_logged_one_or_that_between_the_clocks(events, duration_ms, conflict):
    (request,) = assemble("a", events)

    assert request.duration_ms == duration_ms
    assert conflict is request.conflict is None or conflict in request.conflict


UNACCOUNTED = {
    "less its stages": ([stage(1, duration_ms=300), stage(1.5, duration_ms=200)], {}, 500.0),
    "and its wait": ([stage(1, duration_ms=300)], {"queue_ms": 100}, 600.0),
    "a wait that is a stage counts once": ([stage(1, "queue", duration_ms=300)], {"queue_ms": 300}, 700.0),
    "never negative": ([stage(1, duration_ms=3_000)], {}, 0.0),
    "unknown without stages": ([], {}, None),
}


@pytest.mark.parametrize(("stages", "fields", "expected"), UNACCOUNTED.values(), ids=UNACCOUNTED)
def test_unaccounted_time_is_what_no_stage_took(stages, fields, expected):
    (request,) = assemble("a", [start(0), *stages, end(2, duration_ms=1_000, **fields)])

    assert request.unaccounted_ms == expected


def test_the_end_line_says_what_holds_and_the_start_line_what_it_leaves_out():
    (request,) = assemble(
        "a", [start(0, voice="one", lang="zh"), event("note", 1, voice="two", engine="x"), end(2, voice="three")]
    )

    assert (request.voice, request.lang, request.engine) == ("three", "zh", "x")


def test_a_real_time_factor_is_worked_out_where_audio_was_made():
    whole = {"duration_ms": 500, "audio_seconds": 2.0}

    assert assemble("a", [start(0), end(1, **whole)])[0].rtf == 0.25
    assert assemble("a", [start(0), end(1, **whole, rtf=0.3)])[0].rtf == 0.3
    assert assemble("a", [start(0), end(1, **whole, cache_hit=True)])[0].rtf is None


def test_the_error_is_found_on_whatever_line_says_it():
    shout = event("message", 1, message="it broke")
    shout.level = "critical"
    cause = event("exception", 1, error_type="ValueError", traceback="Traceback ...\nValueError: no")

    calm = event("message", 0.5, message="all is well")
    calm.level = "info"

    (told,) = assemble("a", [start(0), calm, shout, end(2, status="failed")])
    (traced,) = assemble("a", [start(0), cause, end(2, status="failed")])
    (fine,) = assemble("a", [start(0), shout, end(2, status="success")])

    assert told.error_message == "it broke"
    assert (traced.error_type, traced.traceback) == ("ValueError", "Traceback ...\nValueError: no")
    assert (fine.error_message, fine.error_code) == (None, None)


def test_the_words_of_a_request_are_taken_out_of_its_error():
    said = start(0, text="secret words")

    (request,) = assemble(
        "a", [said, end(1, status="failed", error_message="cannot say secret words", traceback="x secret words")]
    )

    assert request.error_message == "cannot say <text>"
    assert request.traceback == "x <text>"


def test_the_weakest_join_is_that_of_the_request():
    sure, guessed = start(0), end(1)
    guessed.join, guessed.confidence = "serial", 0.4

    (request,) = assemble("a", [sure, guessed])

    assert (request.join, request.confidence) == ("serial", 0.4)


ATTEMPTS = {
    "one after the other": ([start(0), end(1), start(2), end(3)], ["success", "success"]),
    "the first never ended": ([start(0), start(2), end(3)], ["incomplete", "success"]),
    "an end before the first start": ([end(-1), start(0), end(1)], ["orphan", "success"]),
    "a stage before the first start": ([stage(-1, duration_ms=1), start(0), end(1)], ["success"]),
    "in two processes": (
        [start(0, pid=1), start(0.5, pid=2), end(1, pid=1, status="failed"), end(2, pid=2)],
        ["failed", "success"],
    ),
    "two ends of one start": ([start(0), end(1), end(2)], ["success"]),
    "in processes of one number on two hosts": (
        [
            start(0, host="x", pid=1),
            start(0.5, host="y", pid=1),
            end(1, host="x", pid=1, status="failed"),
            end(2, host="y", pid=1),
        ],
        ["failed", "success"],
    ),
    "without any time": ([start(None), end(None), start(None)], ["success", "incomplete"]),
}


@pytest.mark.parametrize(("events", "statuses"), ATTEMPTS.values(), ids=ATTEMPTS)
def test_attempts_are_told_apart(events, statuses):
    requests = assemble("a", events)

    assert [request.status for request in requests] == statuses
    assert [request.attempt for request in requests] == list(range(1, len(statuses) + 1))
    assert sum(request.lines for request in requests) == len(events)
