"""Engines that write no ids are answered from pieces too, and told as line by line, whoever names their requests."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.faults.writing import end, gz, line, start
from tests.index.answers import PIECES, large_from
from tests.index.kept import ask, lay, read
from ttslog.index import build, extract
from ttslog.index.merge import Merged
from ttslog.logs import Logs
from ttslog.observe import observe

if TYPE_CHECKING:
    from pathlib import Path

REQUESTS, TAIL_LINES = 120, 150
SAID = (
    "get sft inference request",
    "synthesis text abc",
    "yield speech len 1.5, rtf 0.1",
    "yield speech len 1, rtf 0.1",
)

pytestmark = pytest.mark.usefixtures("cache")


def of_engine(at: float) -> list[bytes]:
    minute = f"2026-11-20 12:{int(at) // 60:02}:{int(at) % 60:02}"
    return [f"{minute},{n}00 INFO {words}\n".encode() for n, words in enumerate(SAID)]


def named_behind(at: float, number: int) -> list[bytes]:
    return [line(at + 0.5, "tts_request", f"r{number}", status="ok", duration_ms=600.0)]


def named_around(at: float, number: int) -> list[bytes]:
    return [start(at - 0.5, f"r{number}"), *of_engine(at), end(at + 0.9, f"r{number}")]


def lay_all(logs: Path, lines: list[bytes], cut: int = 0) -> None:
    """Lay a log in three files."""
    logs.mkdir()
    third = len(lines) // 3
    *older, newest = (b"".join(lines[slice(*edges)]) for edges in pairwise((0, third + cut, 2 * third + cut, None)))
    for age, content in enumerate(reversed(older), 1):
        lay(logs / f"app.log.{age}.gz", gz(content))
    lay(logs / "app.log", newest)


@pytest.mark.parametrize("cut", range(5))
@pytest.mark.parametrize("naming", [lambda *_: [], named_behind], ids=["by nobody", "by a line behind"])
def test_requests_of_an_engine_are_kept_wherever_a_rotation_cuts(tmp_path: Path, naming, cut, monkeypatch):
    requests = [[*of_engine(number * 10), *naming(number * 10, number)] for number in range(REQUESTS)]
    lines = [text for request in requests for text in request]
    logs = tmp_path / "logs"
    lay_all(logs, lines, cut)
    monkeypatch.setattr(extract, "TAIL_LINES", TAIL_LINES)
    monkeypatch.setattr(build, "_workers", lambda _: 0)

    assert ask(logs) == read(logs)

    with large_from(PIECES):
        seen = observe(Logs((str(logs),)))
    assert isinstance(seen.tables, Merged)
    assert seen.totals.outcomes == {"success": REQUESTS}


def test_what_an_engine_writes_while_it_loads_does_not_keep_the_rest_from_the_index(tmp_path: Path, monkeypatch):
    loading = [b">> GPT weights restored from: checkpoints/gpt.pth\n"]
    served = [text for number in range(REQUESTS) for text in (*named_behind(number, number), b"INFO:app:done\n")]
    logs = tmp_path / "logs"
    lay_all(logs, [*loading, *served])
    monkeypatch.setattr(extract, "TAIL_LINES", 10)
    monkeypatch.setattr(build, "_workers", lambda _: 0)

    assert ask(logs) == read(logs)

    with large_from(PIECES):
        assert isinstance(observe(Logs((str(logs),))).tables, Merged)


HALF = [*of_engine(0)[1:3], end(0.9, "r1000")]


@pytest.mark.parametrize("first", [of_engine(0), HALF], ids=["a warm-up", "half a request"])
def test_what_was_told_before_the_first_request_does_not_keep_the_rest_from_the_index(first, tmp_path, monkeypatch):
    logs = tmp_path / "logs"
    lay_all(logs, [*first, *(text for number in range(REQUESTS) for text in named_around(10 + number * 2, number))])
    monkeypatch.setattr(extract, "TAIL_LINES", 30)
    monkeypatch.setattr(build, "_workers", lambda _: 0)

    assert ask(logs) == read(logs)

    with large_from(PIECES):
        seen = observe(Logs((str(logs),)))
    assert isinstance(seen.tables, Merged)
    assert seen.totals.outcomes == {"success": REQUESTS + 1}
