"""A request without an end: its lines are read around the id, and pieces of the index tell why it has none."""

from __future__ import annotations

import random

import pytest

import ttslog.large
from tests.faults.writing import gz, line, requests, stage, start
from tests.finding.test_exact import NARROW, lay, told
from ttslog.logs import Logs
from ttslog.questions.trace import Limits, trace

LOGS = 40
A_FILE = 2_000  # requests of three lines
LIMITS = Limits(whole_bytes=1 << 10)
KILLED = line(1_950, "worker_killed", level="error", worker_pid=41, signal="SIGKILL").replace(b'"pid": 41', b'"pid": 7')
RESTARTED = line(1_950, "service_start", ppid=1)


@pytest.fixture(autouse=True)
def all_logs_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pieces be made of logs of any size."""
    monkeypatch.setattr(ttslog.large, "LARGE_BYTES", 0)


@pytest.mark.parametrize("seed", range(LOGS))
def test_what_pieces_tell_of_processes_is_what_all_lines_tell(tmp_path, seed):
    lay(tmp_path, seed)
    wanted = random.Random(seed)
    for _ in range(4):
        request_id = f"req_{wanted.randrange(160):04x}"
        assert told(request_id, tmp_path, NARROW) == told(request_id, tmp_path, None)


@pytest.mark.parametrize(
    ("later", "reason"),
    [(b"", "unknown"), (KILLED, "killed"), (RESTARTED, "restarted")],
    ids=["", "kill", "start"],
)
def test_why_a_request_has_no_end_is_told_without_parsing_the_log_again(tmp_path, later, reason):
    hung = start(100, "X17", pid=41) + stage(100.2, "X17", pid=41)
    others = requests(A_FILE).replace(b'"pid": 41', b'"pid": 42')
    behind = requests(A_FILE, first=A_FILE).replace(b'"pid": 41', b'"pid": 42')
    at = others.index(b"r0100") - 200
    at = others.index(b"\n", at) + 1
    (tmp_path / "app.log.1.gz").write_bytes(gz(others[:at] + hung + others[at:]))
    (tmp_path / "app.log").write_bytes(later + behind)

    found = trace("X17", Logs((str(tmp_path),)), LIMITS)

    assert (found.request.status, found.request.reason, found.request.lines) == ("incomplete", reason, 2)
    assert found.reading.total("passed_over") > 6_000
