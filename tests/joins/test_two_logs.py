"""An access log beside the application's log: every question, and each way to read, puts the two together."""

from __future__ import annotations

import pytest

import ttslog
from tests.joins.test_across import answered, spoken
from ttslog import large
from ttslog.logs import Logs
from ttslog.observe import observe
from ttslog.questions.trace import Limits, trace

NARROW = Limits(margin=5, whole_bytes=0)


@pytest.fixture
def folder(tmp_path):
    numbers = range(300)
    (tmp_path / "app.log").write_text("".join(spoken(n, n * 10.0, 0.4) for n in numbers), "utf-8")
    (tmp_path / "access.log").write_text("".join(answered(n * 10.0 + 0.41, 0.42) for n in numbers), "utf-8")
    return tmp_path


@pytest.mark.parametrize("limits", [None, NARROW], ids=["all read", "around it"])
def test_trace_shows_the_access_line_of_the_other_log(folder, limits):
    found = trace("r150", Logs((str(folder / "*.log"),)), limits)
    assert {event.name for event in found.events} == {"synthesis_start", "synthesis_complete", "http_access"}
    assert found.request.http_status == 200


@pytest.mark.parametrize(("size", "status"), [(0, None), (1 << 60, 200)], ids=["large", "small"])
def test_tables_of_small_logs_know_it_too(folder, monkeypatch, size, status):
    monkeypatch.setattr(large, "LARGE_BYTES", size)
    seen = observe(Logs((str(folder),)), tables=True)
    assert seen.requests["http_status"].to_list() == [status] * 300
    assert ttslog.top_errors(str(folder)).requests == 300
