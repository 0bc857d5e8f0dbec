"""One file that lines are written into, and what can happen to its disk."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.instrument.rotated import line, names, numbers
from ttslog import instrument
from ttslog.instrument import RotatingFile, rotating_file, rotation

FULL = Path("/dev/full")
full_disk = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")


def test_a_second_start_appends(tmp_path):
    RotatingFile(tmp_path / "app.log")(line(0))
    RotatingFile(tmp_path / "app.log")(line(1))

    assert numbers(tmp_path / "app.log") == [0, 1]


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

    # What earlier tests left running may log too.
    (written,) = [hello for hello in map(json.loads, path.read_text().splitlines()) if hello["event"] == "hello"]
    assert datetime.fromisoformat(written["timestamp"]) < freed


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


def test_a_file_that_can_neither_be_written_nor_rotated_is_said_on_stderr_once(tmp_path, capsys, monkeypatch):
    folder = tmp_path / "logs"
    lost, stuck = RotatingFile(folder / "app.log"), RotatingFile(tmp_path / "stuck.log", max_bytes=1)
    shutil.rmtree(folder)
    folder.write_text("somebody's file")
    monkeypatch.setattr(rotation, "shift", refuse)
    lost.close()
    for _ in range(3):
        lost(b"{}\n")
        stuck(b"{}\n")

    said = capsys.readouterr().err.splitlines()
    assert [line.partition(" (")[0] for line in said] == [
        f"ttslog: {folder}/app.log cannot be written",
        f"ttslog: {tmp_path}/stuck.log cannot be rotated",
    ]
    assert (lost.dropped, (tmp_path / "stuck.log").read_bytes()) == (3, b"{}\n" * 3)


def refuse(*_):
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def test_without_stderr_nothing_is_raised_either(tmp_path, monkeypatch):
    monkeypatch.setattr(rotation, "shift", refuse)
    monkeypatch.setattr("sys.stderr", None)

    RotatingFile(tmp_path / "app.log", max_bytes=1)(b"{}\n")
    assert (tmp_path / "app.log").read_bytes() == b"{}\n"


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


def test_a_process_that_moves_to_another_directory_goes_on_in_the_same_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sink = RotatingFile("logs/app.log", max_bytes=1)
    sink(line(0))
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    sink(line(1))

    assert numbers(tmp_path / "logs" / "app.log.1.gz") == [1]
    assert names(tmp_path / "elsewhere") == []
