"""The law of the index over the logs that the other tests read: every engine's, every server's, the seed's."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.incident_logs import write as write_incident
from tests.data.engines.generate import ENGINES, written
from tests.faults.writing import gz
from tests.index.answers import assert_alike
from ttslog.index import extract

DATA = Path(__file__).parents[1] / "data"
LOGS = (*sorted((DATA / "infrastructure").glob("*.log")), DATA.parent / "cases" / "seed.log")


def cut(folder: Path, lines: list[bytes], *places: int) -> str:
    """Lay lines as a log that was rotated behind some of them."""
    edges = [0, *places, len(lines)]
    parts = [b"".join(lines[low:high]) for low, high in pairwise(edges)]
    (folder / "app.log").write_bytes(parts.pop())
    for older, part in enumerate(reversed(parts), 1):
        (folder / f"app.log.{older}.gz").write_bytes(gz(part))
    return str(folder)


@pytest.mark.parametrize("engine", ENGINES)
def test_engines_that_write_no_ids_are_told_alike_wherever_a_rotation_cuts(tmp_path, engine):
    lines = [f"{text}\n".encode() for text in written(engine, 7).lines]
    for eighths in range(1, 8, 2):
        place = len(lines) * eighths // 8
        assert_alike((cut(tmp_path, lines, place, min(place + 9, len(lines))),))


@pytest.mark.usefixtures("cache")
def test_an_engine_that_writes_no_ids_is_read_once(tmp_path, extracted):
    said = ("000 INFO synthesis text 你好", "500 INFO yield speech len 2.0, rtf 0.25")
    lines = [f"2026-11-20 12:{at // 60:02}:{at % 60:02},{what}\n".encode() for at in range(300) for what in said]
    (tmp_path / "logs").mkdir()
    folder = cut(tmp_path / "logs", lines, 150, 301, 303)  # one of them within a request

    told = assert_alike((folder,))

    assert len(told["requests"]) == 300
    assert sorted(extracted) == ["app.log", "app.log.1.gz", "app.log.2.gz", "app.log.3.gz"]


@pytest.mark.usefixtures("cache")  # of its own: what was made with another tail is not to be found
@pytest.mark.parametrize("tail", [0, 3])
@pytest.mark.parametrize("engine", ENGINES)
def test_so_are_those_whose_requests_are_longer_than_the_tail(tmp_path, monkeypatch, engine, tail):
    monkeypatch.setattr(extract, "TAIL_LINES", tail)
    lines = [f"{text}\n".encode() for text in written(engine, 7).lines]
    places = range(5, len(lines), max(len(lines) // 4, 7))
    (tmp_path / "logs").mkdir()
    assert_alike((cut(tmp_path / "logs", lines, *places),))


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_servers_too(tmp_path, log):
    lines = log.read_bytes().splitlines(keepends=True)
    assert_alike((cut(tmp_path, lines, len(lines) // 3, len(lines) // 2),))


def test_an_incident_with_damaged_and_doubled_files(tmp_path):
    write_incident(tmp_path)
    assert_alike((str(tmp_path),))
