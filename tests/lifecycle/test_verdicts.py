"""How a request ended: the worst that its lines prove."""

from __future__ import annotations

import pytest

from tests.lifecycle.events import end, event, stage, start
from ttslog.lifecycle import assemble

ENDS = {
    "done": ([start(), end(1, status="done")], "success"),
    "rejected": ([start(), end(1, status="rejected")], "failed"),
    "disconnected": ([start(), end(1, status="Disconnected ")], "aborted"),
    "nothing said": ([start(), end(1)], "success"),
    "399": ([start(), end(1, http_status=399)], "success"),
    "400": ([start(), end(1, http_status=400)], "failed"),
    "499": ([start(), end(1, http_status=499)], "aborted"),
    "aborted with a code": ([start(), end(1, status="aborted", error_code="X")], "aborted"),
    "denied": ([start(), end(1, status="denied")], "failed"),
    "a word and why": ([start(), end(1, status="error: oom")], "failed"),
    "500 as the status": ([start(), end(1, status=500)], "failed"),
    "499 as the status": ([start(), end(1, status="499")], "aborted"),
    "200 as the status": ([start(), end(1, status="200")], "success"),
    "false": ([start(), end(1, status=False)], "failed"),
    "true": ([start(), end(1, status=True)], "success"),
    "success and 500": ([start(), end(1, status="success", http_status=500)], "failed"),
    "success and 499": ([start(), end(1, status="success", http_status=499)], "success"),
    "aborted and 500": ([start(), end(1, status="aborted", http_status=500)], "aborted"),
    "no success": ([start(), end(1, success=False)], "failed"),
    "timed out": ([start(), end(1, status="timed_out")], "failed"),
    "a word that nobody knows": ([start(), end(1, status="partial")], "success"),
    "no end, a failure": ([start(), event("synthesis_failed", 1)], "failed"),
    "no end, an exception": ([start(), event("exception", 1)], "failed"),
    "no start, a failure": ([event("synthesis_failed", 1)], "orphan"),
    "no start, a failure and what came before": ([stage(0, duration_ms=1), event("synthesis_failed", 1)], "failed"),
    "no end": ([start(), stage(1)], "incomplete"),
    "an end and what came before": ([stage(0, duration_ms=1), end(1)], "success"),
    "an end alone": ([end(1)], "orphan"),
    "the worst of several": ([start(), end(1), end(2, status="aborted"), end(3, status="failed")], "failed"),
}


def test_a_failure_that_is_only_a_warning_ends_nothing():
    warned = event("exception", 1)
    warned.level = "warning"

    assert [request.status for request in assemble("a", [start(), warned])] == ["incomplete"]


@pytest.mark.parametrize(("events", "status"), ENDS.values(), ids=ENDS)
def test_a_request_ended_as_its_lines_prove(events, status):
    assert [request.status for request in assemble("a", events)] == [status]


def test_an_end_that_says_nothing_but_is_an_error_is_a_failure():
    loud = end(1, error_type="RuntimeError")
    loud.level = "error"

    assert [request.status for request in assemble("a", [start(), loud])] == ["failed"]


def test_a_status_that_nobody_knows_is_named():
    (request,) = assemble("a", [start(), end(1, status="partial")])

    assert request.conflict == "status 'partial' is no word that is known here"


def test_a_success_that_http_denies_is_named():
    (request,) = assemble("a", [start(), end(1, status="ok", http_status=502)])

    assert request.conflict == "status is success, but the line carries http_status 502"


RECOVERED = {
    "a failure before the end": event("synthesis_failed", 1, error_code="CUDA_OOM"),
    "a stage that failed": stage(1, status="failed", error_code="CUDA_OOM"),
}


@pytest.mark.parametrize("failure", RECOVERED.values(), ids=RECOVERED)
def test_a_success_that_a_line_before_denies_is_named(failure):
    (request,) = assemble("a", [start(), failure, end(2, status="success")])

    assert request.status == "success"
    assert request.conflict == "it failed with error_code CUDA_OOM, and ended with success all the same"


NOT_DENIED = {
    "a failure without a code": (event("synthesis_failed", 1), end(2)),
    "a stage that went well with a code of none": (stage(1, status="failed", error_code="none"), end(2)),
    "a code without a failure": (event("note", 1, error_code="CUDA_OOM"), end(2)),
    "a failure that the end confirms": (
        event("synthesis_failed", 1, error_code="CUDA_OOM"),
        end(2, status="failed", error_code="CUDA_OOM"),
    ),
}


@pytest.mark.parametrize("lines", NOT_DENIED.values(), ids=NOT_DENIED)
def test_what_denies_no_success_is_no_conflict(lines):
    (request,) = assemble("a", [start(), *lines])

    assert request.conflict is None


@pytest.mark.parametrize("code", ["", "0", "none", "None", "null", "ok", "-", "nan", "n/a", "success"])
def test_what_loggers_write_for_no_code_is_no_failure(code):
    (request,) = assemble("a", [start(), end(1, error_code=code)])

    assert (request.status, request.error_code) == ("success", None)
