"""A service that calls the edges of its requests otherwise: the same requests, by its own words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lifecycle.events import end, event, stage, start
from ttslog.lifecycle import assemble
from ttslog.outcome import SUCCESS_WORDS
from ttslog.own_words import LOGGED_AS

PAIRS = [
    ("request_received", "request_completed"),
    ("Request started", "Request finished"),
    ("tts.request.begin", "tts.request.end"),
    ("requestAccepted", "requestDone"),
    ("synthesis-started", "synthesis-succeeded"),
    ("TTS start", "TTS done"),
    ("New request", "Request done"),
    ("Starting synthesis", "Finished synthesis"),
    ("speech generation started", "Speech generation completed"),
]


def own(name, seconds, **fields):
    return event(name, seconds, **fields)


def logged(text, seconds, **fields):
    """A line whose logger has no event names, only messages."""
    return event("message", seconds, message=text, **fields)


def raised(seconds):
    """An exception that somebody caught and logged."""
    caught = logged("no luck", seconds, traceback="ValueError: no luck")
    caught.level = "error"
    return caught


ALONE = {
    "begun and ended": ([own("request_received", 0), own("request_completed", 1)], "success", "success"),
    "told by messages": ([logged("Request started", 0), logged("Request completed", 1)], "success", "success"),
    "told by messages with details": (
        [logged("[worker-3] Request received from 10.0.0.7", 0), logged("app.tts: Request completed in 412 ms", 1)],
        "success",
        "success",
    ),
    "failed by a message with its reason": (
        [logged("Synthesis started, 12 words", 0), logged("Synthesis failed: CUDA out of memory", 1)],
        "failed",
        "failed",
    ),
    "an error before a message that says all is well": (
        [logged("Request started", 0), raised(1), logged("Request succeeded in 3.2 s", 2)],
        "success",
        "success",
    ),
    "a message about a part": (
        [logged("Synthesis started", 0), logged("Synthesis done, chunk 1 of 3", 1), logged("synthesis done (1/3)", 2)],
        "incomplete",
        "incomplete",
    ),
    "a message that begins like one": ([logged("Request completed its first half", 0)], "incomplete", "incomplete"),
    "received as a request, and ended as a synthesis": (
        [own("request_received", 0), own("synthesis_done", 1)],
        "success",
        "success",
    ),
    "failed by its status": ([own("tts_start", 0), own("tts_done", 1, status="error")], "failed", "failed"),
    "failed by HTTP": ([own("request_begin", 0), own("request_end", 1, http_status=503)], "failed", "failed"),
    "failed by name": ([own("request_received", 0), own("request_failed", 1)], "failed", "failed"),
    "one line": ([own("tts_request", 0, status="ok", duration_ms=9.0)], "orphan", "success"),
    "one line with an HTTP status": ([own("tts_request", 0, status=200, duration_ms=9.0)], "orphan", "success"),
    "one line with an HTTP error": ([logged("tts request", 0, http_status=500)], "orphan", "failed"),
    "a web server's line": ([own("request", 0, http_status=200)], "incomplete", "incomplete"),
    "an error before an end that says nothing": (
        [own("request_received", 0), raised(1), own("request_finished", 2)],
        "failed",
        "failed",
    ),
    "an error before an end that says all is well": (
        [own("request_received", 0), raised(1), own("request_succeeded", 2)],
        "success",
        "success",
    ),
    "an error before an answer": (
        [
            own("request_received", 0),
            raised(1),
            own("request_done", 2, rtf=0.3),
        ],
        "success",
        "success",
    ),
    "one line that failed": ([own("request_completed", 0, error_code="GPU_OOM")], "orphan", "failed"),
    "a noun that says nothing": ([own("request", 0)], "incomplete", "incomplete"),
    "a stage of that name": ([own("synthesis_done", 0, model_stage="synthesis")], "incomplete", "incomplete"),
    "failed in a stage": (
        [own("request_received", 0), own("request_done", 1, model_stage="g2p", status="failed")],
        "failed",
        "failed",
    ),
    "failed by name in a stage": ([own("tts_started", 0), own("tts_failed", 1, model_stage="g2p")], "failed", "failed"),
    "other words": ([own("cache_lookup", 0, status="ok"), logged("all is well", 1)], "incomplete", "incomplete"),
    "the schema's names beside them": ([start(), own("request_completed", 1)], "incomplete", "incomplete"),
}


@pytest.mark.parametrize(("events", "status", "outcome"), ALONE.values(), ids=ALONE)
def test_a_request_is_understood_by_the_words_of_its_service(events, status, outcome):
    assert [(one.status, one.outcome) for one in assemble("a", events)] == [(status, outcome)]


@pytest.mark.parametrize(("first", "last"), PAIRS)
def test_words_may_be_written_in_many_ways(first, last):
    (request,) = assemble("a", [own(first, 0), stage(1, duration_ms=700.0), own(last, 2)])

    assert (request.status, request.duration_ms, len(request.stages)) == ("success", 2_000.0, 1)


def test_a_synthesis_within_a_request_is_no_attempt_of_its_own():
    nested = ("request_received", "synthesis_started", "tts_failed", "tts_started", "synthesis_done", "request_done")
    (request,) = assemble("a", [own(name, second) for second, name in enumerate(nested)])

    assert (request.status, request.duration_ms, request.lines) == ("success", 5_000.0, 6)


def test_an_id_used_again_is_two_attempts():
    twice = ("request_received", "request_failed", "request_received", "request_completed")
    requests = assemble("a", [own(name, second) for second, name in enumerate(twice)])

    assert [request.status for request in requests] == ["failed", "success"]


HEALTHY = {"http_path": "/healthz", "http_status": 200}


@pytest.mark.parametrize(
    ("events", "is_answer"),
    [
        ([own("request_started", 0, method="GET", path="/healthz"), own("request_finished", 1, **HEALTHY)], True),
        ([own("request_started", 0), own("request_finished", 1, http_path="/v1/voices?x=1", status="ok")], True),
        ([own("request_started", 0), own("request_finished", 1, http_path="/healthz", http_status=503)], False),
        ([own("request_started", 0, method="POST", path="/tts"), own("request_finished", 1, http_status=200)], False),
        ([own("request_started", 0, path="/srv/models"), own("request_finished", 1, http_status=200)], False),
        ([own("request_started", 0), own("request_finished", 1, status="ok")], False),
    ],
)
def test_a_probe_that_was_answered_well_is_no_synthesis(events, is_answer):
    (request,) = assemble("a", events)

    assert request.is_answer is is_answer


def test_the_log_s_own_name_is_kept():
    (request,) = assemble("a", [own("request_received", 0), own("request_completed", 1, voice="echo")])

    assert [one.fields[LOGGED_AS] for one in request.events] == ["request_received", "request_completed"]
    assert request.voice == "echo"


FIELDS = st.fixed_dictionaries(
    {}, optional={"status": st.sampled_from([*SUCCESS_WORDS, "failed", "partial"]), "duration_ms": st.floats(0, 1e6)}
)
LINES = st.tuples(st.sampled_from([start, end, stage]), st.integers(0, 5), FIELDS)


@settings(derandomize=True, database=None, deadline=None)
@given(lines=st.lists(LINES, min_size=1, max_size=8))
def test_whatever_the_words_the_requests_are_the_same(lines):
    words = {"synthesis_start": "request_received", "synthesis_complete": "request_completed"}
    ours = [write(second, **fields) for write, second, fields in lines]
    theirs = [event(words.get(one.name, one.name), None, **one.fields) for one in ours]
    for one, other in zip(ours, theirs, strict=True):
        other.time_us = one.time_us

    assert [one.row() for one in assemble("a", theirs)] == [one.row() for one in assemble("a", ours)]
