"""A small service under gunicorn that logs as a speech service does: a start, two stages and an end a request."""

from __future__ import annotations

import http.client
import json
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from isal import igzip

from ttslog.instrument import new_request_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_SECONDS = 30

SERVICE = """
import os, random, time
from pathlib import Path
from ttslog import instrument

wsgi_app = "app:application"
workers, worker_class, threads = 2, "gthread", 4
preload_app = control_socket_disable = True
graceful_timeout = 5  # a worker that is told to stop while it is being forked does not hear it

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


class Service:
    """The address of the service, who has answered what, and by which worker the last one."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.pid = 0
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
    service.pid = process.pid
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


def read(logs: Path) -> tuple[list[dict[str, Any]], int]:
    """Return what the lines hold, and how many of them are torn."""
    found = []
    torn = 0
    for path in logs.glob("app.log*"):
        for line in (igzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()).splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                torn += 1
    return found, torn


def ids(lines: list[dict[str, Any]], event: str) -> set[str]:
    """Return the ids of the requests that have a line of this event."""
    return {line["request_id"] for line in lines if line["event"] == event and "request_id" in line}
