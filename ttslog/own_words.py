"""Own words: a service that calls the beginning and the end of its requests otherwise is understood all the same.

`request_received` and `request_completed`, `TTS started`, `synthesis.end`, `New request`: a noun and a verb. They
count only where no line of the request has the names of `ttslog.schema`; what a service says of a whole request counts
before what it says of the synthesis within. One line that is called by the noun alone and says how it went is a whole
request. Of a message the words before its details count: `synthesis failed: no memory`, `request done in 0.4 s`; those
of Chinese services are in `ttslog.own_words_chinese`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple

import msgspec

from ttslog import own_words_chinese as chinese
from ttslog.outcome import says_how, status_of, status_said
from ttslog.parsers import Event
from ttslog.parsers._block import MESSAGE
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START

LOGGED_AS = "logged_as"  # the field that keeps the log's own name

Edge = Literal["start", "end"]
_LONGEST = 40  # characters of a name or a message that may be one of these
_BETWEEN = re.compile(r"[\s._:-]+|(?<=[a-z])(?=[A-Z])")
_OUTER = ("request", "tts_request", "speech_request", "synthesis_request", "http_request")
_ANY_REQUEST = ("request", "http_request")
_KINDS_OF_SOUND = ("tts", "speech", "audio", "voice")
_INNER = (
    *("synthesis", "generation", "tts", "speech"),
    *(f"{sound}_{making}" for sound in _KINDS_OF_SOUND for making in ("synthesis", "generation")),
)
_SUCCESSES = ("success", "succeeded")
_VERBS: dict[chinese.Role, tuple[str, ...]] = {
    "start": ("start", "started", "begin", "began", "received", "accepted"),
    "end": ("complete", "completed", "finish", "finished", "end", "ended", "done", *_SUCCESSES),
    "failure": ("fail", "failed", "failure", "error", "errored"),
}
_VERBS_BEFORE: dict[chinese.Role, tuple[str, ...]] = {
    "start": ("start", "starting", "started", "begin", "beginning", "received", "accepted", "processing", "new"),
    "end": ("completed", "finished"),
    "failure": ("failed",),
}
# What may stand before the words of a message: `[worker-3]`, `app.tts:`, a sign, but no quotation mark, for the user's
# words may stand behind that; and where its details begin.
_SIGN = r"[\u2000-\u2017\u2020-\u2bff\ufe0f\U0001f000-\U0001faff]+ ?"
_BEFORE_WORDS = re.compile(rf"(?:\[[^\]]{{0,80}}\] ?|【[^】]{{0,80}}】 ?|\w+(?:\.\w+)+:? |{_SIGN}){{1,4}}")
_DETAILS = re.compile(r"[,;(|]|: | - | \w+=| (?:in|after|took|from|for|with|by|at|on|due|because)\b", re.IGNORECASE)
_DETAILS_IN_CHINESE = re.compile(rf"{_DETAILS.pattern}|{chinese.DETAILS}", re.IGNORECASE)
_OF_A_PART = re.compile(
    rf"\b(?:chunk|sentence|segment|piece|part|batch|token|step|stage)s?\b|\d ?/ ?\d|{chinese.OF_A_PART}", re.IGNORECASE
)
_NAMES: dict[chinese.Role, str] = {
    "start": SYNTHESIS_START,
    "end": SYNTHESIS_COMPLETE,
    "failure": SYNTHESIS_FAILED,
    "whole": SYNTHESIS_COMPLETE,
}
_NATIVE = frozenset({SYNTHESIS_START, SYNTHESIS_COMPLETE})


class _Meaning(NamedTuple):
    role: chinese.Role
    is_outer: bool
    is_spoken: bool  # names speech, and not only a request


def _phrases(noun: str) -> Iterator[tuple[str, chinese.Role]]:
    """Yield what a line may be called that begins or ends such a thing."""
    yield noun, "whole"
    for role, verbs in _VERBS.items():
        yield from ((f"{noun}_{verb}", role) for verb in verbs)
    for role, verbs in _VERBS_BEFORE.items():
        yield from ((f"{verb}_{noun}", role) for verb in verbs)


_MEANINGS = {
    phrase: _Meaning(role, noun in _OUTER, noun not in _ANY_REQUEST)
    for noun in (*_OUTER, *_INNER)
    for phrase, role in _phrases(noun)
}
_CHINESE = {
    phrase: _Meaning(role, noun in chinese.OUTER, noun != chinese.ANY_REQUEST)
    for noun in (*chinese.OUTER, *chinese.INNER)
    for phrase, role in chinese.phrases(noun)
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
    outer = {_edge(meaning) for meaning in edges if meaning.is_outer}
    return [
        event
        if meaning is None or meaning.is_outer != (_edge(meaning) in outer)
        else _renamed(event, _NAMES[meaning.role])
        for event, meaning in zip(events, meanings, strict=True)
    ]


def _edge(meaning: _Meaning) -> Edge:
    return "start" if meaning.role == "start" else "end"


def edge_of(event: Event) -> Edge | None:
    """Return whether a line begins or ends a request, in whatever words."""
    if event.name in _NATIVE:
        return "start" if event.name == SYNTHESIS_START else "end"
    meaning = _meaning(event)
    return None if meaning is None else _edge(meaning)


def begins(event: Event) -> bool:
    """Return whether a line begins a request, in whatever words."""
    return edge_of(event) == "start"


def ends_in_own_words(event: Event) -> bool:
    """Return whether a line ends a request in its service's own words."""
    meaning = _meaning(event)
    return meaning is not None and meaning.role in ("end", "whole")


def is_in_own_words(edge: Event) -> bool:
    """Return whether the begin or the end of a request had another name, or only a message."""
    return LOGGED_AS in edge.fields or "message" in edge.fields


def succeeds_in_own_words(end: Event) -> bool:
    """Return whether the log's own name of an end says that all went well."""
    name = end.fields.get(LOGGED_AS) or _before_details(end.fields.get("message"))
    if type(name) is not str:
        return False
    return name.endswith(chinese.SUCCESS) or _BETWEEN.split(name.strip().lower())[-1] in _SUCCESSES


def _meaning(event: Event) -> _Meaning | None:
    name = event.name if event.name != MESSAGE else _before_details(event.fields.get("message"))
    if name is None or len(name) > _LONGEST:
        return None
    meaning = _meaning_of(name)
    if meaning is None or ("model_stage" in event.fields and not _tells_failure(event, meaning)):
        return None
    return None if meaning.role == "whole" and not _is_whole(event, meaning) else meaning


def _before_details(message: object) -> str | None:
    """Return the words of a message before its details; None where these are of one part of a request."""
    if type(message) is not str:
        return None
    before = _BEFORE_WORDS.match(message)
    start = before.end() if before else 0
    begin = _DETAILS if message.isascii() else _DETAILS_IN_CHINESE
    details = begin.search(message, start, start + _LONGEST + 1)
    if details is None:
        return message[start:]
    is_of_a_part = _OF_A_PART.search(message, details.start(), details.start() + _LONGEST)
    return None if is_of_a_part else message[start : details.start()].rstrip(" .:")


def _is_whole(event: Event, meaning: _Meaning) -> bool:
    """Return whether a noun alone is a request that says how it ended; with an HTTP status, `request` may be any."""
    return says_how(event) if meaning.is_spoken else status_said(event) is not None


def _tells_failure(event: Event, meaning: _Meaning) -> bool:
    """Return whether a line that names a stage says where its request failed; if not, it may be the stage's own."""
    return meaning.role == "failure" or (meaning.role != "start" and status_of(event) != "success")


@lru_cache(maxsize=4096)
def _meaning_of(name: str) -> _Meaning | None:
    words = _BETWEEN.sub("_", name.strip()).lower()
    return _MEANINGS.get(words) if name.isascii() else _CHINESE.get(words.replace("_", ""))


def _renamed(event: Event, name: str) -> Event:
    if event.name == name:
        return event
    fields = event.fields if event.name == MESSAGE else {**event.fields, LOGGED_AS: event.name}
    return msgspec.structs.replace(event, name=name, fields=fields)
