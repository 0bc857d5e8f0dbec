"""One process, one rotating set, and what can happen to its disk."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ttslog import instrument
from ttslog.instrument import RotatingFile, rotating_file, rotation

FULL = Path("/dev/full")
full_disk = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")


def line(number: int) -> bytes:
    return json.dumps({"n": number}).encode() + b"\n"


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))


def numbers(path: Path) -> list[int]:
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(each)["n"] for each in text.splitlines()]


def test_the_newest_backup_is_number_one(tmp_path):
    sink = RotatingFile(tmp_path / "app.log", max_bytes=len(line(0)) * 2)
    for number in range(7):
        sink(line(number))

    assert names(tmp_path) == ["app.log", "app.log.1.gz", "app.log.2.gz", "app.log.3.gz"]
    assert numbers(tmp_path / "app.log.3.gz") == [0, 1]
    assert numbers(tmp_path / "app.log.1.gz") == [4, 5]
    assert numbers(tmp_path / "app.log") == [6]


def test_only_so_many_backups_are_kept(tmp_path):
    sink = RotatingFile(tmp_path / "app.log", max_bytes=1, backups=3)
    for number in range(20):
        sink(line(number))

    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz", "app.log.3.gz"]
    assert numbers(tmp_path / "app.log.1.gz") == [19]


def test_a_second_start_appends(tmp_path):
    RotatingFile(tmp_path / "app.log")(line(0))
    RotatingFile(tmp_path / "app.log")(line(1))

    assert numbers(tmp_path / "app.log") == [0, 1]


def test_what_a_kill_left_uncompressed_is_compressed_next_time(tmp_path):
    (tmp_path / "app.log.1").write_bytes(line(0))
    (tmp_path / ".app.log.gz.tmp").write_bytes(b"half a")
    RotatingFile(tmp_path / "app.log", max_bytes=1)(line(1))

    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz"]
    assert numbers(tmp_path / "app.log.2.gz") == [0]


def test_files_of_others_are_left_alone(tmp_path):
    others = ["app.log.bak", "app.log.1.zst", "other.log.1", "app-log.2"]
    for name in others:
        (tmp_path / name).write_text("mine")
    RotatingFile(tmp_path / "app.log", max_bytes=1)(line(0))

    assert names(tmp_path) == sorted([*others, "app.log.1.gz"])


def test_one_rotates_at_a_time(tmp_path):
    with rotation.claimed(tmp_path / "app.log") as first, rotation.claimed(tmp_path / "app.log") as second:
        assert (first, second) == (True, False)
    with rotation.claimed(tmp_path / "app.log") as again:
        assert again


def test_while_another_rotates_lines_go_on_into_the_file(tmp_path):
    sink = RotatingFile(tmp_path / "app.log", max_bytes=1)
    with rotation.claimed(tmp_path / "app.log"):
        sink(line(0))
        sink(line(1))
    assert numbers(tmp_path / "app.log") == [0, 1]

    sink(line(2))
    assert numbers(tmp_path / "app.log.1.gz") == [0, 1, 2]


@pytest.fixture
def looking_always(monkeypatch):
    monkeypatch.setattr(rotating_file, "LOOK_SECONDS", 0.0)


@pytest.mark.usefixtures("looking_always")
def test_a_file_moved_away_is_opened_anew(tmp_path):
    sink = RotatingFile(tmp_path / "app.log")
    sink(line(0))
    (tmp_path / "app.log").rename(tmp_path / "app.log-20261121")
    sink(line(1))

    assert numbers(tmp_path / "app.log-20261121") == [0]
    assert numbers(tmp_path / "app.log") == [1]


def test_a_file_moved_away_keeps_what_comes_until_the_next_look(tmp_path):
    path, moved = tmp_path / "app.log", tmp_path / "app.log-20261121"
    sink = RotatingFile(path)
    sink(line(0))
    path.rename(moved)
    sink(line(1))
    time.sleep(rotating_file.LOOK_SECONDS)
    sink(line(2))

    assert numbers(moved) + numbers(path) == [0, 1, 2]
    assert numbers(path)[-1] == 2


@pytest.mark.usefixtures("looking_always")
def test_a_directory_removed_under_the_service_is_made_anew(tmp_path):
    sink = RotatingFile(tmp_path / "logs" / "app.log")
    sink(line(0))
    (tmp_path / "logs" / "app.log").unlink()
    (tmp_path / "logs").rmdir()
    sink(line(1))

    assert numbers(tmp_path / "logs" / "app.log") == [1]


def test_a_log_that_cannot_be_opened_stops_the_start(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(OSError, match="file"):
        RotatingFile(tmp_path / "file" / "app.log")


@pytest.mark.usefixtures("written")
def test_a_line_that_had_to_wait_for_the_disk_keeps_its_own_time(tmp_path):
    path = tmp_path / "app.log"
    instrument.configure("late", RotatingFile(path))
    with path.open("rb") as held, ThreadPoolExecutor(1) as caller:
        fcntl.flock(held, fcntl.LOCK_EX)  # as a write that hangs would hold it
        late = caller.submit(instrument.get_logger().info, "hello")
        time.sleep(0.3)
        assert not late.done()
        freed = datetime.now(UTC)
        fcntl.flock(held, fcntl.LOCK_UN)
        late.result(10)

    (written,) = path.read_text().splitlines()
    assert datetime.fromisoformat(json.loads(written)["timestamp"]) < freed


@full_disk
def test_a_full_disk_raises_nothing_and_the_next_line_says_what_was_lost(tmp_path):
    path = tmp_path / "app.log"
    sink = RotatingFile(path)
    sink(line(0))
    path.rename(tmp_path / "before.log")
    path.symlink_to(FULL)
    time.sleep(rotating_file.LOOK_SECONDS)
    for number in range(1, 6):
        sink(line(number))
    path.unlink()
    (tmp_path / "before.log").rename(path)
    sink(line(6))
    sink(line(7))

    written = [json.loads(each) for each in path.read_text().splitlines()]
    assert written == [{"n": 0}, {"n": 6, "dropped_lines": 5}, {"n": 7}]


def test_a_disk_that_fills_up_within_a_line_leaves_no_torn_line(tmp_path, monkeypatch):
    path = tmp_path / "app.log"
    sink = RotatingFile(path)
    sink(line(0))
    really_write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: really_write(fd, data[:3]))
    sink(line(1))
    monkeypatch.undo()
    sink(line(2))

    assert [json.loads(each) for each in path.read_text().splitlines()] == [{"n": 0}, {"n": 2, "dropped_lines": 1}]


def test_a_backup_that_cannot_be_compressed_stays_readable(tmp_path, monkeypatch):
    def no_space(_log, _backups):
        raise OSError(28, "No space left on device")

    sink = RotatingFile(tmp_path / "app.log", max_bytes=1)
    monkeypatch.setattr(rotation, "compress", no_space)
    sink(line(0))
    monkeypatch.undo()
    assert numbers(tmp_path / "app.log.1") == [0]

    sink(line(1))
    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz"]


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


def test_a_closed_file_opens_again(tmp_path):
    sink = RotatingFile(tmp_path / "app.log")
    sink(line(0))
    sink.close()
    sink.close()
    sink(line(1))

    assert numbers(tmp_path / "app.log") == [0, 1]


def test_a_pipe_takes_lines_and_is_never_full(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    with os.fdopen(os.open(path, os.O_RDWR), "rb", buffering=0) as reader:
        RotatingFile(path, max_bytes=1)(line(7))

        assert reader.read(100) == line(7)


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


OTHERS = ["app.log.20251122", "app.log.2024", "app.log.2024.gz", "app.log.01", "app.log.0"]


def test_files_that_somebody_else_numbered_are_left_alone(tmp_path):
    for name in OTHERS:
        (tmp_path / name).write_bytes(b"not ours\n")
    sink = RotatingFile(tmp_path / "app.log", max_bytes=1, backups=2)
    for number in range(5):
        sink(line(number))

    assert names(tmp_path) == sorted(["app.log.1.gz", "app.log.2.gz", *OTHERS])
    assert {(tmp_path / name).read_bytes() for name in OTHERS} == {b"not ours\n"}


def test_backups_from_when_there_were_to_be_more_are_removed(tmp_path):
    for backups in (6, 2):
        sink = RotatingFile(tmp_path / "app.log", max_bytes=1, backups=backups)
        for number in range(8):
            sink(line(number))

    assert names(tmp_path) == ["app.log.1.gz", "app.log.2.gz"]


def test_a_process_that_moves_to_another_directory_goes_on_in_the_same_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sink = RotatingFile("logs/app.log", max_bytes=1)
    sink(line(0))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    sink(line(1))

    assert numbers(tmp_path / "logs" / "app.log.1.gz") == [1]
    assert names(tmp_path / "elsewhere") == []


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
