"""Pieces that are not kept hold no more of a file than its window needs; kept ones hold all, for the next question."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults.writing import end, gz, request, stage, start
from tests.index.answers import PIECES, large_from, nothing_plain
from tests.index.test_law import window
from tests.test_outside import in_all, lines_at_once
from ttslog.index import build, live
from ttslog.logs import Logs
from ttslog.observe import observe
from ttslog.windows import Window

HOUR = 3600
WINDOWS = [window(since, None) for since in ("end-90m", "end-170m", "end-4h")]  # the second ends at a rotation


@pytest.fixture(autouse=True)
def _no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker would not know how few lines are read at once."""
    monkeypatch.setattr(build, "_workers", lambda _: 0)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Eight hours in three files, a request each two minutes, and one that each rotation cuts in two."""
    for age, hours in enumerate((range(5, 8), range(2, 5), range(2))):
        seconds = range(hours.start * HOUR, hours.stop * HOUR, 120)
        cut = f"cut{age + 1}", f"cut{age}"
        text = (
            (stage(seconds.start, cut[0]) + end(seconds.start + 0.2, cut[0]) if age < 2 else b"")
            + b"".join(request(at + 1, f"r{at:06d}") for at in seconds)
            + (start(seconds.stop - 0.2, cut[1]) if age else b"")
        )
        (tmp_path / (f"app.log.{age}.gz" if age else "app.log")).write_bytes(gz(text) if age else text)
    return tmp_path


def seen_in(folder: Path, asked: Window, *, cache: bool):
    with large_from(PIECES), lines_at_once(20):
        return observe(Logs((str(folder),), asked, cache=cache), tables=True)


def rows(requests):
    return sorted((one["request_id"], one["status"], one["start_us"], one["lines"]) for one in requests)


def rows_of_all(folder: Path, asked: Window):
    with nothing_plain():
        return rows([one.row() for one in in_all(folder, asked)])


@pytest.mark.parametrize("asked", WINDOWS)
def test_pieces_that_are_not_kept_say_of_a_window_what_all_lines_say(logs, asked):
    found = rows(seen_in(logs, asked, cache=False).requests.to_dicts())

    assert found == rows_of_all(logs, asked)
    assert len(found) > 40


@pytest.mark.parametrize("asked", WINDOWS)
def test_so_do_the_parts_of_a_live_file(logs, asked, monkeypatch):
    monkeypatch.setattr(live, "PART_BYTES", 8_000)

    assert rows(seen_in(logs, asked, cache=False).requests.to_dicts()) == rows_of_all(logs, asked)


@pytest.mark.parametrize("asked", WINDOWS)
def test_they_read_no_more_than_the_window_needs(logs, asked):
    kept, passing = (seen_in(logs, asked, cache=cache).reading for cache in (True, False))

    assert kept.total("passed_over") == 0
    assert passing.total("lines") == kept.total("lines")
    assert passing.total("passed_over") == passing.total("lines") - passing.total("events") >= 100
