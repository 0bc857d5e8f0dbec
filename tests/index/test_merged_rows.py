"""A report reads each column of large logs once, and keeps no more of them than are asked for again."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.faults.writing import gz, request
from tests.index.answers import PIECES, large_from
from ttslog.index import merged_rows
from ttslog.index.merged_rows import MergedRows
from ttslog.logs import Logs
from ttslog.observe import observe
from ttslog.questions.incident import examine


@pytest.fixture
def counted(tmp_path, monkeypatch) -> tuple[Counter[str], Counter[str]]:
    """How often each column was asked for, and how often it was read, by all that a report tells."""
    for age in range(3):
        text = b"".join(request(at, f"r{at}") for at in range((2 - age) * 60, (3 - age) * 60))
        (tmp_path / (f"app.log.{age}.gz" if age else "app.log")).write_bytes(gz(text) if age else text)
    asked: Counter[str] = Counter()
    read: Counter[str] = Counter()
    requests, load = MergedRows.requests, MergedRows._load
    monkeypatch.setattr(MergedRows, "requests", lambda self, names: (asked.update(names), requests(self, names))[1])
    monkeypatch.setattr(MergedRows, "_load", lambda self, names: (read.update(names), load(self, names))[1])
    with large_from(PIECES):
        examine(observe(Logs((str(tmp_path),)), tables=True))
    return asked, read


def test_each_column_is_read_once(counted):
    _, read = counted
    assert "audio_rms" in read
    assert set(read.values()) == {1}


def test_columns_that_are_kept_are_asked_for_again(counted):
    asked, _ = counted
    assert {name for name, times in asked.items() if times > 1} == merged_rows._ASKED_AGAIN
