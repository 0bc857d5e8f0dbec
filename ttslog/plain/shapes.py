"""Shapes: the type of a plain line, learnt from how a service writes its lines. What the type refuses needs judgement.

A service writes the same few keys all day. A key is learnt from the first line that has it, unless it tells of trouble
or is another's name for a known one; from then on the type has it, with the values that need no judgement: a level that
is calm, a time that no clock disproves, audio that can be listened to. So that one decoding both reads and judges.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any, Literal, Protocol

import msgspec
from msgspec import UNSET, Meta, UnsetType

from ttslog.lifecycle.assemble import COUNTS, FLAGS, IDENTITIES, NAMES, QUANTITIES
from ttslog.lifecycle.audio import CLIPPED_SHARE, QUIET_RMS, SHORTEST_SECONDS, SILENCE_SHARE
from ttslog.parsers import LONGEST
from ttslog.schema import EVENT_ALIASES, FIELD_ALIASES, SYNTHESIS_FAILED

TEXTS = (*IDENTITIES, *NAMES)
FACTS = (*TEXTS, *QUANTITIES, *COUNTS, *FLAGS, "duration_ms")

_decode_any = msgspec.json.Decoder().decode
_MOST_KEYS = 200
_MOST_COUNTS = 1_000  # of pairs of an event and a number of keys
# Keys whose lines need judgement.
_TELLING = frozenset(
    {"error_code", "error_type", "error_message", "warning_code", "traceback", "cumulative_ms", "reason", "exception"}
)
_REFUSED = _TELLING | FIELD_ALIASES.keys()
_JUDGED_EVENTS = frozenset({SYNTHESIS_FAILED, "exception", *EVENT_ALIASES})
_STAMP = len("2026-11-20T14:00:00.123456Z")

_Plain = str | int | float | bool | None
_Text = Annotated[str, Meta(min_length=1)]
_LEAST = {"audio_seconds": SHORTEST_SECONDS, "audio_rms": QUIET_RMS}
_MOST = {**LONGEST, "clipping_ratio": CLIPPED_SHARE, "silence_ratio": SILENCE_SHARE}


def _quantity(name: str) -> Any:
    return Annotated[float, Meta(ge=_LEAST.get(name, 0), le=_MOST.get(name))]


_NEEDED: dict[str, Any] = {
    "timestamp": Annotated[str, Meta(min_length=_STAMP, max_length=_STAMP)],
    "event": str,
    "level": Literal["debug", "info"],
    "request_id": _Text,
}
_OPTIONAL: dict[str, Any] = {
    "model_stage": _Text | UnsetType,
    "status": Literal["success"] | UnsetType,
    "stage_family": str | None | UnsetType,
    **dict.fromkeys(TEXTS, str | None | UnsetType),
    **{name: _quantity(name) | None | UnsetType for name in QUANTITIES},
    **dict.fromkeys(COUNTS, Annotated[int, Meta(ge=0, le=10**18)] | None | UnsetType),
    **dict.fromkeys(FLAGS, bool | None | UnsetType),
    "duration_ms": _quantity("duration_ms") | UnsetType,
}
_ANY = _Plain | list[_Plain] | UnsetType


class Record(Protocol):
    """A plain line, decoded: these, and FACTS. What the line does not have is UNSET."""

    timestamp: str
    event: str
    request_id: str
    model_stage: str | UnsetType
    stage_family: str | UnsetType | None
    status: str | UnsetType
    duration_ms: float | UnsetType


class Shapes:
    """Decodes lines into records, and learns what it meets.

    Attributes:
        key_counts: for each event the numbers of keys that its lines were seen with; another number may mean that
            something is nested, named twice, or quoted.
    """

    def __init__(self) -> None:
        self.key_counts: dict[str, set[int]] = {}
        self._keys: dict[str, None] = dict.fromkeys(_NEEDED)
        self._decode = _decoder(self._keys)

    def decode(self, lines: Sequence[bytes]) -> list[Record | None] | None:
        """Return the record of each line, None for one that needs judgement.

        Returns:
            None where not every line is one JSON object with an event.
        """
        records: list[Record | None] = []
        rest = iter(lines)
        try:
            while len(records) < len(lines):
                self._decode_on(rest, records, lines)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        return records

    def _decode_on(self, rest: Iterable[bytes], records: list[Record | None], lines: Sequence[bytes]) -> None:
        """Decode up to the next line that the type refuses, and that one."""
        try:
            records.extend(map(self._decode, rest))  # what came before a refusal is kept
        except msgspec.ValidationError:
            records.append(self._refused(lines[len(records)]))

    def _refused(self, line: bytes) -> Record | None:
        """Learn the keys of a line and try again. DecodeError where it is no record."""
        read = _decode_any(line)
        if type(read) is not dict or "event" not in read:
            raise msgspec.DecodeError("no record of a log")
        new = [key for key in read if key not in self._keys]
        if not new or len(self._keys) + len(new) > _MOST_KEYS or not _REFUSED.isdisjoint(new):
            return None
        keys = {**self._keys, **dict.fromkeys(new)}
        decode = _decoder(keys)
        try:
            record: Record = decode(line)
        except msgspec.ValidationError:
            return None
        self._keys, self._decode = keys, decode
        return record

    def learn_count(self, line: bytes, event: str, count: int) -> bool:
        """Return whether a line has as many keys as there are colons behind quotes, from now on known for its event."""
        if event in _JUDGED_EVENTS or len(_decode_any(line)) != count:
            return False
        if sum(map(len, self.key_counts.values())) >= _MOST_COUNTS:
            return False
        self.key_counts.setdefault(event, set()).add(count)
        return True


def _decoder(keys: Iterable[str]) -> Any:
    """Return what decodes lines with these keys; the keys stand in the order met, which is how lines have them."""
    fields: list[Any] = []
    names: dict[str, str] = {}
    for number, key in enumerate(dict.fromkeys((*keys, *_OPTIONAL))):
        if key in _NEEDED:
            fields.append((key, _NEEDED[key]))
            continue
        name = key if key in _OPTIONAL else f"other_{number}"
        names[name] = key
        fields.append((name, _OPTIONAL.get(key, _ANY), UNSET))
    kind = msgspec.defstruct("Line", fields, rename=names, forbid_unknown_fields=True, kw_only=True, gc=False)
    return msgspec.json.Decoder(kind).decode


def same_record(line: bytes, other: bytes) -> bool:
    """Return whether two lines say the same, however they are written."""
    return line == other or bool(_decode_any(line) == _decode_any(other))
