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
    for fitting in (_continued, _able_to_take, _begun_then):
        found = fitting(requests, line)
        if len(found) == 1:
            return found[0]
    return None


def _continued(requests: Sequence[OpenRequest], line: Event) -> list[OpenRequest]:
    """Those whose next piece the line's is."""
    chunk = line.count("chunk") if line.name == TEXT_SEGMENT else None
    if chunk is None:
        return []
    chunks = line.count("chunks")
    return [request for request in requests if _continues(request, chunk, chunks)]


def _continues(request: OpenRequest, chunk: int, chunks: int | None) -> bool:
    if chunks and request.chunks and chunks != request.chunks:
        return False
    return chunk in (0, 1) if request.chunk is None else chunk == request.chunk + 1


def _able_to_take(requests: Sequence[OpenRequest], line: Event) -> list[OpenRequest]:
    """An engine without end lines works on one piece of a request at a time: text, then its audio."""
    if line.name == TEXT_SEGMENT:
        return [request for request in requests if request.block.last_is_end is not None and not request.is_busy]
    if line.name == AUDIO_CHUNK:
        return [request for request in requests if request.block.last_is_end is not None and request.has(TEXT_SEGMENT)]
    return []


def _begun_then(requests: Sequence[OpenRequest], line: Event) -> list[OpenRequest]:
    """Counted back from the line by the time it says it took, one comes to the request's own time."""
    took_us = _took_us(line) if line.name in _SPANS else None
    if took_us is None:
        return []
    clock_us = _of_the_day(line)
    return [request for request in requests if _is_apart(_counts_from(request, line), line.time_us, clock_us, took_us)]


def _is_apart(since: Event | None, time_us: int | None, clock_us: int | None, took_us: float) -> bool:
    """Return whether a line stands as long before a time, or a time of the day, as something took."""
    if since is None:
        return False
    if time_us is not None and since.time_us is not None:
        return abs(time_us - took_us - since.time_us) <= max(_TOLERANCE_US, took_us * 0.02)
    then_us = None if clock_us is None else _of_the_day(since)
    if clock_us is None or then_us is None:
        return False
    apart_us = (clock_us - took_us - then_us) % _DAY_US
    return min(apart_us, _DAY_US - apart_us) <= _CLOCK_TOLERANCE_US


def _counts_from(request: OpenRequest, line: Event) -> Event | None:
    """A total counts from the request's start, a piece of audio from the line before it."""
    if line.name != AUDIO_CHUNK:
        return request.events[0]
    return next((event for event in reversed(request.events) if event.name in _CLOCKS_OF_PIECES), None)


_CLOCKS_OF_PIECES = frozenset({TEXT_SEGMENT, AUDIO_CHUNK})
_SPANS = frozenset({TOTALS, SYNTHESIS_COMPLETE, AUDIO_CHUNK})


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
