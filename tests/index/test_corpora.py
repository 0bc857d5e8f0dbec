"""The law of the index over the logs that the other tests read: every engine's, every server's, the seed's."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.incident_logs import write as write_incident
from tests.data.engines.generate import ENGINES, written
from tests.faults.writing import gz
from tests.index.answers import assert_alike

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


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_servers_too(tmp_path, log):
    lines = log.read_bytes().splitlines(keepends=True)
    assert_alike((cut(tmp_path, lines, len(lines) // 3, len(lines) // 2),))


def test_an_incident_with_damaged_and_doubled_files(tmp_path):
    write_incident(tmp_path)
    assert_alike((str(tmp_path),))
