"""The short way of stage lines: byte for byte what the chain writes, and left where a line is not plain."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
from contextvars import ContextVar
from typing import Any

import numpy as np
import pytest
import structlog
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.contextvars import bind_contextvars, clear_contextvars
from structlog.testing import capture_logs

from ttslog import instrument, schema
from ttslog.instrument import bind_request, context, listen, rendering, stage, stages, synthesis
from ttslog.instrument.stage_lines import Prepared

OWN = [column.name for column in schema.LINE]
TEXT = st.text(max_size=20) | st.sampled_from(["x" * 300, "y" * 20_000, 'quo"te', "Anna Meier", "vocoder"])
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | TEXT | st.lists(st.integers(), max_size=2)
FACTS = st.dictionaries(st.sampled_from([*OWN, "size", "speaker", "path"]), VALUES, max_size=4)
IDS = st.dictionaries(st.sampled_from(["request_id", "trace_id", "span_id"]), TEXT)
BOUND = IDS | st.dictionaries(st.sampled_from(["request_id", "user", "voice", "model_stage"]), VALUES, max_size=3)


class Took:
    """A clock by which a stage takes so long."""

    def __init__(self, seconds: float) -> None:
        self._readings = iter((0.0, seconds))

    def perf_counter(self) -> float:
        return next(self._readings)


@pytest.fixture
def short(monkeypatch) -> list[Prepared]:
    """Return the lines that took the short way."""
    taken: list[Prepared] = []
    write = Prepared.write
    monkeypatch.setattr(Prepared, "write", lambda line, duration_ms: (taken.append(line), write(line, duration_ms)))
    return taken


def line_of(lines: list[bytes], name: str, family: str | None, facts: dict[str, Any], seconds: float) -> bytes:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "now", lambda: "2026-11-22T06:00:00.000000Z")
        with synthesis("Good morning, Anna Meier."):
            patch.setattr(stages, "time", Took(seconds))
            with stage(name, family, **facts):
                pass
    _, line, _ = lines
    lines.clear()
    return line


@given(st.tuples(TEXT, st.none() | TEXT, FACTS, st.floats(0, 1e9)), BOUND)
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_writes_what_the_chain_writes(lines, monkeypatch, timed, bound):
    clear_contextvars()
    bind_contextvars(**bound)
    monkeypatch.setattr(context, "new_request_id", lambda: "ts_made")
    by_the_short_way = line_of(lines, *timed)
    with monkeypatch.context() as patch:
        patch.setattr(stages, "short_way", None)
        assert by_the_short_way == line_of(lines, *timed)


@pytest.mark.parametrize("facts", [{}, {"device": "cpu", "rss_mb": 512.5}])
def test_a_plain_line_takes_it(short, written, facts):
    bind_request("abc")
    with stage("vocoder", **facts):
        pass

    assert len(short) == 1
    assert written()[0].items() >= {"request_id": "abc", "model_stage": "vocoder", **facts}.items()


def bind_more() -> None:
    bind_contextvars(voice="anna")


def bind_another() -> None:
    bind_request("def")


@pytest.mark.parametrize(("bind", "known"), [(bind_more, {"voice": "anna"}), (bind_another, {"request_id": "def"})])
def test_what_is_bound_within_a_stage_is_on_its_line(written, bind, known):
    bind_request("abc")
    with stage("text_normalize"):
        bind()

    assert written()[0].items() >= known.items()


def test_a_library_whose_context_cannot_be_compared_fails_no_stage(written):
    of_a_library = ContextVar("of_a_library")
    of_a_library.set(np.zeros(2))
    with stage("acoustic"):
        of_a_library.set(np.ones(2))

    assert [line["model_stage"] for line in written()] == ["acoustic"]


def test_what_a_listener_adds_is_on_the_line(written):
    stop = listen(lambda line: line.update(gpu_seconds=1.5))
    with stage("acoustic"):
        pass
    stop()

    assert written()[0]["gpu_seconds"] == 1.5


@pytest.mark.usefixtures("written")
def test_a_stage_leaves_nothing_to_the_collector_of_garbage():
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    for _ in range(10):
        with stage("acoustic"):
            pass
    gc.collect()
    gc.set_debug(0)
    left = [each for each in gc.garbage if isinstance(each, stage)]
    gc.garbage.clear()

    assert left == []


def test_a_service_that_changes_structlog_has_its_way(written, short):
    with capture_logs() as captured, stage("acoustic"):
        pass
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with stage("vocoder"):
        pass

    assert [line["model_stage"] for line in captured] == ["acoustic"]
    assert (written(), short) == ([], [])


@pytest.mark.usefixtures("written")
def test_a_killed_process_has_written_every_stage_that_it_left(tmp_path):
    path = tmp_path / "app.log"
    instrument.configure("killed", instrument.RotatingFile(path))
    worker = os.fork()
    if not worker:
        with synthesis("Good morning."):
            for name in ("text_normalize", "g2p"):
                with stage(name):
                    pass
            with stage("acoustic"):
                os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(worker, 0)

    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("model_stage", line["event"]) for line in told] == ["synthesis_start", "text_normalize", "g2p"]


@pytest.mark.usefixtures("written")
def test_a_worker_says_its_own_pid(tmp_path):
    ours, path = os.getpid(), tmp_path / "app.log"
    instrument.configure("forked", instrument.RotatingFile(path))
    with stage("model_load"):
        pass
    worker = os.fork()
    if not worker:
        with stage("model_load"):
            pass
        os._exit(0)
    os.waitpid(worker, 0)

    assert [json.loads(line)["pid"] for line in path.read_text().splitlines()] == [ours, worker]
