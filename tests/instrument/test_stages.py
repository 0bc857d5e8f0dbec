"""Stage timers say what each stage took by itself."""

from __future__ import annotations

import contextvars
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from ttslog.instrument import stage, stages
from ttslog.instrument.stages import failed_stage


class Clock:
    """Stands still until it is told to go on."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def perf_counter(self) -> float:
        return self.seconds

    def passes(self, milliseconds: float) -> None:
        self.seconds += milliseconds / 1000


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(stages, "time", clock)
    return clock


def durations(lines):
    return {line["model_stage"]: line["duration_ms"] for line in lines}


def test_a_stage_inside_another_is_taken_out_of_it(written, clock):
    with stage("llm_inference"):
        clock.passes(100)
        with stage("text_normalize"):
            clock.passes(12)
            with stage("g2p"):
                clock.passes(3)
        with stage("vocoder"):
            clock.passes(40)
        clock.passes(5)

    assert durations(written()) == {"g2p": 3.0, "text_normalize": 12.0, "vocoder": 40.0, "llm_inference": 105.0}


def test_own_times_add_up_to_the_whole(written, clock):
    with stage("outer"):
        for milliseconds in (7, 11, 13):
            with stage(f"inner{milliseconds}"):
                clock.passes(milliseconds)
            clock.passes(2)

    assert sum(durations(written()).values()) == pytest.approx(37.0)


def test_stages_in_other_threads_cannot_make_a_time_negative(written, clock):
    def aside() -> None:
        with stage("aside"):
            clock.passes(50)

    with stage("outer"), ThreadPoolExecutor(1) as pool:
        began = clock.seconds
        pool.submit(contextvars.copy_context().run, aside).result()
        clock.seconds = began + 0.010

    assert durations(written())["outer"] == 0.0


def test_a_stage_that_fails_is_timed_and_names_the_exception(written, clock):
    with pytest.raises(ZeroDivisionError) as caught, stage("acoustic"):
        clock.passes(4 / 0)

    line = written()[0]
    assert (line["model_stage"], line["duration_ms"], line["error_type"]) == ("acoustic", 0.0, "ZeroDivisionError")
    assert line["level"] == "warning"
    assert failed_stage(caught.value) == "acoustic"


def test_the_innermost_stage_is_the_one_that_failed(written):
    with pytest.raises(OSError, match="broken") as caught, stage("outer"), stage("inner"):
        raise OSError("broken")

    assert failed_stage(caught.value) == "inner"
    assert [line["model_stage"] for line in written()] == ["inner", "outer"]


@pytest.mark.parametrize(
    ("name", "family", "expected"),
    [("vocoder", None, "render"), ("my_stage", None, None), ("my_stage", "inference", "inference")],
)
def test_the_family_comes_from_the_schema_unless_given(written, name, family, expected):
    with stage(name, family):
        pass

    assert written()[0].get("stage_family") == expected


def test_further_facts_stand_on_the_line(written):
    with stage("model_load", voice="heart"):
        pass

    assert written()[0]["voice"] == "heart"


@pytest.mark.parametrize(
    "name", ["level", "event", "timestamp", "method_name", "duration_ms", "model_stage", "error_type"]
)
@pytest.mark.parametrize("fails", [False, True])
def test_a_fact_called_as_something_of_the_line_fails_no_stage(lines, name, fails):
    with suppress(ZeroDivisionError), stage("acoustic", **{name: "mine"}):
        1 / (not fails)

    (line,) = lines
    fields = json.loads(line, object_pairs_hook=list)
    names = [field for field, _ in fields]
    assert len(names) == len(set(names))
    told = dict(fields)
    assert (told["event"], told["model_stage"]) == ("stage_time", "acoustic")
    assert told["level"] == ("warning" if fails else "info")
    assert told["duration_ms"] != "mine"
