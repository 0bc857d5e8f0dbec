"""Told in brief, a request counts as it does told whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.lifecycle.events import event
from ttslog.balance import FileReading, Reading
from ttslog.lifecycle import Lifecycle, Request
from ttslog.lifecycle.audio import audio_verdicts
from ttslog.parsers import Event

NAMES = st.sampled_from(["synthesis_start", "synthesis_complete", "stage_time", "audio_metrics", "exception"])
FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["success", "failed", "aborted", None]),
        "model_stage": st.sampled_from(["acoustic", None]),
        "duration_ms": st.sampled_from([5.0, -1.0, "86 ms"]),
        "audio_seconds": st.sampled_from([0.0, 2.0, None, "3"]),
        "audio_rms": st.sampled_from([0.0005, 0.005, 0.1]),
        "clipping_ratio": st.sampled_from([0.0, 0.5]),
        "silence_ratio": st.sampled_from([0.1, 0.9]),
        "error_code": st.sampled_from(["CUDA_OOM", "none"]),
    },
)
EVENTS = st.lists(st.builds(lambda name, at, said: event(name, at, **said), NAMES, st.integers(0, 5), FIELDS))


def told(events: list[Event], *, brief: bool) -> list[Request]:
    return list(Lifecycle(events, Reading([FileReading("app.log", lines=len(events))]), brief=brief))


def counted(requests: list[Request]) -> list[object]:
    return [(one.request_id, one.attempt, one.status, one.time_us, audio_verdicts(one)) for one in requests]


@given(EVENTS)
def test_what_is_told_in_brief_is_what_is_counted_of_the_whole(events: list[Event]) -> None:
    brief, whole = told(events, brief=True), told(events, brief=False)
    assert counted(brief) == counted(whole)
    others = [[one.row() for one in requests if one.status != "success"] for requests in (brief, whole)]
    assert others[0] == others[1]
