"""Faults by one setting: each breaks a real process, and answer, log and ttslog tell the same of it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import pytest

from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.service import running_service
from reference_service.engines import engine_named
from reference_service.faults import inflict
from reference_service.settings import FAULT_MODES, BadSetting, Fault, Settings
from tests.asking import ask_ttslog
from ttslog._discover import discover

FAULTS = sorted(set(get_args(Fault)) - {""})
LONG = ("ABCD " * 819).strip()  # one sentence; its letters are said one by one, so a piece of it needs 200 MB
SHORT = "Hello there."


@dataclass(frozen=True)
class Broken:
    """A fault, what is asked of the service that has it, and what comes of it."""

    fault: str
    settings: dict[str, Any] = field(default_factory=dict)
    text: str = SHORT
    voice: str = "heart"
    answer: tuple[int | None, str | None] = (200, None)
    outcome: str = "success"
    warning: str | None = None
    end: dict[str, Any] = field(default_factory=dict)
    has: str = "status"  # a field of the last line, whatever its value
    last_stage: str | None = None


REFUSED = {"outcome": "failed"}
CASES = {
    "memory is gone while the network runs, and smaller pieces fit": Broken(
        "out_of_memory",
        text=LONG,
        warning="HOST_OOM",
        end={"fallback_used": True, "device": "cpu"},
    ),
    "memory is gone while the network runs, and smaller pieces do not fit": Broken(
        "out_of_memory",
        {"fault_memory_mb": 5, "retry_characters": 2000},
        text=LONG,
        answer=(503, "HOST_OOM"),
        warning="HOST_OOM",
        end={"error_code": "HOST_OOM", "model_stage": "acoustic", "fallback_used": False},
        **REFUSED,
    ),
    "memory is low, and the guard sees it": Broken(
        "memory_low",
        {"fault_memory_mb": 360},  # a piece of 400 characters may need 280 MB and 100 more, one of 60 far less
        text=("word " * 819).strip(),
        warning="MEMORY_LOW",
        end={"fallback_used": True},
    ),
    "memory is so low that nothing is begun": Broken(
        "memory_low",
        {"fault_memory_mb": 50},
        answer=(503, "HOST_OOM"),
        warning="MEMORY_LOW",
        end={"error_code": "HOST_OOM"},
        **REFUSED,
    ),
    "weights with values that are no numbers": Broken(
        "nan_weights",
        answer=(500, "NUMERIC_INSTABILITY"),
        end={"model_stage": "postproc", "error_type": "CodedError"},
        **REFUSED,
    ),
    "weights that are not there": Broken("missing_weights", answer=(503, "MODEL_FILE_MISSING"), **REFUSED),
    "weights that end in the middle": Broken("corrupt_weights", answer=(503, "MODEL_FILE_CORRUPT"), **REFUSED),
    "a network that is slow": Broken("slow_stage", {"fault_seconds": 0.5}),
    "a cache on a full disk": Broken("full_cache_disk", warning="CACHE_WRITE_FAILED", end={"cache_saved": False}),
    "no hub, and a voice that has to be fetched": Broken(
        "hub_down", voice="emma", answer=(503, "MODEL_DOWNLOAD_FAILED"), **REFUSED
    ),
    "no hub, and a voice that is here": Broken("hub_down"),
    "no Sentry, and a failure to report": Broken(
        "sentry_down", voice="emma", answer=(503, "MODEL_DOWNLOAD_FAILED"), has="sentry_event_id", **REFUSED
    ),
    "a worker that is killed in the middle": Broken(
        "killed_worker", answer=(None, None), outcome="incomplete", last_stage="g2p"
    ),
}


def test_every_fault_that_can_be_set_has_its_file_and_a_case():
    assert sorted(discover("reference_service.faults", "FAULT")) == FAULTS
    assert sorted({case.fault for case in CASES.values()}) == FAULTS


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_can_be_broken_in_production(fault):
    for env in ("production", "development", "staging"):
        with pytest.raises(BadSetting, match="demo and test"):
            Settings.from_environment({"TTSREF_FAULT": fault, "TTSREF_ENV": env})
    for env in FAULT_MODES:
        assert Settings.from_environment({"TTSREF_FAULT": fault, "TTSREF_ENV": env}).fault == fault


def test_a_service_told_to_break_in_production_does_not_start(monkeypatch):
    monkeypatch.setenv("TTSREF_FAULT", "nan_weights")
    monkeypatch.setenv("TTSREF_ENV", "production")
    done = subprocess.run([sys.executable, "-m", "reference_service"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "TTSREF_FAULT" in done.stderr


def test_a_fault_that_nobody_knows_is_no_setting():
    with pytest.raises(BadSetting, match="TTSREF_FAULT"):
        Settings.from_environment({"TTSREF_FAULT": "bad_weather", "TTSREF_ENV": "test"})


def test_without_the_setting_nothing_is_touched():
    engine = engine_named("hibari")
    inflict(engine, Settings())

    assert vars(engine).keys() == vars(engine_named("hibari")).keys()


def test_an_engine_without_a_way_in_says_so():
    with pytest.raises(TypeError, match="piper has no way in"):
        inflict(engine_named("piper"), Settings(fault="nan_weights", env="test"))


@pytest.mark.service
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_answer_log_and_ttslog_agree_on_what_is_broken(tmp_path, case):
    settings = {"fault": case.fault, "workers": 1, "env": "test"} | case.settings
    with running_service(tmp_path, up=Client.is_alive, **settings) as service:
        row = Client(service.port).send(corpus.speech(case.fault, case.text, voice=case.voice))
        if case.outcome == "incomplete":
            wait_for(service.logs, "worker_killed", lambda _: True)

    assert ((row.http_status, row.error_code), row.outcome) == (case.answer, case.outcome)
    _check_log(service.logs, row.request_id, case)
    _check_ttslog(service.logs, row.request_id, case)


def _check_log(logs, request_id, case):
    lines = lines_with(logs, request_id)
    assert {line["fault"] for line in lines_with(logs, "fault_on_purpose")} == {case.fault}
    assert {line["config"]["fault"] for line in lines_with(logs, "service_start")} == {case.fault}
    warnings = [line["warning_code"] for line in lines if line["event"] == "warning"]
    assert set(warnings) == ({case.warning} if case.warning else set())
    ends = [line for line in lines if line["event"] == "synthesis_complete"]
    assert len(ends) == (case.outcome != "incomplete")
    assert all(end.items() >= case.end.items() and case.has in end for end in ends)


def _check_ttslog(logs, request_id, case):
    code = case.answer[1]
    found = ask_ttslog("trace", request_id, logs)["request"]
    assert (found["status"], found["error_code"]) == (case.outcome, code)
    assert found["warning_codes"] == case.warning
    assert found["reason"] == ("killed" if case.outcome == "incomplete" else None)
    assert case.last_stage in (None, found["last_stage"])
    ranked = ask_ttslog("top-errors", logs, "--since", "end-10m")
    assert [group["error_code"] for group in ranked["errors"] if group["count"]] == ([code] if code else [])
    assert ranked["incomplete"] == (case.outcome == "incomplete")


@pytest.mark.service
def test_a_slow_network_is_the_longest_bar_of_the_trace(tmp_path):
    with running_service(tmp_path, fault="slow_stage", fault_seconds=0.5, workers=1) as service:
        row = Client(service.port).send(corpus.speech("slow", SHORT))

    stages = ask_ttslog("trace", row.request_id, service.logs)["stages"]
    longest = max(stages, key=lambda stage: stage["duration_ms"])
    assert longest["model_stage"] == "acoustic"
    assert longest["duration_ms"] >= 500  # it slept so long at least


@pytest.mark.service
def test_a_service_without_its_weights_is_alive_and_not_ready(tmp_path):
    with running_service(tmp_path, up=Client.is_alive, fault="missing_weights", workers=1) as service:
        wait_for(service.logs, "model_load_failed", lambda line: line["error_code"] == "MODEL_FILE_MISSING")
        client = Client(service.port)
        assert (client.is_alive(), client.is_ready()) == (True, False)


@pytest.fixture
def small_disk(tmp_path):
    """Return a directory on a file system of 64 kB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no program `mount` here")
    if done.returncode:
        pytest.skip(f"cannot mount a file system of its own: {done.stderr.strip()}")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.service
def test_a_disk_that_is_really_full_fails_no_request_and_holds_no_torn_sound(tmp_path, small_disk):
    with running_service(tmp_path, cache_dir=small_disk, workers=1) as service:
        rows = [Client(service.port).send(corpus.speech("full disk", f"{SHORT} Number {number}.")) for number in (1, 2)]

    assert [row.http_status for row in rows] == [200, 200]
    messages = [line["error_message"] for line in lines_with(service.logs, "CACHE_WRITE_FAILED")]
    assert messages == ["[Errno 28] No space left on device"] * 2
    assert [path for path in Path(small_disk).rglob("*") if path.is_file()] == []
    found = ask_ttslog("requests", service.logs)["requests"]
    assert {(row["status"], row["warning_codes"]) for row in found} == {("success", "CACHE_WRITE_FAILED")}
