from __future__ import annotations

from tests.detectors.tables import requests, stages
from ttslog.detectors.latency import latency

NO_STAGES = stages()


def test_durations_are_told_apart_by_what_the_request_needed(of_library):
    table = requests(
        {"duration_ms": 100.0, "cache_hit": False},
        {"duration_ms": 300.0, "cache_hit": None},
        {"duration_ms": 2.0, "cache_hit": True},
        {"duration_ms": 1.0, "status": "failed"},
        {"status": "incomplete"},
    )
    found = latency(of_library(table), of_library(NO_STAGES))["requests"]
    assert {name: spread["count"] for name, spread in found.items()} == {
        "all": 4,
        "computed": 2,
        "from_cache": 1,
        "failed": 1,
    }
    assert found["computed"] == {"count": 2, "p50": 200.0, "p95": 290.0, "p99": 298.0, "max": 300.0}


def test_stages_come_in_the_order_engines_run_them_and_shares_add_up_to_one(of_library):
    ran = stages(
        {"model_stage": "vocoder", "stage_family": "render", "duration_ms": 30.0},
        {"model_stage": "g2p", "stage_family": "frontend", "duration_ms": 10.0},
        {"model_stage": "g2p", "stage_family": "frontend", "duration_ms": 20.0},
        {"model_stage": "mystery", "duration_ms": 30.0},
    )
    found = latency(of_library(requests({"unaccounted_ms": 10.0})), of_library(ran))
    assert [(stage["model_stage"], stage["count"], stage["share"]) for stage in found["stages"]] == [
        ("g2p", 2, 0.3),
        ("vocoder", 1, 0.3),
        ("mystery", 1, 0.3),
    ]
    assert found["unaccounted"]["share"] == 0.1


def test_what_the_log_does_not_hold_is_none():
    found = latency(requests({"duration_ms": 5.0}), NO_STAGES)
    assert (found["rtf"], found["ttfa_ms"], found["queue_ms"], found["unaccounted"]) == (None, None, None, None)


def test_the_slowest_requests_are_named_with_where_they_stand(of_library):
    rows = [{"duration_ms": float(number), "last_line": f"app.log:{number}"} for number in range(15)]
    slowest = latency(of_library(requests(*rows)), of_library(NO_STAGES))["slowest"]
    assert [(one["request_id"], one["duration_ms"], one["last_line"]) for one in slowest[:2]] == [
        ("r14", 14.0, "app.log:14"),
        ("r13", 13.0, "app.log:13"),
    ]
    assert len(slowest) == 10
