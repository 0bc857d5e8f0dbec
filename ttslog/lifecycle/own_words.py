"""Own words: a service that calls the beginning and the end of its requests otherwise is understood all the same.

`request_received` and `request_completed`, `TTS started`, `synthesis.end`: a noun and a verb. They count only where no
line of the request has the names of `ttslog.schema`; what a service says of a whole request counts before what it says
of the synthesis within. One line that is called by the noun alone and says how it went is a whole request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from ttslog.outcome import says_how, status_of, status_said
from ttslog.parsers import Event
from ttslog.parsers._block import MESSAGE
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START

LOGGED_AS = "logged_as"  # the field that keeps the log's own name

_Role = Literal["start", "end", "failure", "whole"]
_LONGEST = 40  # characters of a name or a message that may be one of these
_BETWEEN = re.compile(r"[\s._:-]+|(?<=[a-z])(?=[A-Z])")
_OUTER = ("request", "tts_request", "speech_request", "synthesis_request", "http_request")
_ANY_REQUEST = ("request", "http_request")
_INNER = ("synthesis", "tts", "speech", "tts_synthesis", "speech_synthesis")
_SUCCESSES = ("success", "succeeded")
_VERBS: dict[_Role, tuple[str, ...]] = {
    "start": ("start", "started", "begin", "began", "received", "accepted"),
    "end": ("complete", "completed", "finish", "finished", "end", "ended", "done", *_SUCCESSES),
    "failure": ("fail", "failed", "failure", "error", "errored"),
}
_NAMES: dict[_Role, str] = {
    "start": SYNTHESIS_START,
    "end": SYNTHESIS_COMPLETE,
    "failure": SYNTHESIS_FAILED,
    "whole": SYNTHESIS_COMPLETE,
}
_NATIVE = frozenset({SYNTHESIS_START, SYNTHESIS_COMPLETE})


class _Meaning(NamedTuple):
    role: _Role
    is_outer: bool
    is_spoken: bool  # names speech, and not only a request


_MEANINGS = {
    f"{noun}_{verb}" if verb else noun: _Meaning(role, noun in _OUTER, noun not in _ANY_REQUEST)
    for noun in (*_OUTER, *_INNER)
    for role, verbs in (*_VERBS.items(), ("whole", ("",)))
    for verb in verbs
}


def in_our_words(events: list[Event]) -> list[Event]:
    """Return the events of one id with the names of the schema for its own ones; what need not change is the same.

    Args:
        events: all that is known of the id.
    """
    if not _NATIVE.isdisjoint([event.name for event in events]):
        return events
    meanings = [_meaning(event) for event in events]
    edges = [meaning for meaning in meanings if meaning is not None]
    if not edges:
        return events
    is_outer = any(edge.is_outer for edge in edges)
    return [
        event if meaning is None or meaning.is_outer != is_outer else _renamed(event, _NAMES[meaning.role])
        for event, meaning in zip(events, meanings, strict=True)
    ]


def begins(event: Event) -> bool:
    """Return whether a line begins a request, in whatever words."""
    return event.name == SYNTHESIS_START or _has_role(event, ("start",))


def ends_in_own_words(event: Event) -> bool:
    """Return whether a line ends a request in its service's own words."""
    return _has_role(event, ("end", "whole"))


def is_in_own_words(edge: Event) -> bool:
    """Return whether the begin or the end of a request had another name, or only a message."""
    return LOGGED_AS in edge.fields or "message" in edge.fields


def succeeds_in_own_words(end: Event) -> bool:
    """Return whether the log's own name of an end says that all went well."""
    name = end.fields.get(LOGGED_AS, end.fields.get("message"))
    return type(name) is str and _BETWEEN.split(name.strip().lower())[-1] in _SUCCESSES


def _has_role(event: Event, roles: Iterable[_Role]) -> bool:
    meaning = _meaning(event)
    return meaning is not None and meaning.role in roles


def _meaning(event: Event) -> _Meaning | None:
    name = event.name if event.name != MESSAGE else event.fields.get("message")
    if type(name) is not str or len(name) > _LONGEST:
        return None
    meaning = _meaning_of(name)
    if meaning is None or ("model_stage" in event.fields and not _tells_failure(event, meaning)):
        return None
    return None if meaning.role == "whole" and not _is_whole(event, meaning) else meaning


def _is_whole(event: Event, meaning: _Meaning) -> bool:
    """Return whether a noun alone is a request that says how it ended; with an HTTP status, `request` may be any."""
    return says_how(event) if meaning.is_spoken else status_said(event) is not None


def _tells_failure(event: Event, meaning: _Meaning) -> bool:
    """Return whether a line that names a stage says where its request failed; if not, it may be the stage's own."""
    return meaning.role == "failure" or (meaning.role != "start" and status_of(event) != "success")


@lru_cache(maxsize=4096)
def _meaning_of(name: str) -> _Meaning | None:
    return _MEANINGS.get(_BETWEEN.sub("_", name.strip()).lower())


def _renamed(event: Event, name: str) -> Event:
    if event.name == name:
        return event
    fields = event.fields if event.name == MESSAGE else {**event.fields, LOGGED_AS: event.name}
    return msgspec.structs.replace(event, name=name, fields=fields)
