"""Helpers find what one alone would find, and whatever becomes of them, nothing is lost and nothing taken twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ttslog.finding.crew
from tests.faults.writing import gz, requests
from ttslog.finding import search_for_id
from ttslog.finding.helpers import Queue
from ttslog.finding.hits import Hits
from ttslog.sources import list_files

FILES = 6
# A process of its own, for one that has threads, as a test's may, is not copied. It prints, file by file, the lines
# that were found and whether it found them itself.
ALONE = """
import json, os, signal, sys, threading
import ttslog.finding.crew as crew
import ttslog.finding.helpers as helpers
from ttslog.finding import search_for_id
from ttslog.sources import list_files

folder, trouble = sys.argv[1:]
owner, real = os.getpid(), crew.search
mine, copies = [], []
fork = os.fork

def search(text, needles, damage, notes):
    if os.getpid() == owner:
        mine.append(1)
    elif trouble == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    elif trouble == "raises":
        raise RuntimeError("in a helper")
    return real(text, needles, damage, notes)

def copy():
    if trouble == "refused":
        raise BlockingIOError("no more processes")
    copies.append(1)
    return fork()

crew.search, os.fork, helpers._cores = search, copy, lambda: 3
if trouble == "threads":
    threading.Thread(target=threading.Event().wait, daemon=True).start()
found = search_for_id("r700", list_files([folder])).crew.hits()
print(json.dumps([[one.lines, one.ranges, len(one.head), one.text_bytes] for one in found]))
print(json.dumps({"copies": len(copies), "mine": len(mine), "left": len(os.listdir("/proc/self/fd"))}))
"""
# Its copies are at their first files until it is gone.
ORPHANS = """
import os, sys, time
import ttslog.finding.crew as crew
import ttslog.finding.helpers as helpers
from pathlib import Path
from ttslog.finding import Hits, search_for_id
from ttslog.sources import list_files

folder, searched = sys.argv[1:]
owner = os.getpid()

def search(text, needles, damage, notes):
    Path(searched, f"begun {os.getpid()}").touch(exist_ok=False)
    while os.getppid() == owner:
        time.sleep(0.01)
    Path(searched, f"ended {os.getpid()}").touch(exist_ok=False)
    return Hits()

crew.search, helpers._cores = search, lambda: 3
begun = search_for_id("r700", list_files([folder]))
while len(list(Path(searched).iterdir())) < 2:
    time.sleep(0.01)
print("begun", flush=True)
time.sleep(60)
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for age in range(FILES):
        text = requests(400, first=(FILES - age) * 400)
        (tmp_path / (f"app.log.{age}.gz" if age else "app.log")).write_bytes(gz(text) if age else text)
    return tmp_path


def plain(hits: list[Hits]) -> list[list[object]]:
    return [[one.lines, [list(lines) for lines in one.ranges], len(one.head), one.text_bytes] for one in hits]


def alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[object]]:
    with monkeypatch.context() as patch:
        patch.setattr(ttslog.finding.crew, "call_helpers", lambda *_, **__: [])
        search = search_for_id("r700", list_files([str(folder)]))
        assert search is not None
        return plain(search.crew.hits())


@LINUX
@pytest.mark.parametrize(
    ("trouble", "copies"), [("none", 2), ("killed", 2), ("raises", 2), ("refused", 0), ("threads", 0)]
)
def test_all_is_found_whatever_becomes_of_those_who_help(folder, monkeypatch, trouble, copies):
    ran = subprocess.run(
        [sys.executable, "-c", ALONE, str(folder), trouble], capture_output=True, text=True, check=True, timeout=60
    )
    found, counted = map(json.loads, ran.stdout.splitlines())

    assert found == alone(folder, monkeypatch)
    assert found[0][0], "the logs hold lines"
    assert counted["copies"] == copies
    assert counted["left"] <= 5, "no pipe is left open"
    if trouble in ("killed", "raises", "refused"):
        assert counted["mine"] == FILES
    assert not ran.stderr


def test_what_a_file_raises_reaches_who_asked(folder, monkeypatch):
    def search(*_: object) -> Hits:
        raise ZeroDivisionError

    monkeypatch.setattr(ttslog.finding.crew, "search", search)
    begun = search_for_id("r700", list_files([str(folder)]))
    assert begun is not None
    with pytest.raises(ZeroDivisionError):
        begun.crew.hits()


@given(st.lists(st.integers(0, 10_000), unique=True, max_size=3_000))
def test_each_file_is_taken_once(numbers):
    queue = Queue(numbers)
    taken: list[int] = []
    takers = [iter(queue), iter(queue)]
    while takers:
        for taker in list(takers):
            number = next(taker, None)
            if number is None:
                takers.remove(taker)
            else:
                taken.append(number)
    queue.close()
    assert sorted(taken) == sorted(numbers)


@LINUX
def test_copies_end_with_their_owner(folder, tmp_path_factory):
    searched = tmp_path_factory.mktemp("searched")
    owner = subprocess.Popen(
        [sys.executable, "-c", ORPHANS, str(folder), str(searched)], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    assert owner.stdout.readline() == "begun\n"
    owner.kill()
    owner.wait()

    assert owner.stdout.read() == "", "its copies have ended, for nobody holds the pipe"
    owner.stdout.close()
    ended = sorted(path.name.split()[0] for path in searched.iterdir())
    assert ended == ["begun", "begun", "ended", "ended"], "each has ended the file it was at, and taken no other"
