"""What is kept is safe between processes, whatever one of them does to it, or dies of."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest

from tests.index.kept import ASK, ask, pieces_in, read
from ttslog.index import store
from ttslog.index.opening import open_pieces
from ttslog.logs import Logs
from ttslog.sources import list_files

pytestmark = pytest.mark.usefixtures("cache")


def test_two_processes_at_once_say_the_same(cache, logs):
    environment = {**os.environ, "TTSLOG_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", ASK, "stages", str(logs), "--json"]
    running = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = {one.communicate(timeout=120)[0] for one in running}

    assert [one.returncode for one in running] == [0, 0, 0]
    (answer,) = said
    assert json.loads(answer)["stages"]
    assert len(pieces_in(cache)) == 3
    assert not list(cache.glob(".unfinished-*"))


WRITE_AND_DIE = """
import os, signal, sys
from ttslog import large
from ttslog.index import build, make, store
from ttslog.commands import run
large.LARGE_BYTES = 0
build._workers = lambda _: 0
place = sys.argv.pop(1)
owner, name = {"made": (make, "extract"), "kept": (store.Store, "keep"), "named": (store.Store, "conclude")}[place]
real = getattr(owner, name)
def dies(*arguments):
    if place != "kept":
        real(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(owner, name, dies)
run(sys.argv[1:])
"""


def test_a_piece_that_another_process_finishes_meanwhile_is_left_alone(cache, logs, monkeypatch):
    ask(logs)
    piece, *_ = pieces_in(cache)
    finished = piece.rename(cache / "finished")

    def missed(folder):
        finished.rename(folder)
        raise store.DamagedPiece(folder)

    monkeypatch.setattr(store, "read_facts", missed)
    assert store.default_store().find(piece.name, []) is None
    assert piece.is_dir() or finished.is_dir()


@pytest.mark.parametrize("place", ["made", "kept", "named"])
def test_a_process_killed_while_it_writes_leaves_nothing_that_is_trusted(cache, logs, place):
    environment = {**os.environ, "TTSLOG_CACHE_DIR": str(cache)}
    command = [sys.executable, "-c", WRITE_AND_DIE, place, "stages", str(logs)]
    killed = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len(pieces_in(cache)) == (3 if place == "named" else 0)

    assert ask(logs) == read(logs)


def test_somebody_who_clears_meanwhile_takes_nothing_from_who_is_reading(cache, logs):
    asked = Logs((str(logs),))
    merged = open_pieces(list_files(asked.paths), asked, asked.span())
    shutil.rmtree(cache / next(iter(pieces_in(cache))).name)
    store.default_store().clear()

    assert merged.totals().outcomes["success"] == 90
