"""A live file that is asked again costs what was added; its parts say what its lines say."""

from __future__ import annotations

import random

import pytest

from tests.faults.writing import end, line, request, requests, start
from tests.index.answers import PIECES, answers, assert_alike, large_from
from tests.index.kept import noting_extractions
from ttslog.index import build, live
from ttslog.index.opening import index_files
from ttslog.logs import Logs
from ttslog.questions.top_errors import top_errors

PART = 4_096
TEXT = b"2026-11-20 14:00:00,120 - app - INFO - something else\n"


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch, tmp_path):
    monkeypatch.setattr(live, "PART_BYTES", PART)
    monkeypatch.setattr(live, "_LOOKED_AT", PART // 4)
    monkeypatch.setattr(build, "_workers", lambda _: 0)
    monkeypatch.setenv("TTSLOG_CACHE_DIR", str(tmp_path / "cache"))


@pytest.fixture
def read_bytes(monkeypatch):
    """How many bytes of each part were extracted."""
    return noting_extractions(monkeypatch, lambda task: task.file.size - task.file.begin)


@pytest.fixture
def log(tmp_path):
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "app.log").write_bytes(requests(200))
    return folder / "app.log"


def test_only_what_was_added_is_read(log, read_bytes):
    assert_alike((str(log),))
    assert len(read_bytes) > 10
    assert max(read_bytes) < 2 * PART
    read_bytes.clear()
    with log.open("ab") as file:
        file.write(requests(3, first=200))

    told = assert_alike((str(log),))

    assert len(told["requests"]) == 203
    assert sum(read_bytes) < 3 * PART


def test_asked_again_it_is_not_read_at_all(log, read_bytes):
    first = answers((str(log),), size=PIECES)
    read_bytes.clear()
    assert answers((str(log),), size=PIECES) == first
    assert read_bytes == []


def test_counted_anew_after_it_has_grown_it_is_read_from_where_its_last_part_begins(log, read_bytes):
    asked = Logs((str(log),))
    with large_from(PIECES):
        index_files(asked)
        read_bytes.clear()
        with log.open("ab") as file:
            file.write(requests(3, first=200))
        counted = top_errors(asked)
    assert counted.seen.totals.requests == 203
    assert 0 < sum(read_bytes) < 3 * PART


@pytest.mark.parametrize("change", [lambda text: text[: len(text) // 2], lambda text: text.replace(b"r0", b"q0")])
def test_a_file_that_was_truncated_or_replaced_is_told_anew(log, change):
    assert_alike((str(log),))
    content = change(log.read_bytes())
    with log.open("r+b") as file:
        file.truncate()
        file.write(content)
    assert_alike((str(log),))


def test_rotated_it_is_one_file(log):
    assert_alike((str(log),))
    log.rename(log.with_name("app.log.1"))
    log.write_bytes(requests(90, first=200))
    assert_alike((str(log.parent),))


@pytest.mark.parametrize("seed", range(4))
def test_requests_across_parts_and_lines_that_are_no_json_are_told_alike(log, seed):
    choice = random.Random(seed)
    lines = [
        text
        for at in range(120)
        for text in (
            request(at, f"r{at}"),
            start(at, f"open{at}") if choice.random() < 0.2 else b"",
            end(at, f"open{choice.randrange(at + 1)}") if choice.random() < 0.2 else b"",
            line(at, "log", level="error", message="broken") + b"Traceback (most recent call last):\nValueError: x\n"
            if choice.random() < 0.1
            else b"",
            b"no format at all\n" if choice.random() < 0.1 else b"",
        )
    ]
    log.write_bytes(b"".join(lines))
    assert_alike((str(log),))


def test_json_with_text_between_is_extracted_once_and_whole(log, read_bytes):
    log.write_bytes(b"".join(request(at, f"r{at}") + TEXT for at in range(200)))
    assert_alike((str(log),))
    assert read_bytes == [log.stat().st_size]


def test_lines_of_no_format_between_json_are_in_its_parts(log, read_bytes):
    log.write_bytes(b"".join(request(at, f"r{at}") + b"something printed\n" for at in range(200)))
    assert_alike((str(log),))
    assert len(read_bytes) > 10
    assert max(read_bytes) < 2 * PART


def test_text_that_does_not_show_where_the_log_is_looked_at_has_it_read_whole_behind_its_parts(log, read_bytes):
    log.write_bytes(requests(10) + TEXT + requests(190, first=10))
    assert_alike((str(log),))
    assert len(read_bytes) > 10
    assert read_bytes.count(log.stat().st_size) == 1, read_bytes


NO_PLACE = {
    "empty": b"",
    "one byte": b"{",
    "one line": b"{" * 3 * PART,
    "no records": b"{}\n" * PART,
    "blank": b"\n" * 3 * PART,
}


@pytest.mark.parametrize("content", NO_PLACE.values(), ids=NO_PLACE)
def test_what_has_no_place_to_be_taken_apart_is_told_alike(log, content):
    log.write_bytes(content)
    assert_alike((str(log),))


def test_a_log_of_an_engine_is_not_taken_apart(log):
    said = ("000 INFO synthesis text 你好", "500 INFO yield speech len 2.0, rtf 0.25")
    text = "".join(f"2026-11-20 12:{at // 60:02}:{at % 60:02},{what}\n" for at in range(0, 600, 5) for what in said)
    log.write_text(text)
    assert_alike((str(log),))
