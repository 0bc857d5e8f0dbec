"""The rules of `lint`: each looks at one line or one request and says broken, fine, or none of its business.

A rule is a function of its name: `True` broken, `False` fine, `None` does not apply. What a broken rule costs is said,
in the words of the reader, by `ttslog.reports.views.lint`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from ttslog.lifecycle import Request
from ttslog.parsers import Event
from ttslog.privacy import AUDIO_FIELDS, mask, spoken_in
from ttslog.schema import AUDIO_METRICS, STAGE_TIME, SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START

LineRule = Callable[[Event], bool | None]
RequestRule = Callable[[Request], bool | None]

_OF_A_REQUEST = frozenset({SYNTHESIS_START, SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, STAGE_TIME, AUDIO_METRICS})
_BY_ID = frozenset({"request_id", "trace_id"})  # joins that no guess was needed for
_OTHER_UNIT = re.compile(r"(?:duration|elapsed|latency|took|time_taken|dur)(?:_(?:s|secs?|seconds|us|ns))?", re.ASCII)
_PROBLEM = frozenset({"warning", "error", "critical"})
_EXPLAINED = frozenset({"killed", "restarted", "log_ended"})  # requests without an end through no fault of the log
_CLIENT_FAULTS = range(400, 500)
_FEWEST_STAGES = 3  # of which it can be said that their times rise
_MUCH_LONGER = 1.2
_UNSEEN_SHARE = 0.5
_UNSEEN_MS = 20.0  # less is nobody's trouble
_RANDOM = frozenset(
    {"text_sha256", "trace_id", "span_id", "parent_request_id", "call_id", "sentry_event_id"}
)  # digits by chance


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of a field, however deep they lie, but for those that look like personal data by chance."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for name, inner in value.items() if name not in _RANDOM for text in _texts(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in _texts(inner))


def line_without_time(event: Event) -> bool:
    return event.time_us is None


def line_without_request_id(event: Event) -> bool | None:
    if event.name not in _OF_A_REQUEST or event.text("stage_family") == "model_load":
        return None
    return event.request_id is None or event.join not in _BY_ID


def line_without_level(event: Event) -> bool:
    return event.level is None


def error_below_warning(event: Event) -> bool | None:
    if event.name == STAGE_TIME or not event.fields.keys() & {"error_code", "error_type", "traceback"}:
        return None
    return event.level is not None and event.level not in _PROBLEM


def error_level_on_success(event: Event) -> bool | None:
    if event.name not in _OF_A_REQUEST or event.level is None or event.fields.get("status") != "success":
        return None
    return event.level in {"error", "critical"}


def stage_without_duration(event: Event) -> bool | None:
    if event.name != STAGE_TIME:
        return None
    return event.quantity("duration_ms") is None and event.quantity("cumulative_ms") is None


def end_without_duration(event: Event) -> bool | None:
    return event.quantity("duration_ms") is None if event.name == SYNTHESIS_COMPLETE else None


def duration_in_other_unit(event: Event) -> bool | None:
    others = [name for name in event.fields if _OTHER_UNIT.fullmatch(name) and event.number(name) is not None]
    if not others and "duration_ms" not in event.fields:
        return None
    return bool(others) and "duration_ms" not in event.fields


def text_in_the_clear(event: Event) -> bool:
    return bool(spoken_in(event.fields))


def audio_in_the_clear(event: Event) -> bool:
    return any(isinstance(event.fields.get(name), str) for name in AUDIO_FIELDS)


def personal_data(event: Event) -> bool:
    return any(mask(text) != text for text in _texts(event.fields))


def request_without_id(request: Request) -> bool:
    return request.join not in _BY_ID


def request_without_start(request: Request) -> bool:
    return request.status == "orphan"


def request_without_end(request: Request) -> bool:
    return request.status == "incomplete" and request.reason not in _EXPLAINED


def request_without_stages(request: Request) -> bool | None:
    return None if request.outcome != "success" or request.cache_hit else not request.stages


def cumulative_stages(request: Request) -> bool | None:
    times = [stage.duration_ms for stage in request.stages]
    if len(times) < _FEWEST_STAGES:
        return None
    if any(stage.cumulative_ms is not None for stage in request.stages):
        return True
    rising = all(before < after for before, after in pairwise(times))
    return rising and request.duration_ms is not None and sum(times) > _MUCH_LONGER * request.duration_ms


def time_outside_of_stages(request: Request) -> bool | None:
    if request.outcome != "success" or not request.stages or request.unaccounted_ms is None or not request.duration_ms:
        return None
    return request.unaccounted_ms > max(_UNSEEN_SHARE * request.duration_ms, _UNSEEN_MS)


def failure_without_code(request: Request) -> bool | None:
    return request.error_code is None if request.outcome == "failed" else None


def failure_without_stage(request: Request) -> bool | None:
    if request.outcome != "failed" or request.http_status in _CLIENT_FAULTS:
        return None
    return request.last_stage is None


def audio_not_measured(request: Request) -> bool | None:
    return request.audio_rms is None or request.audio_seconds is None if request.outcome == "success" else None


def request_without_text_len(request: Request) -> bool | None:
    return request.text_len is None if request.outcome == "success" else None


def request_without_voice(request: Request) -> bool | None:
    return request.voice is None if request.outcome == "success" else None


def request_without_release(request: Request) -> bool:
    return request.release is None


def request_without_pid(request: Request) -> bool:
    return request.pid is None


def id_used_again(request: Request) -> bool:
    return request.attempt > 1


def lines_contradict(request: Request) -> bool:
    return request.conflict is not None


# In the order in which they are worth repairing.
LINE_RULES: tuple[LineRule, ...] = (
    line_without_request_id,
    line_without_time,
    text_in_the_clear,
    audio_in_the_clear,
    personal_data,
    stage_without_duration,
    end_without_duration,
    duration_in_other_unit,
    error_below_warning,
    error_level_on_success,
    line_without_level,
)
REQUEST_RULES: tuple[RequestRule, ...] = (
    request_without_id,
    request_without_start,
    request_without_end,
    failure_without_code,
    failure_without_stage,
    request_without_stages,
    cumulative_stages,
    time_outside_of_stages,
    audio_not_measured,
    request_without_text_len,
    request_without_voice,
    request_without_release,
    request_without_pid,
    id_used_again,
    lines_contradict,
)
