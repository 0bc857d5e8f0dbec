"""The page "Instrument your service in ten minutes" does what it says: its code is run as it stands there."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

from reference_service.demo.live_log import lines_with

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "instrument.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, re.DOTALL))
ENVIRONMENT = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
PATIENCE_SECONDS = 60


@pytest.fixture
def folder(tmp_path):
    for name, code in BLOCKS.items():
        (tmp_path / name).write_text(code, "utf-8")
    return tmp_path


def printed(folder: Path, *command: str) -> str:
    return subprocess.run(
        [sys.executable, *command], cwd=folder, env=ENVIRONMENT, check=True, capture_output=True, text=True, timeout=60
    ).stdout


def test_the_script_writes_what_ttslog_reads(folder):
    assert printed(folder, "script.py") == "TEXT_EMPTY\n"

    requests = json.loads(printed(folder, "-m", "ttslog", "requests", "logs", "--json"))["requests"]
    assert [(row["status"], row["error_code"]) for row in requests] == [("success", None), ("failed", "TEXT_EMPTY")]
    stages = [line["model_stage"] for line in lines_with(folder / "logs", "stage_time")]
    assert stages == ["text_normalize", "acoustic", "vocoder", "text_normalize"]
    assert "Good morning" not in (folder / "logs" / "app.log").read_text()


def test_the_pool_keeps_the_id(folder):
    assert printed(folder, "pool.py") == "[4, 4, 6]\n"

    assert {line["request_id"] for line in lines_with(folder / "logs", "event")} == {"ts_pool"}


@contextmanager
def uvicorn(folder: Path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=ENVIRONMENT) as server:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not answers(port):
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1/audio/speech"
        server.terminate()


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def post(address: str, text: str, request_id: str) -> tuple[int, str]:
    body = json.dumps({"input": text}).encode()
    headers = {"Content-Type": "application/json", "X-Request-ID": request_id}
    try:
        with urllib.request.urlopen(urllib.request.Request(f"{address}?key=sk-live-1", body, headers)) as answer:
            return answer.status, answer.headers["X-Request-ID"]
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers["X-Request-ID"]


def test_the_fastapi_app_logs_each_request_under_its_id(folder):
    pytest.importorskip("fastapi")
    pytest.importorskip("uvicorn")
    with uvicorn(folder) as address:
        assert post(address, "Good morning.", "good") == (200, "good")
        assert post(address, " ", "bad") == (422, "bad")

    lines = lines_with(folder / "logs", "event")
    events = [line["event"] for line in lines if line.get("request_id") == "good"]
    assert events == ["synthesis_start", "stage_time", "synthesis_complete", "http_access"]
    requests = json.loads(printed(folder, "-m", "ttslog", "requests", "logs", "--json"))["requests"]
    assert {row["request_id"]: row["error_code"] for row in requests} == {"good": None, "bad": "TEXT_EMPTY"}
    assert {"service_start", "service_stop"} <= {line["event"] for line in lines}
    assert "sk-live-1" not in (folder / "logs" / "app.log").read_text()
