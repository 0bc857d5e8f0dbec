"""What is kept: found again by content, never trusted when it is not what was written, and safe between processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from datetime import timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.faults.writing import failed, gz, requests, start
from tests.index.answers import LINE_BY_LINE, PIECES, answers, assert_alike, large_from
from ttslog.index import build, make, store
from ttslog.logs import Logs
from ttslog.observe import observe

LONG_AGO = 1_700_000_000
OWN = ("stamps.json", "several.json")  # of the store, and of no piece
KEPT = ("requests.parquet", "stages.parquet", "numbers", "tally.json", "facts.json", *OWN)
ASK = """
import sys
from ttslog.index import ask
from ttslog.commands import run
ask.LARGE_BYTES = 0
sys.exit(run(sys.argv[1:]))
"""


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TTSLOG_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def extracted(monkeypatch):
    """The names of the files that were extracted, in this process."""
    names: list[str] = []
    real = make.extract

    def noted(task, folder):
        names.append(task.file.path.name)
        real(task, folder)

    monkeypatch.setattr(make, "extract", noted)
    monkeypatch.setattr(build, "_workers", lambda _: 0)
    return names


@pytest.fixture
def logs(tmp_path):
    """Three files of one log that nobody has written to for long."""
    folder = tmp_path / "logs"
    folder.mkdir()
    lay(folder / "app.log.2.gz", gz(requests(40) + start(40, "r-lost")))
    lay(folder / "app.log.1.gz", gz(requests(40, first=40) + failed(90, "r-lost")))
    lay(folder / "app.log", requests(10, first=100))
    return folder


def lay(path: Path, content: bytes, at_s: int = LONG_AGO) -> None:
    path.write_bytes(content)
    os.utime(path, (at_s, at_s))


def ask(logs):
    return answers((str(logs),), size=PIECES)


def read(logs):
    return answers((str(logs),), size=LINE_BY_LINE)


def pieces_in(cache: Path) -> list[Path]:
    return [folder for folder in cache.iterdir() if store._PIECE.fullmatch(folder.name)]


def test_a_second_question_extracts_nothing(logs, extracted):
    first = ask(logs)
    assert len(extracted) == 3

    assert ask(logs) == first == read(logs)
    assert len(extracted) == 3


@pytest.mark.parametrize("zone", [timezone(timedelta()), ZoneInfo("Etc/UTC"), ZoneInfo("Etc/GMT")], ids=str)
def test_a_zone_is_known_by_its_rules_and_not_by_its_name(logs, extracted, zone):
    ask(logs)
    with large_from(PIECES):
        observe(Logs((str(logs),), zone=zone), tables=True)
    assert len(extracted) == 3


def test_a_rotated_file_is_known_by_its_content_and_only_the_new_one_is_extracted(logs, extracted):
    ask(logs)
    extracted.clear()
    for older in (2, 1):
        (logs / f"app.log.{older}.gz").rename(logs / f"app.log.{older + 1}.gz")
    (logs / "app.log").rename(logs / "app.log.1")
    lay(logs / "app.log", requests(5, first=200))

    assert ask(logs) == read(logs)
    assert extracted == ["app.log"]


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content[:-1_000],
        lambda content: content + requests(1, first=500),
        lambda content: content.replace(b"r0105", b"r0x05"),
    ],
    ids=["truncated", "grown", "changed"],
)
def test_a_changed_file_is_not_known(logs, extracted, change):
    ask(logs)
    extracted.clear()
    lay(logs / "app.log", change((logs / "app.log").read_bytes()), LONG_AGO + 60)

    assert ask(logs) == read(logs)
    assert extracted == ["app.log"]


def test_a_file_written_a_moment_ago_is_told_by_its_content_not_by_size_and_time(logs):
    just_now = int(time.time())
    lay(logs / "app.log", requests(10, first=100), just_now)
    ask(logs)
    content = (logs / "app.log").read_bytes().replace(b"r0105", b"r0x05")
    with (logs / "app.log").open("r+b") as file:
        file.write(content)
    os.utime(logs / "app.log", (just_now, just_now))

    assert ask(logs) == read(logs)


def flip(content: bytes) -> bytes:
    return content[: len(content) // 2] + bytes([content[len(content) // 2] ^ 1]) + content[len(content) // 2 + 1 :]


@pytest.mark.parametrize(
    "harm", [flip, lambda content: content[:-7], lambda _: b"", lambda _: b"{}"], ids=["bit", "cut", "empty", "other"]
)
@pytest.mark.parametrize("name", KEPT)
def test_what_is_damaged_is_made_again(cache, logs, extracted, name, harm):
    ask(logs)
    for damaged in cache.rglob(name):
        damaged.write_bytes(harm(damaged.read_bytes()))
    extracted.clear()

    assert ask(logs) == read(logs)
    assert len(extracted) == (0 if name in OWN else 3)
    assert ask(logs) == read(logs)
    assert len(extracted) <= 3


@pytest.mark.parametrize("name", ["stages.parquet", "numbers", "tally.json"])
def test_a_part_that_is_missing_is_made_again(cache, logs, name):
    ask(logs)
    for folder in pieces_in(cache):
        (folder / name).unlink()
    assert ask(logs) == read(logs)


def test_who_asks_again_for_counts_writes_nothing(cache, logs):
    def state():
        return {path: (path.stat().st_mtime_ns, path.stat().st_ino) for path in (cache, *cache.rglob("*"))}

    process(["stages", str(logs)], cache)
    before = state()

    assert json.loads(process(["top-errors", str(logs)], cache).stdout)["requests"] == 91
    assert state() == before


def test_who_asks_again_for_counts_needs_no_tables(cache, logs):
    process(["stages", str(logs)], cache)
    for folder in pieces_in(cache):
        for name in ("requests.parquet", "stages.parquet"):
            (folder / name).unlink()

    told = [process([question, str(logs)], cache) for question in ("top-errors", "stages")]

    assert [one.returncode for one in told] == [0, 0]
    assert not list(cache.rglob("*.parquet"))


def test_another_version_reads_for_itself(logs, extracted, monkeypatch):
    ask(logs)
    monkeypatch.setattr(store, "__version__", "99.0")
    ask(logs)
    assert len(extracted) == 6


def test_what_was_not_asked_for_longest_goes_first(cache, logs):
    ask(logs)
    oldest, *others = pieces_in(cache)
    os.utime(oldest / "facts.json", (LONG_AGO, LONG_AGO))
    kept = store.default_store()
    kept.cap_bytes = sum(one.size_bytes for one in kept.pieces()) - 1
    kept.conclude()
    assert sorted(pieces_in(cache)) == sorted(others)


def test_a_cache_of_no_size_answers_all_the_same(cache, logs, monkeypatch):
    monkeypatch.setenv("TTSLOG_CACHE_MB", "0")
    assert ask(logs) == read(logs)
    assert pieces_in(cache) == []


def test_clearing_takes_what_is_ours_and_nothing_else(cache, logs):
    ask(logs)
    (cache / "letters").mkdir()
    (cache / "diary.txt").write_text("mine")
    kept = store.default_store()

    assert kept.clear() > 0
    assert sorted(path.name for path in cache.iterdir()) == ["diary.txt", "letters"]


def test_nobody_else_can_read_what_is_kept(cache, logs):
    ask(logs)
    assert cache.stat().st_mode & 0o777 == 0o700
    modes = {path.stat().st_mode & 0o777 for path in cache.rglob("*") if path.is_file()}
    assert modes == {0o600}


def test_what_a_process_left_unfinished_a_day_ago_is_cleared_away(cache, logs):
    cache.mkdir()
    for left in (cache / ".unfinished-old", cache / ".unfinished-stamps-1"):
        left.mkdir() if left.suffix else left.write_text("")
        os.utime(left, (LONG_AGO, LONG_AGO))
    ask(logs)
    assert not list(cache.glob(".unfinished-old*")) + list(cache.glob(".unfinished-stamps*"))


def test_ids_made_of_a_file_name_are_told_anew_under_another_name(tmp_path):
    said = ("000 INFO synthesis text 你好", "500 INFO yield speech len 2.0, rtf 0.25")
    lines = [f"2026-11-20 12:00:{second:02},{what}\n" for second in range(0, 50, 5) for what in said]
    (tmp_path / "logs").mkdir()
    lay(tmp_path / "logs" / "engine.log", "".join(lines).encode())
    named = ask(tmp_path / "logs")
    (tmp_path / "logs" / "engine.log").rename(tmp_path / "logs" / "voice.log")

    renamed = ask(tmp_path / "logs")

    assert renamed == read(tmp_path / "logs")
    assert named["requests"]
    assert all("engine.log" in row["request_id"] for row in named["requests"])
    assert all("voice.log" in row["request_id"] for row in renamed["requests"])


def test_without_a_cache_nothing_is_left_behind(cache, logs, tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    done = process(["stages", str(logs), "--no-cache"], cache)
    assert done.returncode == 0
    assert not cache.exists()
    assert list((tmp_path / "tmp").iterdir()) == []


def process(arguments: list[str], cache: Path, **more):
    environment = {**os.environ, "TTSLOG_CACHE_DIR": str(cache), "TZ": "UTC"}
    command = [sys.executable, "-c", ASK, *arguments, "--json"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False, **more)


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
from ttslog.index import ask, build, make, store
from ttslog.commands import run
ask.LARGE_BYTES = 0
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


def test_a_folder_that_cannot_be_written_costs_the_keeping_not_the_answer(cache, logs):
    cache.write_text("a file where the folder should be")
    assert ask(logs) == read(logs)
    done = process(["stages", str(logs)], cache)
    assert done.returncode == 0
    assert "Traceback" not in done.stderr


def test_where_no_file_can_grow_the_lines_are_read(cache, logs):
    def no_room():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (300, 300))

    done = process(["stages", str(logs)], cache, preexec_fn=no_room)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["stages"]
    assert "Traceback" not in done.stderr
    assert not cache.exists() or pieces_in(cache) == []


def test_somebody_who_clears_meanwhile_takes_nothing_from_who_is_reading(cache, logs):
    from ttslog.index.opening import open_pieces
    from ttslog.logs import Logs
    from ttslog.sources import list_files

    asked = Logs((str(logs),))
    merged = open_pieces(list_files(asked.paths), asked, asked.span())
    shutil.rmtree(cache / next(iter(pieces_in(cache))).name)
    store.default_store().clear()

    assert merged.statuses()[0]["success"] == 90


def test_status_and_clear_say_what_is_kept(cache, logs):
    process(["index", str(logs)], cache)
    status = json.loads(process(["index", "--status"], cache).stdout)
    assert (status["files"], status["folder"]) == (3, str(cache))
    assert status["bytes"] > 0

    assert json.loads(process(["index", "--clear"], cache).stdout)["cleared_bytes"] == status["bytes"]
    assert not cache.exists()
    assert_alike((str(logs),))
