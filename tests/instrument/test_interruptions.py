"""A process that is interrupted, killed or forked while it writes into its file."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.instrument.rotated import line, numbers
from ttslog.instrument import RotatingFile, rotating_file

if TYPE_CHECKING:
    from pathlib import Path


STEADY_WRITER = """
import json, sys
from ttslog.instrument import RotatingFile
sink = RotatingFile(sys.argv[1], max_bytes=20_000, backups=10_000)
for number in range(10 ** 9):
    sink(json.dumps({"n": number}).encode() + b"\\n")
    print(number, flush=True)
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGKILL"])
def test_what_was_written_before_a_signal_is_there(tmp_path, name):
    command = [sys.executable, "-c", STEADY_WRITER, str(tmp_path / "app.log")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout
        for _ in range(2_000):
            process.stdout.readline()
        process.send_signal(signal.Signals[name])
        said = 2_000 + len(process.stdout.read().splitlines())

    kept = sorted({number for path in tmp_path.glob("app.log*") for number in numbers(path)})
    assert kept[:said] == list(range(said))
    assert len(kept) - said in {0, 1}  # killed between the line and the word about it


def test_a_forked_process_neither_shares_nor_repeats(tmp_path):
    sink = RotatingFile(tmp_path / "app.log")
    sink.dropped = 3
    child = os.fork()
    if child == 0:
        sink(line(1))
        os._exit(0)
    os.waitpid(child, 0)
    sink(line(2))

    assert (tmp_path / "app.log").read_text() == '{"n": 1}\n{"n": 2,"dropped_lines":3}\n'


def test_a_process_forked_while_the_file_is_being_closed_does_not_close_its_number_again(tmp_path, monkeypatch):
    sink = RotatingFile(tmp_path / "app.log")
    sink(line(0))
    fd = sink._fd
    close = os.close
    in_child = []

    def forked_right_after(number):
        close(number)
        if number == fd:
            in_child.append(sink._fd)  # which a child's `_start_over` would close

    monkeypatch.setattr(rotating_file.os, "close", forked_right_after)
    sink.close()

    assert in_child == [rotating_file.CLOSED]


def is_locked(path: Path) -> bool:
    with path.open("rb") as other:
        try:
            fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.fixture
def handled():
    """Return how to handle a signal, for the time of the test."""
    before = signal.getsignal(signal.SIGUSR1)
    yield lambda handler: signal.signal(signal.SIGUSR1, handler)
    signal.signal(signal.SIGUSR1, before)


def test_a_signal_handler_that_logs_leaves_the_lock_to_the_line_it_interrupts(tmp_path, monkeypatch, handled):
    path = tmp_path / "app.log"
    sink = RotatingFile(path)
    really_write, locked = os.write, []

    def interrupted(fd, data):
        monkeypatch.undo()
        signal.raise_signal(signal.SIGUSR1)
        locked.append(is_locked(path))
        return really_write(fd, data)

    handled(lambda *_: sink(line(1)))
    monkeypatch.setattr(os, "write", interrupted)
    sink(line(0))

    assert locked == [True]
    assert numbers(path) == [0, 1]


def test_a_signal_handler_may_log_at_any_moment(tmp_path, handled):
    path = tmp_path / "app.log"
    sink = RotatingFile(path, max_bytes=20_000, backups=10_000)
    said = []

    def handler(*_):
        said.append(10**6 + len(said))
        sink(line(said[-1]))

    handled(handler)
    parent = os.getpid()
    child = os.fork()
    if not child:
        while os.getppid() == parent:
            os.kill(parent, signal.SIGUSR1)
            time.sleep(0.0005)
        os._exit(0)
    for number in range(5_000):
        sink(line(number))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)

    kept = sorted(number for file in tmp_path.glob("app.log*") for number in numbers(file))
    assert len(said) > 10
    assert kept == [*range(5_000), *said]
