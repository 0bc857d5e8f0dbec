"""Shapes: the types of plain lines, learnt from how a service writes them. What a type refuses needs judgement.

A service writes the same few events with the same few keys all day. Each event has a type of its own. A key is learnt
from the first line that has it, unless it tells of trouble or is a second name of a known one; from then on the type
takes it, with the values that need no judgement: a level that is calm, a time that no clock disproves, audio that can
be listened to. So that one decoding both reads and judges.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile
from typing import Annotated, Any, Literal, Protocol, Union

import msgspec
from msgspec import Meta, UnsetType

from ttslog.field_names import FIELD_ALIASES, SECONDS_ALIASES
from ttslog.lifecycle.assemble import COUNTS, FLAGS, IDENTITIES, NAMES, QUANTITIES
from ttslog.lifecycle.audio import CLIPPED_SHARE, QUIET_RMS, SHORTEST_SECONDS, SILENCE_SHARE
from ttslog.outcome import HTTP_ERROR, SUCCESS_WORDS
from ttslog.parsers import LONGEST
from ttslog.plain.stamps import form_of
from ttslog.schema import EVENT_ALIASES, STAGE_TIME, SYNTHESIS_COMPLETE, SYNTHESIS_FAILED

TEXTS = (*IDENTITIES, *NAMES)
FACTS = ("duration_ms", "host", "pid", *sorted({*TEXTS, *QUANTITIES, *COUNTS, *FLAGS} - {"host", "pid"}))
_ALWAYS = 3  # the first of them are looked at whether a service writes them or not
_FACTS = frozenset(FACTS)

_decode_any = msgspec.json.Decoder().decode
_MOST_EVENTS, _MOST_KEYS = 50, 200
_ESCAPED = re.compile(r'["\\\x00-\x1f]')  # what JSON escapes; a field of a type cannot be named so
# Keys whose lines need judgement.
_TROUBLE = ("error_code", "error_type", "error_message", "warning_code", "traceback", "reason", "exception")
_TELLING = frozenset({*_TROUBLE, "cumulative_ms", *SECONDS_ALIASES})
_TELLING_BY = {SYNTHESIS_COMPLETE: _TELLING | {"success"}}  # a status of another name
_JUDGED_EVENTS = frozenset({SYNTHESIS_FAILED, "exception", ""})
_NEEDED = ("timestamp", "level", "request_id")  # by every plain line
_NEEDED_BY = {STAGE_TIME: ("model_stage", "duration_ms"), SYNTHESIS_COMPLETE: ("duration_ms",)}
_CALM = ("debug", "info", "DEBUG", "INFO")

_Plain = str | int | float | bool | None
_ANY = _Plain | list[_Plain]
_Text = Annotated[str, Meta(min_length=1)]
_LEAST = {"audio_seconds": SHORTEST_SECONDS, "audio_rms": QUIET_RMS}
_MOST = {**LONGEST, "clipping_ratio": CLIPPED_SHARE, "silence_ratio": SILENCE_SHARE}


def _quantity(name: str) -> Any:
    return Annotated[float, Meta(ge=_LEAST.get(name, 0), le=_MOST.get(name))]


_VALUES: dict[str, Any] = {
    "level": Literal[_CALM],
    "request_id": _Text,
    "model_stage": _Text,
    "stage_family": str | None,
    **dict.fromkeys(TEXTS, str | None),
    **{name: _quantity(name) | None for name in QUANTITIES},
    **dict.fromkeys(COUNTS, Annotated[int, Meta(ge=0, le=10**18)] | None),
    **dict.fromkeys(FLAGS, bool | None),
    "duration_ms": _quantity("duration_ms"),
}
_VALUES_BY: dict[str, dict[str, Any]] = {
    SYNTHESIS_COMPLETE: {
        "status": Literal[SUCCESS_WORDS] | None,
        "http_status": Annotated[int, Meta(ge=0, lt=HTTP_ERROR)] | None,
    }
}


class Record(Protocol):
    """A plain line, decoded: these, and FACTS. What the line does not have, or says is null, is None.

    Attributes:
        timestamp: text or number (`Stamp`), of the type of all others that one `Shapes` makes.
        key_counts: the numbers of keys that lines of its event were seen with; where another number of colons stands
            behind quotes, something may be nested, named twice, or quoted. A line that names one key twice and leaves
            another out has the right number: it tells the same (the last counts), only nobody notes the anomaly.
    """

    timestamp: Any
    event: str
    request_id: str
    model_stage: str | None
    stage_family: str | None
    duration_ms: float | None
    host: str | None
    pid: int | None
    key_counts: set[int]


class Shapes:
    """Decodes lines into records, and learns what it meets.

    Attributes:
        facts: those of FACTS that were met so far, in the order met; what is not in a line is not asked for.
        keys: all that plain lines may have.
    """

    def __init__(self) -> None:
        self.facts = FACTS[:_ALWAYS]
        self.keys: frozenset[str] = frozenset()
        self._keys: dict[str, tuple[str, ...]] = {}  # of each event, in the order met, which is how its lines have them
        self._key_counts: dict[str, set[int]] = {}
        self._kinds: dict[str, Any] = {}
        self._form: Any = None  # the type of the time stamps
        self._refusing: dict[tuple[str, tuple[str, ...], Any], Any] = {}  # types made for lines that they refused
        self._decode: Callable[[bytes], Any] = _decoder(())

    def has(self, event: str) -> bool:
        """Return whether lines of an event were met that may be plain."""
        return event in self._keys

    def decode(self, lines: Sequence[bytes]) -> list[Record | None]:
        """Return the record of each line; None for one that needs judgement, or is none."""
        records: list[Record | None] = []
        while (done := len(records)) < len(lines):
            try:
                records.extend(map(self._decode, lines[done:]))  # what came before a refusal is kept
            except msgspec.ValidationError:
                records.append(self._refused(lines[len(records)]))
            except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                records.append(None)
                behind = lines[len(records) :]  # text comes in runs, and to be refused line by line costs most
                records.extend(None for _ in takewhile(_is_text, behind))
        return records

    def _refused(self, line: bytes) -> Record | None:
        """Learn the keys of a line that the types refuse, and try again."""
        try:
            read = _decode_any(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        if type(read) is not dict or "event" not in read:
            return None
        event = read.pop("event")
        if type(event) is not str or EVENT_ALIASES.get(event, event) in _JUDGED_EVENTS:
            return None
        keys = tuple(dict.fromkeys((*self._keys.get(event, ()), *read)))
        if not self._may_learn(event, keys):
            return None
        named = dict(zip(_names(read), read.values(), strict=True))
        form = self._form or form_of(named.get("timestamp"))
        if form is None:
            return None
        counts = self._key_counts.setdefault(event, set())
        kind = self._refusing.get((event, keys, form)) or _kind(event, keys, form, counts)
        try:
            record: Record = msgspec.json.decode(line, type=kind)
        except msgspec.ValidationError:
            if len(self._refusing) < _MOST_KEYS:
                self._refusing[event, keys, form] = kind  # to make a type takes as long as to read a hundred lines
            return None
        self._keys[event], self._kinds[event], self._form = keys, kind, form
        self._decode = _decoder(self._kinds.values())
        self.keys |= named.keys()
        self.facts = *self.facts, *(name for name in named if name in _FACTS and name not in self.facts)
        return record

    def _may_learn(self, event: str, keys: Sequence[str]) -> bool:
        """Return whether an event may have these keys: they name different things, and none tells of trouble."""
        known = self._keys.get(event, ())
        if len(keys) == len(known) or len(keys) > _MOST_KEYS or (not known and len(self._keys) >= _MOST_EVENTS):
            return False
        names, canonical = set(_names(keys)), EVENT_ALIASES.get(event, event)
        return (
            len(names) == len(keys)
            and names.isdisjoint(_TELLING_BY.get(canonical, _TELLING))
            and names.issuperset(_needed(canonical))
            and ("model_stage" in names) == (canonical == STAGE_TIME)
            and not any(map(_ESCAPED.search, keys))
        )


def _names(keys: Iterable[str]) -> list[str]:
    """Return what a service calls by these keys."""
    return [FIELD_ALIASES.get(key, key) for key in keys]


def _needed(event: str) -> tuple[str, ...]:
    """Return the names that every plain line of an event has."""
    return *_NEEDED, *_NEEDED_BY.get(event, ())


def _is_text(line: bytes) -> bool:
    return line[:1] != b"{"


class _Failed(msgspec.Struct, tag_field="event", tag=SYNTHESIS_FAILED):
    """An event that is never plain. Of two types or more the decoder asks for the event's name; of one it would not."""

    never: UnsetType


class _Raised(msgspec.Struct, tag_field="event", tag="exception"):
    """Another one."""

    never: UnsetType


_NEVER_PLAIN = (_Failed, _Raised)


def _decoder(kinds: Iterable[Any]) -> Callable[[bytes], Any]:
    """Return what decodes a line of any of these types."""
    return msgspec.json.Decoder(Union[(*_NEVER_PLAIN, *kinds)]).decode


def _kind(event: str, keys: Iterable[str], form: Any, key_counts: set[int]) -> Any:
    """Return the type of an event's lines: no other keys, times of one form, and values that need no judgement."""
    canonical = EVENT_ALIASES.get(event, event)
    needed = _needed(canonical)
    values = _VALUES | _VALUES_BY.get(canonical, {}) | {"timestamp": form}
    fields: list[Any] = []
    keys_of_fields: dict[str, str] = {}
    for number, (key, name) in enumerate(zip(keys, _names(keys), strict=True)):
        field = name if name in values else f"other_{number}"
        keys_of_fields[field] = key
        fields.append((field, values.get(name, _ANY), *(() if name in needed else (None,))))
    on_class = {
        **dict.fromkeys(values.keys() - keys_of_fields.keys()),  # None where no line has it
        "event": canonical,
        "key_counts": key_counts,
    }
    return msgspec.defstruct(
        "Line",
        fields,
        namespace=on_class,
        tag_field="event",
        tag=event,
        rename=keys_of_fields,
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )


def learn_count(record: Record, line: bytes, count: int) -> bool:
    """Return whether a line has as many keys as there are colons behind quotes, which is known from then on."""
    if len(_decode_any(line)) != count:
        return False
    record.key_counts.add(count)
    return True


def same_record(line: bytes, other: bytes) -> bool:
    """Return whether two lines say the same, however they are written."""
    return line == other or bool(_decode_any(line) == _decode_any(other))
