from __future__ import annotations

import json

import pytest

from tests.detectors.tables import BASE_US
from ttslog.balance import Reading
from ttslog.detectors.failing import detect
from ttslog.detectors.lost import detect as detect_lost
from ttslog.detectors.service import detect as detect_service
from ttslog.lifecycle import Request, Stage
from ttslog.observe import Observations
from ttslog.parsers import Event
from ttslog.service_events import MOST_SERVICE_EVENTS
from ttslog.tables import RequestTables
from ttslog.windows import Span


class Filling(Observations):
    """Observations that fill their tables as they are made."""

    def take(self, request):
        super().take(request)
        self.tables.add(request)


@pytest.fixture
def seen():
    return Filling(Span(None, None), Reading(), tables=RequestTables())


def failed(number, **facts):
    known = {"status": "failed", "error_code": "DISK_FULL", "start_us": BASE_US, "end_us": BASE_US + number * 1_000}
    return Request(request_id=f"r{number}", **{**known, "last_us": BASE_US + number * 1_000, **facts})


def test_the_newest_requests_of_each_code_are_shown(seen):
    for number in range(5):
        seen.take(failed(number))
    seen.take(failed(9, error_code="CUDA_OOM"))
    shown = [(one["error_code"], one["request_id"]) for one in detect(seen)["requests"]]
    assert shown == [("DISK_FULL", "r4"), ("DISK_FULL", "r3"), ("DISK_FULL", "r2"), ("CUDA_OOM", "r9")]


def test_an_id_used_again_shows_the_attempt_that_failed_with_the_code(seen):
    seen.take(failed(1, error_code="CUDA_OOM"))
    seen.take(failed(1, error_code="DISK_FULL", attempt=2))
    assert {(one["error_code"], one["attempt"]) for one in detect(seen)["requests"]} == {
        ("CUDA_OOM", 1),
        ("DISK_FULL", 2),
    }


def test_stages_count_from_the_start_beside_what_is_usual(seen):
    for number, duration_ms in enumerate((10.0, 20.0, 30.0)):
        stage = Stage("g2p", "frontend", BASE_US + 5_000, duration_ms)
        seen.take(Request(request_id=f"ok{number}", status="success", stages=[stage]))
    seen.take(failed(1, stages=[Stage("g2p", "frontend", BASE_US + 2_000, 40.0), Stage("?", None, None, 1.0)]))
    found = detect(seen)
    assert [(stage["model_stage"], stage["start_ms"]) for stage in found["requests"][0]["stages"]] == [
        ("g2p", 2.0),
        ("?", None),
    ]
    assert (found["baselines"]["g2p"]["p50_ms"], found["baselines"]["g2p"]["count"]) == (25.0, 4)


def test_what_was_lost_is_shown_by_reason_and_many_stages_are_cut(seen):
    stages = [Stage("acoustic", "inference", None, 1.0)] * 100
    seen.take(Request(request_id="k", status="incomplete", reason="killed", last_us=BASE_US, stages=stages))
    (lost,) = detect(seen)["lost"]
    assert (lost["reason"], len(lost["stages"]), lost["stages_left_out"]) == ("killed", 40, 60)


def test_personal_data_in_messages_and_tracebacks_is_masked(seen):
    seen.take(failed(1, error_message="no voice for ann@example.org", traceback="T\n" * 9_000 + "call 13800138000"))
    (one,) = detect(seen)["requests"]
    assert one["error_message"] == "no voice for <mail>"
    assert one["traceback"].endswith("call <phone>")
    assert len(one["traceback"]) < 7_000


def test_an_empty_window_has_nothing_to_show(seen):
    assert detect(seen) == {"requests": [], "lost": [], "baselines": {}}


def test_lost_requests_are_grouped_by_reason_and_last_stage(seen):
    for number, stage in enumerate(("g2p", "acoustic", "acoustic")):
        lost = {"status": "incomplete", "reason": "killed", "last_stage": stage, "last_us": BASE_US + number}
        seen.take(Request(request_id=f"k{number}", **lost))
    seen.take(Request(request_id="o", status="orphan", outcome="success", end_us=BASE_US))
    seen.watch(Event("worker_killed", time_us=BASE_US, fields={"worker_pid": 41, "signal": "SIGKILL"}))
    found = detect_lost(seen)
    assert [(group["last_stage"], group["count"]) for group in found["groups"]] == [("acoustic", 2), ("g2p", 1)]
    assert (found["incomplete"], found["orphan"], found["examples"][0]["request_id"]) == (3, 1, "k2")
    assert found["killed_workers"] == [{"time_us": BASE_US, "pid": 41, "signal": "SIGKILL"}]


def test_the_life_of_the_service_and_its_warnings_are_counted(seen):
    seen.watch(Event("service_stop", time_us=BASE_US + 9, fields={"pid": 1}))
    seen.watch(Event("service_start", time_us=BASE_US, fields={"pid": 1, "release": "2.0"}))
    seen.watch(Event("cache_health", time_us=BASE_US, level="warning", fields={"warning_code": "CACHE_DIR_USAGE"}))
    seen.watch(Event("odd", level="warning"))
    seen.take(Request(request_id="a", status="success", release="2.0", warning_codes="SLOW CACHE_DIR_USAGE"))
    found = detect_service(seen)
    assert found["counts"] == {"service_start": 1, "service_stop": 1, "worker_killed": 0}
    assert [event["event"] for event in found["events"]] == ["service_start", "service_stop"]
    assert [(one["warning_code"], one["count"], one["requests"]) for one in found["warnings"]] == [
        ("CACHE_DIR_USAGE", 2, 1),
        ("SLOW", 1, 1),
        ("odd", 1, 0),
    ]
    assert [(one["release"], one["requests"], one["failed"]) for one in found["releases"]] == [("2.0", 1, 0)]


def test_of_too_many_events_of_the_service_the_newest_are_kept_and_all_are_counted(seen):
    for number in range(MOST_SERVICE_EVENTS):
        seen.watch(Event("worker_killed" if number < 3 else "retrying", time_us=BASE_US + number, level="warning"))
    for number in range(MOST_SERVICE_EVENTS):
        seen.watch(Event("service_start", time_us=BASE_US + 2 * MOST_SERVICE_EVENTS - number))
    seen.watch(Event("worker_killed", time_us=BASE_US + 3 * MOST_SERVICE_EVENTS))
    seen.drop_older_service()
    found = detect_service(seen)
    assert found["counts"] == {"service_start": MOST_SERVICE_EVENTS, "service_stop": 0, "worker_killed": 4}
    assert found["events_dropped"] == MOST_SERVICE_EVENTS + 1
    assert found["events"][-1]["time_us"] == BASE_US + 3 * MOST_SERVICE_EVENTS
    assert len(seen.service) == MOST_SERVICE_EVENTS
    assert "retrying" not in seen.service_dropped  # names that a log gives are without number


def test_all_of_it_can_be_saved_as_json(seen):
    seen.take(failed(1, stages=[Stage("g2p", None, None, 1.0)]))
    json.dumps([detect(seen), detect_lost(seen), detect_service(seen)], allow_nan=False)
