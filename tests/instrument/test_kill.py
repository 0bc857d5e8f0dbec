"""kill -9 of a serving worker at random moments: what was answered is in the log, and the log stays readable.

`make soak` kills 200 times.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from isal import igzip

from ttslog.instrument import new_request_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytest.importorskip("gunicorn")

KILLS = int(os.environ.get("TTSLOG_KILLS", "25"))
CALLERS = 4
PATIENCE_SECONDS = 30
MOMENT_SECONDS = 0.2  # a kill comes so long after the one before, at most

SERVICE = """
import os, random, time
from pathlib import Path
from ttslog import instrument

wsgi_app = "app:application"
workers, worker_class, threads = 2, "gthread", 4
preload_app = control_socket_disable = True

def on_starting(_arbiter):
    log = instrument.RotatingFile(Path("logs") / "app.log", max_bytes=20_000, backups=10_000)
    instrument.configure("killed", log)
    instrument.route("gunicorn.error")

def speak(_environ, start_response):
    with instrument.synthesis("Good morning.", engine="none"):
        for name in ("acoustic", "vocoder"):
            with instrument.stage(name):
                time.sleep(random.random() / 200)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]

application = instrument.RequestIdMiddleware(speak)
"""

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


class Service:
    """The address of the service, who has answered what, and by which worker the last one."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.worker = 0
        self.answered: set[str] = set()
        self.unanswered: set[str] = set()

    def call(self) -> bool:
        """Ask once; False where no answer came."""
        request_id = new_request_id()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", "/", headers={"X-Request-ID": request_id})
            self.worker = int(connection.getresponse().read())
            self.answered.add(request_id)
        except (http.client.HTTPException, ConnectionError, ValueError):  # no answer, or half of one
            self.unanswered.add(request_id)
            return False
        finally:
            connection.close()
        return True


@contextmanager
def served(folder: Path, program: str = SERVICE) -> Iterator[Service]:
    (folder / "app.py").write_text(program)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        service = Service(probe.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", "-c", "app.py", "-b", f"127.0.0.1:{service.port}"]
    process = subprocess.Popen(command, cwd=folder, stderr=subprocess.DEVNULL)
    try:
        ready = time.monotonic() + PATIENCE_SECONDS
        while not service.call():
            assert process.poll() is None
            assert time.monotonic() < ready
            time.sleep(0.05)
        service.unanswered.clear()
        yield service
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


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


def read(logs: Path) -> tuple[dict[str, set[str]], int]:
    """Return the ids by event, and how many lines are torn."""
    ids: dict[str, set[str]] = {}
    torn = 0
    for path in logs.glob("app.log*"):
        for line in (igzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).splitlines():
            try:
                fields = json.loads(line)
            except ValueError:
                torn += 1
                continue
            ids.setdefault(fields["event"], set()).add(fields.get("request_id"))
    return ids, torn


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory) -> tuple[Path, Service]:
    folder = tmp_path_factory.mktemp("killed")
    with served(folder) as service:
        kill_at_random(service, KILLS)
    return folder / "logs", service


def test_what_was_answered_before_a_kill_is_in_the_log_to_its_end(aftermath):
    logs, service = aftermath
    ids, _ = read(logs)

    assert len(service.answered) > KILLS
    assert service.answered - ids["synthesis_start"] == set()
    assert service.answered - ids["synthesis_complete"] == set()


def test_a_kill_tears_one_line_at_most(aftermath):
    _, torn = read(aftermath[0])

    assert torn <= KILLS


def test_a_service_that_writes_later_is_caught(tmp_path):
    with served(tmp_path, SERVICE.replace('"killed", log', '"killed", Later(log)') + LATER) as service:
        kill_at_random(service, 5)

    ids, _ = read(tmp_path / "logs")
    assert service.answered - ids["synthesis_complete"] != set()


def test_ttslog_reads_the_killed_requests_as_what_they_are(aftermath):
    logs, service = aftermath
    command = [sys.executable, "-m", "ttslog", "requests", str(logs), "--json"]
    answer = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    status = {row["request_id"]: row["status"] for row in answer["requests"]}

    assert Counter(status[each] for each in service.answered) == {"success": len(service.answered)}
    # Killed before the start line, in the middle, or between the end line and the answer.
    assert {status.get(each) for each in service.unanswered} <= {None, "incomplete", "success"}
    assert "incomplete" in status.values()
