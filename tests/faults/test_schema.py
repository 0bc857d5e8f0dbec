"""Faults of the schema: fields that are missing, of a wrong type, absurd, or new."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.faults.writing import end, failed, line, request, requests, stage, start
from ttslog import api
from ttslog.commands._show import to_json
from ttslog.schema import LINE

WHOLE = {
    **{
        column.name: {"text": "x", "int": 3, "float": 1.5, "bool": True, "time": "2026-11-20T12:00:01Z"}[column.kind]
        for column in LINE
    },
    "event": "synthesis_complete",
    "status": "success",
    "request_id": "odd",
}
WRONG = (None, True, [], {}, [1], {"a": 1}, "", "x", -1, 10**400, 1e400, "\ud800", 0)


def as_line(record: dict[str, object]) -> bytes:
    return json.dumps(record).encode() + b"\n"


def everything(folder: Path) -> None:
    """Ask every question; whatever a log holds, none may raise, and every answer can be written as JSON."""
    path = str(folder)
    for answer in (api.trace("odd", path), api.top_errors(path), api.incident(path)):
        json.loads(to_json(answer.to_dict()))
    for table in (api.requests(path), api.stages(path), api.events(path)):
        table.write_ndjson()


@pytest.mark.parametrize("field", sorted({*WHOLE} - {"request_id"}))
def test_each_field_may_be_missing(reads, tmp_path, field):
    found = reads(as_line({key: value for key, value in WHOLE.items() if key != field}) + stage(2, "odd"))

    assert found.total("events") == 2
    assert set(found.statuses) == {"odd"}
    everything(tmp_path)


@pytest.mark.parametrize("field", sorted(WHOLE))
def test_each_field_may_hold_anything(reads, tmp_path, field):
    lines = [as_line({**WHOLE, field: value}) for value in WRONG]
    wrong_stages = [as_line({**WHOLE, "event": "stage_time", field: value}) for value in WRONG]

    found = reads(b"".join([start(0, "odd"), *lines, *wrong_stages]))

    assert found.total("bad") == 0
    for one in found.requests:
        numbers = [value for value in one.row().values() if isinstance(value, float)]
        assert all(math.isfinite(number) and number >= 0 for number in numbers)
    everything(tmp_path)


def test_true_is_no_millisecond_and_no_process(reads):
    one = reads(start(0, "a", pid=True) + end(1, "a", duration_ms=True, audio_seconds=True, pid=True)).one("a")

    assert (one.duration_ms, one.audio_seconds, one.pid) == (1000.0, None, None)


def test_what_is_new_is_kept(reads):
    found = reads(
        line(0, "synthesis_paused", "a", level="NOTICE-2", tomorrow=[1]) + stage(1, "a", model_stage="telepathy")
    )

    assert found.events[0].name == "synthesis_paused"
    assert found.events[0].fields["tomorrow"] == [1]
    assert found.one("a").last_stage == "telepathy"
    assert found.one("a").stages[0].stage_family is None


ABSURD = (-1, 1e18, "-5", "1e30")


@pytest.mark.parametrize("value", ABSURD, ids=str)
def test_an_absurd_duration_is_not_believed_and_said_to_be_so(reads, value):
    found = reads(start(0, "a") + stage(0.5, "a", duration_ms=value) + end(1, "a", duration_ms=value) + request(5, "b"))

    assert found.one("a").duration_ms == 1000.0
    assert "duration_ms" in (found.one("a").conflict or "")
    assert found.one("b").conflict is None
    assert all(item.duration_ms < 1e6 for one in found.requests for item in one.stages)


IDS = (
    "x" * 10_240,
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "%n%s",
    "__proto__",
    "CON",
    "a b\tc\nd",
    "\x1b]0;title\x07",
    "'; DROP TABLE requests; --",
)


@pytest.mark.parametrize("request_id", IDS, ids=lambda text: ascii(text)[:30])
def test_an_id_is_text_and_nothing_else(reads, tmp_path, monkeypatch, request_id):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.rglob("*"))

    found = reads(request(0, request_id))

    assert found.statuses == {request_id: "success"}
    assert api.trace(request_id, str(tmp_path / "logs")).request.request_id == request_id
    assert sorted(tmp_path.rglob("*")) == sorted({*before, tmp_path / "logs", tmp_path / "logs" / "app.log"})


@pytest.mark.parametrize("no_id", ["", "-", "None", "null", "n/a"])
def test_what_loggers_write_for_no_request_is_no_request(reads, no_id):
    assert reads(line(0, "warning", no_id)).requests == []


# The end line; the status it means; the code; what speaks against it.
ENDS = {
    "success with a code": (end(1, "a", error_code="GPU_OOM"), "failed", "GPU_OOM", "status is success"),
    "failed without a code": (end(1, "a", status="failed"), "failed", None, None),
    "Success": (end(1, "a", status=" Success "), "success", None, None),
    "ERROR": (end(1, "a", status="ERROR"), "failed", None, None),
    "a code that says none": (end(1, "a", error_code="NONE"), "success", None, None),
    "cancelled": (end(1, "a", status="cancelled"), "aborted", None, None),
    "HTTP 500 and no status": (end(1, "a", status=None, http_status=500), "failed", None, None),
    "HTTP 499 and no status": (end(1, "a", status=None, http_status=499), "aborted", None, None),
    "HTTP 200 and failed": (failed(1, "a", http_status=200), "failed", "GPU_OOM", None),
}


@pytest.mark.parametrize(("last", "status", "code", "conflict"), ENDS.values(), ids=ENDS)
def test_one_rule_says_what_an_end_means(reads, last, status, code, conflict):
    one = reads(start(0, "a") + last).one("a")

    assert (one.status, one.error_code) == (status, code)
    assert (conflict or "") in (one.conflict or "")
    assert (one.conflict is None) == (conflict is None)


def test_the_level_has_one_spelling(reads):
    found = reads(
        b"".join(line(number, "x", level=level) for number, level in enumerate(("WARN", "Warning", " warn ", 30)))
    )

    assert {event.level for event in found.events} == {"warning"}


def test_a_log_of_odd_lines_answers_every_question(reads, tmp_path):
    reads(requests(20) + failed(30, "odd") + as_line({"event": "synthesis_complete", "request_id": "odd"}))

    everything(tmp_path)
