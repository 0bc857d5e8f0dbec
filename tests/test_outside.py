"""A window opens the files that can hold something of it, and no other; it never loses a request."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ttslog.reading
from tests.faults.writing import NOON, end, gz, line, request, start
from ttslog.errors import NothingInWindow
from ttslog.joins import join
from ttslog.lifecycle import Lifecycle, Request
from ttslog.logs import Logs
from ttslog.reading import Scan, newest_us, scan
from ttslog.sources import list_files
from ttslog.windows import Moment, Window, parse_moment

HOUR = 3600
NOON_US = int(NOON.timestamp()) * 1_000_000


def write_day(folder: Path, hours: int = 12, *, every: float = 300.0) -> Path:
    """Write one file an hour, the newest live, with a request each `every` seconds."""
    for hour in range(hours):
        seconds = range(hour * HOUR, (hour + 1) * HOUR, int(every))
        text = b"".join(request(at, f"r{at:06d}") for at in seconds)
        age = hours - 1 - hour
        (folder / (f"app.log.{age}.gz" if age else "app.log")).write_bytes(gz(text) if age else text)
    return folder


def window(since: str | None = None, until: str | None = None) -> Window:
    def moment(text: str | None) -> Moment | None:
        return None if text is None else parse_moment(text, now_us=NOON_US, zone=UTC)

    return Window(moment(since), moment(until))


def read(folder: Path, asked: Window) -> tuple[list[Request], dict[str, str], int]:
    """Return the requests of a window, each file's state, and how many lines were parsed."""
    opened = Logs((str(folder),), asked).open()
    found = list(opened.requests())
    states = {Path(file.path).name: file.state for file in opened.reading.files}
    return found, states, opened.reading.total("lines")


def in_all(folder: Path, asked: Window) -> list[Request]:
    """Return the requests of a window from a scan of every file."""
    everything = Scan(list_files([str(folder)]))
    span = asked.resolve(newest_us([str(folder)]) if asked.needs_newest else None)
    return [one for one in Lifecycle(join(everything), everything.reading) if span.holds(one.time_us)]


@contextmanager
def lines_at_once(count: int) -> Iterator[None]:
    """Read so few lines at once that small files are made of many blocks."""
    real = ttslog.reading.read_lines

    def few(*given: Any) -> Iterator[Sequence[bytes]]:
        for block in real(*given):
            yield from (block[first : first + count] for first in range(0, len(block), count))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ttslog.reading, "read_lines", few)
        yield


def told(requests: list[Request]) -> Counter[tuple[object, ...]]:
    return Counter((one.request_id, one.status, one.start_us, one.end_us, one.lines) for one in requests)


@pytest.mark.parametrize(
    ("since", "until", "files"),
    [
        ("end-30m", None, 1),
        ("end-50m", None, 2),  # the hour before may hold the beginning of what ended in this one
        ("end-2h", None, 3),
        (None, "2026-11-20T13:30Z", 3),  # the newest file tells where the log ends
        ("2026-11-20T15:20Z", "2026-11-20T15:40Z", 2),
        (None, None, 12),
    ],
)
def test_only_files_that_can_hold_something_are_read(tmp_path, since, until, files):
    found, states, lines = read(write_day(tmp_path), window(since, until))

    assert found
    assert Counter(states.values())["ok"] == files
    assert lines == files * 36


def test_files_that_were_not_read_say_on_which_side_they_lie(tmp_path):
    opened = Logs((str(write_day(tmp_path)),), window("2026-11-20T15:20Z", "2026-11-20T15:40Z")).open()
    list(opened.requests())

    notes = Counter(file.note for file in opened.reading.files)
    assert notes == {"older than the window": 3, "newer than the window": 7, None: 2}
    assert opened.reading.is_clean


def test_the_newest_record_is_found_without_parsing_the_file(tmp_path, monkeypatch):
    write_day(tmp_path, 3, every=1.0)
    taken = []
    real = Scan.__init__
    monkeypatch.setattr(Scan, "__init__", lambda self, *given: (taken.append(given), real(self, *given))[1])

    assert newest_us([str(tmp_path)]) == NOON_US + (3 * HOUR - 1) * 1_000_000 + 500_000
    assert taken == []


def test_a_broken_clock_on_the_last_lines_is_not_the_end_of_the_log(tmp_path):
    write_day(tmp_path, 2)
    with (tmp_path / "app.log").open("ab") as log:
        log.write(line(80 * 366 * 86_400, "tick"))

    assert newest_us([str(tmp_path)]) == NOON_US + (2 * HOUR - 300) * 1_000_000 + 500_000


def test_a_newest_file_whose_last_lines_have_no_time_is_read_whole(tmp_path):
    text = request(0, "a") + request(1, "b") + b'{"event": "tick"}\n' * 2_000
    (tmp_path / "app.log").write_bytes(text)

    assert newest_us([str(tmp_path)]) == NOON_US + 1_500_000


def test_a_log_whose_files_do_not_follow_each_other_is_read_whole(tmp_path):
    write_day(tmp_path, 4)
    (tmp_path / "app.log.2.gz").rename(tmp_path / "app.log.9.gz")

    _, states, _ = read(tmp_path, window("end-30m"))
    assert set(states.values()) == {"ok"}


def test_an_empty_window_still_names_the_newest_record(tmp_path):
    opened = Logs((str(write_day(tmp_path)),), window("2026-11-22T00:00Z")).open()
    list(opened.requests())

    with pytest.raises(NothingInWindow, match="the newest record is of 2026-11-20T23:55:00"):
        opened.ensure_found(found=False)


@pytest.mark.parametrize(
    ("day", "outside"),
    [(timedelta(0), 5), (datetime(2026, 10, 24, 20, tzinfo=UTC) - NOON, 4)],
    ids=["any day", "the day on which summer time ends"],
)
def test_the_hour_that_comes_twice_hides_no_file(tmp_path, day, outside):
    for hour in range(6):
        text = b"".join(request(day.total_seconds() + hour * HOUR + at, f"r{hour}{at}") for at in range(0, HOUR, 300))
        (tmp_path / (f"app.log.{5 - hour}" if hour < 5 else "app.log")).write_bytes(text)
    asked = window("end-30m").resolve(newest_us([str(tmp_path)]))

    opened = scan([str(tmp_path)], zone=ZoneInfo("Europe/Berlin"), span=asked)

    assert sum(file.state == "outside" for file in opened.reading.files) == outside


def test_what_a_file_holds_before_the_window_is_not_parsed(tmp_path):
    (tmp_path / "app.log").write_bytes(b"".join(request(at, f"r{at}") for at in range(0, 12 * HOUR, 60)))
    asked = window("end-1h")

    with lines_at_once(30):
        opened = Logs((str(tmp_path),), asked).open()
        found = list(opened.requests())

    assert told(found) == told(in_all(tmp_path, asked))
    reading = opened.reading
    assert reading.total("lines") == 12 * 60 * 3
    assert 75 * 3 <= reading.total("events") <= 75 * 3 + 30, "an hour, and what may reach into it"
    assert reading.total("passed_over") == reading.total("lines") - reading.total("events")
    assert found[-1].last_line.endswith("app.log:2160"), "lines keep their numbers"


def test_of_a_record_that_was_passed_over_the_rest_is_too(tmp_path):
    traceback = b"Traceback (most recent call last):\n" + b'  File "/app/tts.py", line 12, in speak\n' * 20
    errors = (b"2026-11-20 %02d:00:01,000 ERROR failed\n" % (12 + hour) + traceback for hour in range(8))
    text = b"".join(request(hour * HOUR, f"r{hour}") + error for hour, error in enumerate(errors))
    (tmp_path / "app.log").write_bytes(text)

    with lines_at_once(30):
        opened = Logs((str(tmp_path),), window("end-2h")).open()
        assert len(list(opened.requests())) == 2

    assert opened.reading.total("passed_over") > 60
    assert opened.reading.total("bad") == 0


@pytest.mark.parametrize(
    "odd", [line(0, "tick"), b'{"event": "tick"}\n' * 10], ids=["a time that falls back", "lines without a time"]
)
def test_behind_lines_that_do_not_go_on_in_time_all_is_read(tmp_path, odd):
    at = [request(second, f"r{second}") for second in range(0, 6 * HOUR, 300)]
    (tmp_path / "app.log").write_bytes(b"".join([*at[:30], odd * 3, *at[30:]]))
    asked = window("end-1h")

    with lines_at_once(10):
        opened = Logs((str(tmp_path),), asked).open()
        assert told(list(opened.requests())) == told(in_all(tmp_path, asked))

    assert 60 <= opened.reading.total("passed_over") <= 90


@settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 1 << 32))
def test_no_request_of_a_window_is_lost(tmp_path: Path, seed: int) -> None:
    rng = random.Random(seed)
    for old in tmp_path.iterdir():
        old.unlink()
    lines = []
    for number in range(150):
        at, took = rng.uniform(0, 6 * HOUR), rng.choice((0.5, 5.0, 500.0))
        lines += [(at, start(at, f"r{number}")), (at + took, end(at + took, f"r{number}"))]
    lines.sort(key=lambda pair: pair[0] + rng.uniform(0, 20))
    cuts = [0, *sorted(rng.sample(range(len(lines)), 6)), len(lines)]
    for age, (low, high) in enumerate(zip(cuts[-2::-1], cuts[:0:-1], strict=True)):
        text = b"".join(text for _, text in lines[low:high])
        (tmp_path / (f"app.log.{age}.gz" if age else "app.log")).write_bytes(gz(text) if age else text)
    since = NOON + timedelta(seconds=rng.uniform(0, 6 * HOUR))
    until = since + timedelta(seconds=rng.uniform(60, HOUR))
    asked = window(since.isoformat(), until.isoformat() if rng.random() < 0.5 else None)

    with lines_at_once(rng.choice((5, 20, 1_000))):
        assert told(read(tmp_path, asked)[0]) == told(in_all(tmp_path, asked))


def test_the_times_of_the_test_are_those_of_the_clock():
    assert datetime.fromtimestamp(NOON_US / 1_000_000, UTC) == NOON
