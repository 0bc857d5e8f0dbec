"""The Chinese voice broken on purpose, as a real service: memory, weights, a hub that is down."""

from __future__ import annotations

import re
from typing import Any

import pytest

from reference_service.demo import corpus_baker
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with
from reference_service.demo.service import running_service
from tests.asking import ask_ttslog

pytestmark = [pytest.mark.service, pytest.mark.usefixtures("prepared")]

ONE_CLAUSE = "天气" * 70  # the most that the vocoder ever gets at once: 200 MB
# Either may be the one that asks for what is no longer there: it is not the same in every run.
NO_MEMORY = "DefaultCPUAllocator: can't allocate memory: you tried to allocate|oneDNN had no memory for a primitive"


def ask(folder, fault, text="今天天气真好。", up=Client.is_alive, **settings: Any):
    """Return (what the client saw, the request's lines, its row in ttslog)."""
    with running_service(folder, engine="baker", up=up, fault=fault, workers=1, env="test", **settings) as service:
        row = Client(service.port).send(corpus_baker.speech(fault, text))
    (found,) = ask_ttslog("requests", service.logs)["requests"]
    return row, lines_with(service.logs, row.request_id), found


def test_a_clause_too_long_for_the_memory_is_spoken_in_smaller_pieces(tmp_path):
    memory = {"fault_memory_mb": 120, "retry_characters": 12}
    row, lines, found = ask(tmp_path, "out_of_memory", ONE_CLAUSE, Client.is_ready, **memory)

    (warning,) = [line for line in lines if line["event"] == "warning"]
    assert re.search(NO_MEMORY, warning["error_message"])
    assert (warning["warning_code"], warning["fallback"]) == ("HOST_OOM", "smaller_pieces")
    assert row.outcome == "success"
    assert row.audio_seconds > 20
    assert (found["status"], found["warning_codes"], found["fallback_used"]) == ("success", "HOST_OOM", True)


def test_where_no_piece_fits_the_caller_is_told_to_come_again(tmp_path):
    row, lines, found = ask(tmp_path, "out_of_memory", ONE_CLAUSE, Client.is_ready, fault_memory_mb=3)

    assert (row.http_status, row.error_code) == (503, "HOST_OOM")
    assert [line.get("fallback") for line in lines if line["event"] == "warning"] == ["smaller_pieces", None]
    assert (found["status"], found["error_code"], found["last_stage"]) == (
        "failed",
        "HOST_OOM",
        lines[-1]["model_stage"],
    )


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("missing_weights", 503, "MODEL_FILE_MISSING"),
        ("corrupt_weights", 503, "MODEL_FILE_CORRUPT"),
        ("nan_weights", 500, "NUMERIC_INSTABILITY"),
        ("hub_down", 503, "MODEL_DOWNLOAD_FAILED"),
    ],
)
def test_a_broken_model_fails_each_request_with_its_code(tmp_path, fault, status, code):
    row, lines, found = ask(tmp_path, fault)

    assert (row.http_status, row.error_code) == (status, code)
    assert (lines[-1]["status"], lines[-1]["error_code"]) == ("failed", code)
    assert (found["status"], found["error_code"]) == ("failed", code)


def test_a_slow_vocoder_is_slow_in_its_stage(tmp_path):
    _, lines, _ = ask(tmp_path, "slow_stage", up=Client.is_ready, fault_seconds=0.5)

    stages = {line["model_stage"]: line["duration_ms"] for line in lines if line["event"] == "stage_time"}
    assert max(stages, key=lambda name: stages[name]) == "vocoder"
    assert stages["vocoder"] >= 500  # it slept so long at least
