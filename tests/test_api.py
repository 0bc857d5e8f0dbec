"""The public functions: what the command line can do, from Python."""

from __future__ import annotations

import os
import shutil

import polars as pl
import pytest

import ttslog
from tests.cli.conftest import CASES
from tests.cli.incident_logs import FAILED, KILLED, SLOW, SPLIT, write
from ttslog.errors import NoSuchPath, NothingInWindow, RequestNotFound
from ttslog.schema import EVENTS, REQUESTS, STAGES


@pytest.fixture
def logs(tmp_path):
    return write(tmp_path)


def names(columns):
    return [column.name for column in columns]


def test_every_public_name_is_there_even_after_its_module_was_imported(logs):
    for name in ttslog.__all__:
        assert callable(getattr(ttslog, name)), name
    ttslog.trace(SLOW, logs)
    assert callable(ttslog.trace)
    assert set(ttslog.__all__) <= set(dir(ttslog))


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'frobnicate'"):
        ttslog.frobnicate  # noqa: B018


def test_requests_is_a_table_with_the_columns_of_the_schema(logs):
    table = ttslog.requests(logs)
    assert table.columns == names(REQUESTS)
    assert sorted(table["request_id"]) == sorted([SLOW, SPLIT, FAILED, KILLED])
    assert table.filter(pl.col("status") == "failed")["error_code"].to_list() == ["TEXT_EMPTY"]


def test_stages_and_events_are_tables_with_the_columns_of_the_schema(logs):
    stages = ttslog.stages(logs)
    assert stages.columns == names(STAGES)
    assert stages.filter(request_id=SLOW)["duration_ms"].to_list() == [100.0, 300.0]
    events = ttslog.events(logs)
    assert events.columns == names(EVENTS)
    assert len(events) == 15


def test_a_window_is_written_as_on_the_command_line(logs):
    assert ttslog.requests(logs, since="end-5m")["request_id"].to_list() == [KILLED]
    with pytest.raises(NothingInWindow):
        ttslog.requests(logs, since="1h")


def test_paths_may_be_one_or_several_text_or_path(logs):
    whole = ttslog.requests(logs).height
    assert ttslog.requests(os.fspath(logs)).height == whole
    assert ttslog.requests([logs / "app.log", logs / "app.log.1.gz", logs / "app.log.2.gz"]).height == whole


def test_one_path_twice_counts_once(logs):
    assert ttslog.requests([logs, logs / "app.log"]).height == 4


def test_times_without_a_zone_follow_tz(tmp_path):
    shutil.copy(CASES / "seed.log", tmp_path)
    utc = ttslog.requests(tmp_path)["start_us"].to_list()
    shanghai = ttslog.requests(tmp_path, tz="Asia/Shanghai")["start_us"].to_list()
    assert [a - b for a, b in zip(utc, shanghai, strict=True)] == [8 * 3_600_000_000] * 2


def test_a_trace_holds_the_request_its_stages_and_what_ran_beside_it(logs):
    answer = ttslog.trace(SLOW[:-1] + "1", logs)
    assert answer.request.duration_ms == 500.0
    assert [stage.model_stage for stage in answer.request.stages] == ["g2p", "acoustic"]
    assert answer.baselines["g2p"].p50_ms == 100.0


def test_of_an_id_used_again_the_attempt_asked_for_is_shown(tmp_path):
    log = tmp_path / "app.log"
    line = '{{"timestamp":"2026-11-20T14:0{}:00Z","event":"{}","request_id":"ts_1","status":"{}"}}\n'
    uses = [(0, "synthesis_start", ""), (1, "synthesis_complete", "failed")]
    again = [(2, "synthesis_start", ""), (3, "synthesis_complete", "success")]
    log.write_text("".join(line.format(*one) for one in (*uses, *again)))

    shown = [ttslog.trace("ts_1", log, attempt=attempt).request.status for attempt in (1, 2, None)]

    assert shown == ["failed", "success", "success"]


def test_mistakes_are_exceptions_of_one_family(logs):
    with pytest.raises(RequestNotFound, match="closest"):
        ttslog.trace("ts_00000000aaaa9999", logs)
    with pytest.raises(NoSuchPath):
        ttslog.requests(logs / "nothing.log")


def test_an_incident_survives_saving_and_renders_to_the_same_page(logs):
    import json

    from ttslog.questions.incident import Incident

    found = ttslog.incident(logs)
    again = Incident.from_dict(json.loads(json.dumps(found.to_dict())))
    page = ttslog.report(found)
    assert ttslog.report(again) == page
    assert "TEXT_EMPTY" in page


def test_what_an_error_means():
    assert (
        ttslog.explain_text("torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2 GiB").error_code
        == "CUDA_OOM"
    )
    assert ttslog.explain_text("INFO all is well") is None
