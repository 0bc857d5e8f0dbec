"""Joins of lines that have no id and name one: to the request named, and never to another that is open around them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.writing import line, request, stamp, start
from tests.finding.test_exact import NARROW, told
from tests.index.answers import assert_alike
from tests.joins.reading import read
from ttslog.parsers import Event

OPEN, ENDED, OTHER = "ts_aaa", "ts_bbb", "ts_ccc"
TRACEBACK = 'Traceback (most recent call last):\n  File "{}.py", line 1, in f\n    x()\n{}'


def said(message: str, level: str = "ERROR", at: float = 5) -> str:
    return f"{stamp(at)[:-4].replace('T', ' ').replace('.', ',')} {level} tts: {message}\n"


def among(text: str, *, before: bytes = b"") -> str:
    """Put text behind the end of one request, amid another two."""
    return (before + start(0, OPEN) + request(1, ENDED) + start(2, OTHER)).decode() + text


def last(folder: Path, *texts: str) -> Event:
    _, events = read(folder, *texts)
    return max(events, key=lambda event: (event.file, event.line))


NAMES = {
    "one that is open": (said(f"synthesis of {OPEN} failed: CUDA out of memory"), OPEN),
    "one that has ended": (said(f"could not send {ENDED}"), ENDED),
    "a warning": (said(f"slow client: {OPEN}", "WARNING"), OPEN),
    "in brackets": (said(f"[{OPEN}] no memory"), OPEN),
    "as a value": (said(f"failed for id={OPEN}, no memory"), OPEN),
    "quoted": (said(f"KeyError: '{OPEN}'"), OPEN),
    "in a path": (said(f"cannot write /tmp/{OPEN}.wav"), OPEN),
    "at the end of a sentence": (said(f"no memory for {OPEN}."), OPEN),
    "amid Chinese": (said(f"合成{OPEN}失败"), OPEN),
    "in JSON": (line(5, "log", level="error", message=f"no memory for {OPEN}").decode(), OPEN),
    "in the exception's message": (TRACEBACK.format("a", f"RuntimeError: no memory for {OPEN}\n"), OPEN),
    "in the exception under a line": (said("crashed") + TRACEBACK.format("a", f"RuntimeError: {OPEN}\n"), OPEN),
    "in the first of two exceptions": (
        TRACEBACK.format("a", f"KeyError: '{OPEN}'\n\nDuring handling of the above exception, another ")
        + "exception occurred:\n\n"
        + TRACEBACK.format("a", "RuntimeError: no memory\n"),
        OPEN,
    ),
    "twice": (said(f"{OPEN} failed: no memory for {OPEN}"), OPEN),
    "with a number behind it": (said(f"no memory for {OPEN}_2"), None),
    "with a word behind it": (said(f"no memory for {OPEN}-retry"), None),
    "as part of a word": (said(f"no memory for x{OPEN}"), None),
    "two of them": (said(f"batch {OPEN}, {ENDED} failed"), None),
    "in the code of a frame": (TRACEBACK.format(OPEN, "RuntimeError: no memory\n"), None),
    "not at all": (said("no memory"), None),
    "in passing": (said(f"took {OPEN}", "INFO"), None),
    "on a line of another call": (
        line(5, "upload_refused", level="warning", call_id="c1", message=f"not for {OPEN}").decode(),
        None,
    ),
}


@pytest.mark.parametrize(("text", "owner"), NAMES.values(), ids=NAMES)
def test_a_loud_line_belongs_to_the_request_that_it_names(text: str, owner: str | None, tmp_path: Path) -> None:
    event = last(tmp_path, among(text))

    assert event.request_id == owner
    assert (event.join, event.confidence) == ("request_id", 0.95 if owner else 1.0)


@pytest.mark.parametrize("request_id", ["req.123:abc", "2026/11/7f3a", "projects/x/requests/y-1", "urn:uuid:0b1c"])
@pytest.mark.parametrize("words", ["no memory for {}", "{}: no memory", "failed: id={}, no memory.", "lost ({})."])
def test_an_id_of_several_parts_is_named_as_well(request_id: str, words: str, tmp_path: Path) -> None:
    begun = (start(0, request_id) + start(1, OPEN)).decode()

    assert last(tmp_path, begun + said(words.format(request_id))).request_id == request_id


def test_a_longer_id_of_several_parts_is_another_one(tmp_path: Path) -> None:
    begun = (start(0, "req.123:abc") + start(1, OPEN)).decode()

    assert last(tmp_path, begun + said("no memory for req.123:abc:2")).request_id is None


@pytest.mark.parametrize("name", ["1", "error", "warmup"])
def test_a_word_that_is_an_id_by_chance_takes_no_lines(name: str, tmp_path: Path) -> None:
    event = last(tmp_path, among(said(f"{name} 1 error warmup"), before=start(0, name)))

    assert event.request_id is None


def test_the_only_request_around_does_not_get_a_line_that_names_another(tmp_path: Path) -> None:
    ended, open_ = request(0, ENDED), start(1, OPEN)
    named, bare = said(f"could not send {ENDED}"), said("no memory")
    _, events = read(tmp_path, ended.decode() + open_.decode() + named + bare)

    assert [(event.request_id, event.join) for event in events[-2:]] == [(ENDED, "request_id"), (OPEN, "serial")]


def test_nor_one_that_names_several_others(tmp_path: Path) -> None:
    both = request(0, "ts_one_1") + request(0, "ts_two_2") + start(1, OPEN)

    assert last(tmp_path, both.decode() + said("batch ts_one_1, ts_two_2 failed")).request_id is None


def test_an_engines_error_line_belongs_to_the_request_that_it_names(tmp_path: Path) -> None:
    engine = "2026-11-20 12:00:02,000 INFO get sft inference request\n"
    assert last(tmp_path, among(engine + said(f"no memory for {OPEN}"))).request_id == OPEN


def test_who_was_named_when_its_process_had_restarted_is_still_known(tmp_path: Path) -> None:
    text = line(3, "service_start").decode() + start(4, "ts_ddd").decode() + said(f"lost {OPEN}")

    assert last(tmp_path, among(text)).request_id == OPEN


@pytest.mark.parametrize(
    ("at", "owner"), [(599, ENDED), (700, None)], ids=["within ten minutes", "later than any synthesis takes"]
)
def test_a_request_is_known_by_its_name_for_ten_minutes(at: float, owner: str | None, tmp_path: Path) -> None:
    assert last(tmp_path, among(said(f"could not send {ENDED}", at=at))).request_id == owner


def test_an_open_request_is_known_in_the_next_file(tmp_path: Path) -> None:
    assert last(tmp_path, among(""), said(f"no memory for {OPEN}")).request_id == OPEN


SAYINGS = st.sampled_from(
    [
        said("no memory", at=3),
        *(said(f"{said_of} ts_{number:03}", at=3) for number in range(4) for said_of in ("no memory for", "lost")),
        said("ts_001, ts_002 failed", at=3),
        TRACEBACK.format("a", "RuntimeError: no memory for ts_002\n"),
        line(3, "log", level="error", message="no memory for ts_001").decode(),
        line(3, "log", level="error", message="no memory for ts_001", trace_id="t1").decode(),
    ]
)
LAID = st.lists(st.tuples(st.integers(0, 60), SAYINGS), min_size=1, max_size=6)
lawful = settings(
    derandomize=True, database=None, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def lay(folder: Path, count: int, sayings: list[tuple[int, str]], cut: int) -> None:
    """Write requests side by side with what is said among them, as two files."""
    requests = [request(number * 0.3, f"ts_{number:03}", trace_id=f"t{number % 3}") for number in range(count)]
    lines = b"".join(requests).decode().splitlines(keepends=True)
    lines.sort(key=lambda text: text.split('"')[3])
    for place, text in sayings:
        lines.insert(place % (len(lines) + 1), text)
    edge = cut % len(lines)
    (folder / "app.log.1").write_text("".join(lines[:edge]), encoding="utf-8")
    (folder / "app.log").write_text("".join(lines[edge:]), encoding="utf-8")


@settings(lawful, max_examples=30)
@given(count=st.integers(1, 9), sayings=LAID, cut=st.integers(0, 60))
def test_every_way_to_read_joins_named_lines_alike(tmp_path: Path, count, sayings, cut) -> None:
    lay(tmp_path, count, sayings, cut)

    assert_alike((str(tmp_path),))


@settings(lawful, max_examples=30)
@given(sayings=LAID, cut=st.integers(0, 200), wanted=st.integers(0, 3))
def test_so_does_a_narrow_reading(tmp_path: Path, sayings, cut, wanted) -> None:
    lay(tmp_path, 60, sayings, cut)
    request_id = f"ts_{wanted:03}"

    assert told(request_id, tmp_path, NARROW) == told(request_id, tmp_path, None)
