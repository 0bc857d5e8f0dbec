"""What is timed of a request, said of one; `frames` says the same of a table. A property test holds them together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import isfinite

from ttslog.lifecycle import Request
from ttslog.timings.spread import Key

REQUESTS, STAGE = "requests", "stage"
COMPUTED, FROM_CACHE, FAILED, OTHER = KINDS = ("computed", "from_cache", "failed", "other")
MEASURES = ("unaccounted_ms", "rtf", "ttfa_ms", "queue_ms")


def numbers_of_requests(requests: Iterable[Request]) -> dict[Key, list[float]]:
    """Return the sorted numbers of some requests and their stages."""
    found: dict[Key, list[float]] = {}
    for request in requests:
        for key, value in _timed(request):
            if value is not None and isfinite(value):
                found.setdefault(key, []).append(value)
    return {key: sorted(values) for key, values in found.items()}


def _timed(request: Request) -> Iterator[tuple[Key, float | None]]:
    yield (REQUESTS, _kind(request)), request.duration_ms
    for measure in MEASURES:
        yield (measure,), getattr(request, measure)
    for stage in request.stages:
        yield (STAGE, stage.stage_family, stage.model_stage), stage.duration_ms


def _kind(request: Request) -> str:
    if request.outcome == "success":
        return FROM_CACHE if request.cache_hit else COMPUTED  # unknown counts as computed
    return FAILED if request.outcome == "failed" else OTHER
