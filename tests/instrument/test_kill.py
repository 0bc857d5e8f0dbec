"""kill -9 of a serving worker at random moments: what was answered is in the log, and the log stays readable.

`make soak` kills 200 times.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from tests.instrument.small_service import SERVICE, Service, ids, read, served

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("gunicorn")

KILLS = int(os.environ.get("TTSLOG_KILLS", "25"))
CALLERS = 4
MOMENT_SECONDS = 0.2  # a kill comes so long after the one before, at most

LATER = """
class Later:
    def __init__(self, log):
        self.log, self.lines = log, []

    def __call__(self, line):
        self.lines.append(line)
        if len(self.lines) > 30:
            while self.lines:
                self.log(self.lines.pop(0))
"""


def kill_at_random(service: Service, kills: int) -> None:
    """Kill the worker that answered last, again and again, under load."""
    choice, done = random.Random(7), threading.Event()

    def keep_calling(_caller: int) -> None:
        while not done.is_set():
            service.call() or time.sleep(0.01)

    with ThreadPoolExecutor(CALLERS) as callers:
        calling = callers.map(keep_calling, range(CALLERS))
        while kills:
            time.sleep(choice.random() * MOMENT_SECONDS)
            worker, service.worker = service.worker, 0
            with suppress(ProcessLookupError):  # its last answer came after its end
                kills -= killed(worker)
        done.set()
        list(calling)


def killed(worker: int) -> bool:
    """Kill `worker`, if there is one."""
    if worker:
        os.kill(worker, signal.SIGKILL)
    return worker != 0


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory) -> tuple[Path, Service]:
    folder = tmp_path_factory.mktemp("killed")
    with served(folder) as service:
        kill_at_random(service, KILLS)
    return folder / "logs", service


def test_what_was_answered_before_a_kill_is_in_the_log_to_its_end(aftermath):
    logs, service = aftermath
    lines, _ = read(logs)

    assert len(service.answered) > KILLS
    assert service.answered - ids(lines, "synthesis_start") == set()
    assert service.answered - ids(lines, "synthesis_complete") == set()


def test_a_kill_tears_one_line_at_most(aftermath):
    _, torn = read(aftermath[0])

    assert torn <= KILLS


def test_a_service_that_writes_later_is_caught(tmp_path):
    with served(tmp_path, SERVICE.replace('"killed", log', '"killed", Later(log)') + LATER) as service:
        kill_at_random(service, 5)

    lines, _ = read(tmp_path / "logs")
    assert service.answered - ids(lines, "synthesis_complete") != set()


def test_ttslog_reads_the_killed_requests_as_what_they_are(aftermath):
    logs, service = aftermath
    command = [sys.executable, "-m", "ttslog", "requests", str(logs), "--json"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    status = {row["request_id"]: row["status"] for row in answer["requests"]}

    assert Counter(status[each] for each in service.answered) == {"success": len(service.answered)}
    # Killed before the start line, in the middle, or between the end line and the answer.
    assert {status.get(each) for each in service.unanswered} <= {None, "incomplete", "success"}
    assert "incomplete" in status.values()
