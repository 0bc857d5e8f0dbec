"""Of large logs no column is loaded that nobody looks at."""

from __future__ import annotations

import random
from dataclasses import fields

import polars as pl
import pytest

from tests.cli.incident_logs import write
from tests.index.answers import LINE_BY_LINE, PIECES, large_from, plain
from tests.index.histories import KINDS, History
from ttslog._discover import discover
from ttslog.logs import Logs
from ttslog.observe import Observations, observe


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Logs in which every detector finds something."""
    folder = tmp_path_factory.mktemp("logs")
    choice = random.Random(1)
    doings = [(choice.choice(KINDS), choice.randrange(60), number, choice.randrange(3), 0) for number in range(200)]
    for name in ("doings", "incident"):
        (folder / name).mkdir()
    History(doings, [500], ["packed"], 0).lay(folder / "doings")
    write(folder / "incident")
    return Logs((str(folder),))


DETECTORS = discover("ttslog.detectors", "DETECTOR")


class Watched(Observations):
    """Observations that note which columns are asked for, and may hold one back."""

    def asked(self) -> list[tuple[str, ...]]:
        return self.__dict__.setdefault("asked_for", [])

    def columns(self, *names):
        self.asked().append(names)
        return super().columns(*names).drop(self.__dict__.get("held_back", ()), strict=False)

    def rows_at(self, numbers, *names):
        self.asked().append(names)
        return super().rows_at(numbers, *names).drop(self.__dict__.get("held_back", ()), strict=False)


@pytest.fixture(scope="module", params=[PIECES, LINE_BY_LINE], ids=["pieces", "lines"])
def watched(request, logs):
    with large_from(request.param):
        seen = observe(logs, tables=True)
    return Watched(**{field.name: getattr(seen, field.name) for field in fields(seen)})


@pytest.mark.parametrize("name", DETECTORS)
def test_each_column_that_a_detector_asks_for_is_looked_at(watched, name):
    watched.asked().clear()
    found = plain(DETECTORS[name](watched))
    for column in {column for names in watched.asked() for column in names}:
        watched.__dict__["held_back"] = [column]
        assert differs(DETECTORS[name], watched, found), column
        watched.__dict__["held_back"] = []


@pytest.mark.parametrize("name", DETECTORS)
def test_no_detector_asks_for_a_whole_table(watched, name):
    DETECTORS[name](watched)
    assert "requests" not in watched.__dict__
    assert "stages" not in watched.__dict__


def differs(detect, seen, found) -> bool:
    try:
        return plain(detect(seen)) != found
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        return True
