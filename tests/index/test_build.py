"""Pieces are made by several at once, and whoever asked for them is alone again when they are there."""

from __future__ import annotations

import gc
import json
import signal
import threading
import time

import pytest

from tests.index.kept import ask, pieces_in, process, read
from ttslog.index import build, make, worker

pytestmark = pytest.mark.usefixtures("cache")


def unfinished(cache):
    gc.collect()  # an error that was raised anew holds its own frame, and that the store
    return [left.name for left in cache.glob(".unfinished-*")]


@pytest.fixture
def one_worker(monkeypatch):
    monkeypatch.setattr(build, "_workers", lambda _: 1)


@pytest.mark.usefixtures("one_worker")
def test_a_worker_that_takes_its_time_to_end_leaves_nothing_behind(cache, logs, monkeypatch):
    real = worker.Worker.__exit__

    def ends_late(*arguments):
        time.sleep(0.5)
        real(*arguments)

    monkeypatch.setattr(worker.Worker, "__exit__", ends_late)
    before = set(threading.enumerate())

    ask(logs)

    assert set(threading.enumerate()) <= before
    assert len(pieces_in(cache)) == 3
    assert unfinished(cache) == []


def test_a_worker_that_is_interrupted_while_it_starts_ends_in_silence(capfd):
    with worker.Worker() as started:
        started._process.send_signal(signal.SIGINT)

    assert (started._process.returncode, capfd.readouterr().err) == (0, "")


def fills_the_disk(_task, folder):
    (folder / "requests.parquet").write_bytes(b"half of it")
    raise OSError(28, "No space left on device")


def test_what_cannot_be_made_leaves_nothing_behind(cache, logs, monkeypatch):
    expected = read(logs)
    monkeypatch.setattr(make, "make", fills_the_disk)

    assert ask(logs) == expected
    assert pieces_in(cache) == []
    assert unfinished(cache) == []


@pytest.mark.parametrize("question", ["top-errors", "report", "requests"])
def test_that_nothing_was_kept_is_said_once_and_the_answer_comes(question, logs, tmp_path):
    (tmp_path / "no-folder").write_text("")

    done = process([question, str(logs)], tmp_path / "no-folder")

    assert done.returncode == 0
    assert json.loads(done.stdout)
    assert done.stderr.count("nothing was kept for the next question") == 1
    assert f"{tmp_path / 'no-folder'}: File exists" in done.stderr


def test_who_wants_nothing_kept_is_not_told_that_nothing_was(logs, tmp_path):
    (tmp_path / "no-folder").write_text("")

    assert "kept" not in process(["report", "--no-cache", str(logs)], tmp_path / "no-folder").stderr


@pytest.mark.usefixtures("one_worker")
def test_what_a_worker_cannot_make_leaves_nothing_behind_though_the_rest_was_made(cache, logs, monkeypatch):
    expected, real, failed = read(logs), make.make, threading.Event()

    def fails(_worker, task, folder):
        failed.set()
        fills_the_disk(task, folder)

    def makes_once_it_failed(task, folder):
        assert failed.wait(60)
        real(task, folder)

    monkeypatch.setattr(worker.Worker, "make", fails)
    monkeypatch.setattr(make, "make", makes_once_it_failed)

    assert ask(logs) == expected
    assert failed.is_set()
    assert unfinished(cache) == []
