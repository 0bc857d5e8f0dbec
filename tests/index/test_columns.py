"""Of large logs no column is loaded that nobody looks at."""

from __future__ import annotations

import random

import polars as pl
import pytest

from tests.cli.incident_logs import write
from tests.index.answers import LINE_BY_LINE, PIECES, large_from, plain
from tests.index.histories import KINDS, History
from ttslog.detectors._columns import REQUEST_COLUMNS, STAGE_COLUMNS
from ttslog.logs import Logs
from ttslog.observe import observe
from ttslog.questions.incident import examine


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


@pytest.mark.parametrize("size", [PIECES, LINE_BY_LINE], ids=["pieces", "lines"])
def test_detectors_see_the_columns_they_look_at_and_no_other(logs, size):
    with large_from(size):
        seen = observe(logs, tables=True)
    examine(seen)
    assert tuple(seen.requests.columns) == REQUEST_COLUMNS
    assert tuple(seen.stages.columns) == STAGE_COLUMNS


@pytest.mark.parametrize("column", REQUEST_COLUMNS)
def test_each_column_of_the_requests_is_looked_at(logs, column):
    seen = observe(logs, tables=True)
    found = plain(examine(seen).findings)
    seen.__dict__["requests"] = seen.requests.drop(column)  # where it is kept once it was asked for
    assert differs(seen, found)


def differs(seen, found) -> bool:
    try:
        return plain(examine(seen).findings) != found
    except (TypeError, ValueError, pl.exceptions.PolarsError):
        return True
