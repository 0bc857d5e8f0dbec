"""The service as a process of its own: started, waited for, stopped, and never left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reference_service.demo.client import Client
from reference_service.settings import PREFIX, Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

DEFAULT_ENGINE = Settings().engine
START_SECONDS = 60.0
STOP_SECONDS = 40.0
LOG_BYTES = 160_000  # small, so that a short run rotates several times
NOBODY = "http://127.0.0.1:9"  # a proxy that is not there: downloads fail at once, and nothing leaves the machine


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its process, the engine that it speaks with and where its files are."""

    process: subprocess.Popen[bytes]
    port: int
    engine: str
    logs: Path
    cache: Path


@contextmanager
def running_service(
    folder: Path, *, engine: str = DEFAULT_ENGINE, up: Callable[[Client], bool] = Client.is_ready, **settings: object
) -> Iterator[Service]:
    """Run `python -m reference_service` with its logs and cache in `folder`; stop it with SIGTERM.

    Args:
        folder: gets `logs`, `cache`, `voices` and what the service prints (`service.out`).
        engine: which one speaks.
        up: what is waited for; a service whose model cannot be loaded is `Client.is_alive` and never ready.
        settings: further fields of `reference_service.settings.Settings`.

    Raises:
        RuntimeError: the service did not come up; the message says what it printed.
    """
    service = _start(folder, engine, settings)
    try:
        _wait_until(up, service, folder / "service.out")
        yield service
    finally:
        _stop(service.process)


def _start(folder: Path, engine: str, settings: dict[str, object]) -> Service:
    port, logs, cache = _free_port(), folder / "logs", folder / "cache"
    own = {
        "port": port,
        "engine": engine,
        "log_dir": logs,
        "cache_dir": cache,
        "uploads_dir": folder / "uploads",
        "log_max_bytes": LOG_BYTES,
        "log_backups": 1000,
        "env": "demo",
    }
    variables = {f"{PREFIX}{name.upper()}": str(value) for name, value in (own | settings).items()}
    environment = os.environ | variables | {"HIBARI_HOME": str(folder / "voices"), "https_proxy": NOBODY}
    with (folder / "service.out").open("wb") as out:
        command = [sys.executable, "-m", "reference_service"]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out, start_new_session=True)  # noqa: S603
    return Service(process, port, engine, logs, cache)


def _wait_until(up: Callable[[Client], bool], service: Service, printed: Path) -> None:
    client = Client(service.port)
    deadline = time.monotonic() + START_SECONDS
    while not up(client):
        if service.process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"the service did not start: {printed.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)  # the session that it leads: master and workers
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
