"""The text log of a service of one's own, whose messages name their requests, is answered like any other."""

from __future__ import annotations

import gzip
import random
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.asking import ask_ttslog

if TYPE_CHECKING:
    from pathlib import Path

REQUESTS, EVERY_FIFTH = 20, 5
TRACEBACK = """Traceback (most recent call last):
  File "/app/tts.py", line 10, in speak
    vocoder(mel)
torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB
"""
LOGGED = {
    "led by brackets": "{time} - app.tts - INFO - [{id}] {message}",
    "led by a kind in brackets": "{time} | INFO     | app.tts:speak:42 - [req-{id}] {message}",
    "at the end": "{time} INFO app.tts: {message} request_id={id}",
    "at the end, in parentheses": "{time} [INFO] {message} (request_id: {id})",
    "led by a name": "{time} INFO rid={id} | {message}",
    "a request and a colon": "{time} - app.tts - INFO - request {id}: {message}",
    "a task and a colon": "INFO:app.tts:Task {id}: {message}",
    "the correlation id of a filter": "{time} INFO [{id}] app.tts {message}",
    "in the message of JSON": '{{"asctime": "{time}", "levelname": "INFO", "message": "[{id}] {message}"}}',
}


def write(folder: Path, how: str) -> list[str]:
    """Write requests one after the other, every fifth of which fails; return their ids."""
    rng, at = random.Random(how), datetime(2026, 11, 20, 14, tzinfo=UTC)
    ids = [f"{rng.getrandbits(32):08x}" for _ in range(REQUESTS)]
    lines = []
    for number, request_id in enumerate(ids):
        fails = number % EVERY_FIFTH == 0
        said = ["synthesis started voice=alloy text_len=12", "acoustic model done in 98 ms"]
        said += ["synthesis failed: CUDA out of memory" if fails else "Synthesis complete, took 0.41s"]
        for message in said:
            at += timedelta(milliseconds=200)
            line = LOGGED[how].format(time=f"{at:%Y-%m-%d %H:%M:%S},{at:%f}"[:-3], id=request_id, message=message)
            lines.append((line.replace("INFO", "ERROR") if fails and message is said[-1] else line) + "\n")
        lines += [TRACEBACK] if fails and how != "in the message of JSON" else []
    half = len(lines) // 2
    (folder / "app.log.1.gz").write_bytes(gzip.compress("".join(lines[:half]).encode()))
    (folder / "app.log").write_text("".join(lines[half:]))
    return ids


@pytest.mark.parametrize("how", LOGGED)
def test_requests_that_only_messages_name_are_found_counted_and_traced(how, tmp_path, monkeypatch):
    monkeypatch.setenv("TTSLOG_CACHE_DIR", str(tmp_path / "cache"))
    logs = tmp_path / "logs"
    logs.mkdir()
    ids = write(logs, how)

    for cached in ([], ["--no-cache"]):
        answer = ask_ttslog("top-errors", logs, *cached)
        assert (answer["requests"], answer["failed"], answer["success"]) == (20, 4, 16)
        assert [(error["error_code"], error["count"]) for error in answer["errors"]] == [("CUDA_OOM", 4)]
        rows = ask_ttslog("requests", logs, *cached)["requests"]
        assert sorted(row["request_id"].removeprefix("req-") for row in rows) == sorted(ids)
        assert {row["duration_ms"] for row in rows if row["status"] == "success"} == {410.0}
        assert {(row["voice"], row["text_len"]) for row in rows} == {("alloy", 12)}
        traced = ask_ttslog("trace", rows[-1]["request_id"][:10], logs, *cached)
        assert traced["request"]["request_id"] == rows[-1]["request_id"]
