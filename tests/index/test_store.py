"""What is kept: found again by content, and never trusted when it is not what was written."""

from __future__ import annotations

import json
import os
import time
from datetime import timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from tests.faults.writing import requests
from tests.index.answers import PIECES, assert_alike, large_from
from tests.index.kept import LONG_AGO, ask, lay, pieces_in, process, read
from ttslog.commands import run
from ttslog.index import contents, store
from ttslog.logs import Logs
from ttslog.observe import observe

OWN = ("stamps.json", "several.json")  # of the store, and of no piece
KEPT = ("requests.parquet", "stages.parquet", "numbers", "tally.json", "facts.json", *OWN)

pytestmark = pytest.mark.usefixtures("cache")


def test_a_second_question_extracts_nothing(logs, extracted):
    first = ask(logs)
    assert len(extracted) == 3

    assert ask(logs) == first == read(logs)
    assert len(extracted) == 3


@pytest.mark.parametrize("question", [["stages"], ["requests"], ["report", "--format", "json"]], ids=" ".join)
def test_what_is_not_kept_is_extracted_once_for_a_question(logs, extracted, question):
    with large_from(PIECES):
        assert run([*question, str(logs), "--no-cache"]) == 0
    assert sorted(extracted) == ["app.log", "app.log.1.gz", "app.log.2.gz"]


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


def test_a_file_written_a_moment_ago_is_told_by_its_content_not_by_size_and_time(logs, monkeypatch):
    monkeypatch.setattr(contents, "_SETTLED_NS", 3_600_000_000_000)  # a slow machine must not outlast the moment
    just_now = int(time.time())
    lay(logs / "app.log", requests(10, first=100), just_now)
    ask(logs)
    changed = (logs / "app.log").read_bytes().replace(b"r0105", b"r0x05")
    with (logs / "app.log").open("r+b") as file:
        file.write(changed)
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


def test_who_asks_for_counts_first_keeps_them_for_the_next_question(cache, logs, extracted):
    with large_from(PIECES):
        observe(Logs((str(logs),)))
        assert len(extracted) == len(pieces_in(cache)) == 3

        observe(Logs((str(logs),)), tables=True)
    assert len(extracted) == 3


@pytest.mark.parametrize("keeping", ["not wanted", "not possible"])
def test_counts_that_cannot_be_kept_are_read_line_by_line(cache, logs, extracted, keeping):
    if keeping == "not possible":
        cache.write_text("a file where the folder should be")
    with large_from(PIECES):
        seen = observe(Logs((str(logs),), cache=keeping != "not wanted"))

    assert seen.totals.outcomes["success"] == 90
    assert extracted == []


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


def test_another_catalogue_reads_for_itself(logs, extracted, monkeypatch):
    ask(logs)
    monkeypatch.setattr(store, "catalogue_digest", lambda: "changed")
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


def test_status_and_clear_say_what_is_kept(cache, logs):
    process(["index", str(logs)], cache)
    status = json.loads(process(["index", "--status"], cache).stdout)
    assert (status["files"], status["folder"]) == (3, str(cache))
    assert status["bytes"] > 0

    assert json.loads(process(["index", "--clear"], cache).stdout)["cleared_bytes"] == status["bytes"]
    assert not cache.exists()
    assert_alike((str(logs),))
