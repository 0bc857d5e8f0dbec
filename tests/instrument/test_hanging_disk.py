"""A disk that hangs: one caller a process hangs with it, the others go on, and their lines are there in the end."""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from tests.instrument.small_service import SERVICE, ids, read, served
from ttslog.instrument import RotatingFile, rotating_file

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_SECONDS = 30
IMPATIENT = """
from ttslog.instrument import rotating_file
rotating_file.PATIENCE_SECONDS = 0.05
"""


@pytest.fixture(autouse=True)
def little_patience(monkeypatch):
    monkeypatch.setattr(rotating_file, "PATIENCE_SECONDS", 0.05)


@contextmanager
def hanging(path: Path) -> Iterator[None]:
    """Hold the lock of the log, as a writer of another process would whose write does not come back."""
    with path.open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def line(number: int) -> bytes:
    return json.dumps({"n": number}).encode() + b"\n"


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(each) for each in path.read_text("utf-8").splitlines()]


@contextmanager
def stuck(sink: RotatingFile) -> Iterator[threading.Thread]:
    """Hang the disk, and with it a first caller, who writes line 0."""
    with hanging(sink.path):
        first = threading.Thread(target=sink, args=(line(0),))
        first.start()
        while sink._lock.acquire(blocking=False):  # until the first caller has it
            sink._lock.release()
            time.sleep(0.001)
        yield first
    first.join(PATIENCE_SECONDS)


def test_only_the_one_who_is_writing_waits_for_the_disk(tmp_path):
    sink = RotatingFile(tmp_path / "app.log")
    with stuck(sink) as first:
        with ThreadPoolExecutor(4) as others:
            list(others.map(sink, map(line, range(1, 101))))  # comes back

        assert first.is_alive()
        assert lines_of(sink.path) == []

    assert not first.is_alive()
    assert sorted(each["n"] for each in lines_of(sink.path)) == list(range(101))


def test_the_lines_of_one_caller_stay_in_their_order(tmp_path):
    sink = RotatingFile(tmp_path / "app.log")
    with stuck(sink):
        for number in range(1, 50):
            sink(line(number))
    for number in range(50, 60):
        sink(line(number))

    assert [each["n"] for each in lines_of(sink.path)] == list(range(60))


def test_what_there_is_no_room_for_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(rotating_file, "LATE_LINES", 10)
    sink = RotatingFile(tmp_path / "app.log")
    with stuck(sink):
        for number in range(1, 101):
            sink(line(number))

    written = lines_of(sink.path)
    assert [each["n"] for each in written] == list(range(11))
    assert sum(each.get("dropped_lines", 0) for each in written) == 90


def test_a_process_forked_meanwhile_neither_waits_nor_repeats(tmp_path):
    sink = RotatingFile(tmp_path / "app.log")
    with stuck(sink):
        sink(line(1))
        child = os.fork()
        if not child:
            os._exit(len(sink._late) + sink._lock.acquire(blocking=False) - 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0

    assert [each["n"] for each in lines_of(sink.path)] == [0, 1]


def test_a_service_goes_on_with_all_threads_but_one(tmp_path):
    one_worker = (
        SERVICE.replace("workers, worker_class, threads = 2,", "workers, worker_class, threads = 1,") + IMPATIENT
    )
    with served(tmp_path, one_worker) as service, ThreadPoolExecutor(4) as callers:
        with hanging(tmp_path / "logs" / "app.log"):
            calls = [callers.submit(service.call) for _ in range(40)]
            answers = as_completed(calls, PATIENCE_SECONDS)
            assert all(next(answers).result() for _ in range(39))
            assert [call.done() for call in calls].count(False) == 1
        assert next(answers).result()

    lines, torn = read(tmp_path / "logs")
    assert torn == 0
    assert service.answered - ids(lines, "synthesis_complete") == set()
