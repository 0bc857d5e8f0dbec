"""Evidence: which of several open requests a line belongs to, where the line shows it; else nobody's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ttslog.joins.blocks import OpenRequest
from ttslog.parsers import Event
from ttslog.parsers._block import AUDIO_CHUNK, TEXT_SEGMENT, TOTALS
from ttslog.schema import SYNTHESIS_COMPLETE

_CLOCK = re.compile(r"(\d\d):(\d\d):(\d\d)(?: ([AP])M)?")
_SECOND_US = 1_000_000
_DAY_US = 86_400 * _SECOND_US
_HALF_DAY = 12
_CLOCK_TOLERANCE_US = 1_500_000  # a clock of whole seconds, cut and not rounded, on both ends
_TOLERANCE_US = 50_000


def the_one(requests: Sequence[OpenRequest], line: Event) -> OpenRequest | None:
    """Return the only one of the open requests that a line fits, None where it fits several or none."""
    for fits in (_continues, _can_take, _began_then):
        found = [request for request in requests if fits(request, line)]
        if len(found) == 1:
            return found[0]
    return None


def _continues(request: OpenRequest, line: Event) -> bool:
    """The line's piece is the next one of the request's."""
    chunk, chunks = line.count("chunk"), line.count("chunks")
    if chunk is None or line.name != TEXT_SEGMENT:
        return False
    if chunks and request.chunks and chunks != request.chunks:
        return False
    return chunk in (0, 1) if request.chunk is None else chunk == request.chunk + 1


def _can_take(request: OpenRequest, line: Event) -> bool:
    """An engine without end lines works on one piece of a request at a time: text, then its audio."""
    if request.block.last_is_end is None:
        return False
    if line.name == TEXT_SEGMENT:
        return not request.is_busy
    return line.name == AUDIO_CHUNK and request.has(TEXT_SEGMENT)


def _began_then(request: OpenRequest, line: Event) -> bool:
    """Counted back from the line by the time it says it took, one comes to the request's own time."""
    took_us, since = _took_us(line), _counts_from(request, line)
    if took_us is None or since is None:
        return False
    now, then = line.time_us, since.time_us
    if now is not None and then is not None:
        return abs(now - took_us - then) <= max(_TOLERANCE_US, took_us * 0.02)
    now, then = _of_the_day(line), _of_the_day(since)
    if now is None or then is None:
        return False
    apart = (now - took_us - then) % _DAY_US
    return min(apart, _DAY_US - apart) <= _CLOCK_TOLERANCE_US


def _counts_from(request: OpenRequest, line: Event) -> Event | None:
    """A total counts from the request's start, a piece of audio from the line before it."""
    if line.name in (TOTALS, SYNTHESIS_COMPLETE):
        return request.events[0]
    own = (event for event in reversed(request.events) if event.name in _CLOCKS_OF_PIECES)
    return next(own, None) if line.name == AUDIO_CHUNK else None


_CLOCKS_OF_PIECES = frozenset({TEXT_SEGMENT, AUDIO_CHUNK})


def _took_us(line: Event) -> float | None:
    duration_ms = line.quantity("duration_ms")
    if duration_ms is not None:
        return duration_ms * 1_000
    rtf, audio_seconds = line.quantity("rtf"), line.quantity("audio_seconds")
    return None if rtf is None or audio_seconds is None else rtf * audio_seconds * _SECOND_US


def _of_the_day(line: Event) -> int | None:
    """Return the microseconds since midnight of a line that has only a clock."""
    found = _CLOCK.search(line.text("clock_text") or "")
    if found is None:
        return None
    hour, minute, second = int(found[1]), int(found[2]), int(found[3])
    if found[4]:
        hour = hour % _HALF_DAY + (_HALF_DAY if found[4] == "P" else 0)
    return ((hour * 60 + minute) * 60 + second) * _SECOND_US
