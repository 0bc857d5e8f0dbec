"""The audio cache: does it hit, does it save, does it fill its disk, and what time it saved."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, tzinfo
from itertools import takewhile
from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._buckets import Buckets, buckets_of
from ttslog.detectors._frames import Frame, known, median, open_frame, rounded, rows, share
from ttslog.observe import Observations
from ttslog.parsers import Event
from ttslog.schema import CACHE_HEALTH

_POINTS_SHOWN = 240
_TIMED_BY = ("cache_hit", "cache_saved", "duration_ms", "end_us")
_LOOKED_AT = ("outcome", *_TIMED_BY, "warning_codes")
_HIT = nw.col("cache_hit") == nw.lit(value=True)
_MISS = nw.col("cache_hit") == nw.lit(value=False)
_SUCCEEDED = nw.col("outcome") == "success"

_Point = tuple[int, float, float | None]  # time_us, used percent, threshold


def cache(requests: IntoDataFrame, zone: tzinfo = UTC) -> dict[str, Any]:
    """Return how the cache behaved by a requests table; days are those of the zone.

    `hit_ratio` is of the successful requests that say whether they hit. `unsaved` are misses that succeeded and
    whose audio was not kept. `saved_seconds` estimates the time the hits saved: the median miss, less each hit.
    """
    asked = open_frame(requests, *_LOOKED_AT)
    answered = asked.select(*_TIMED_BY, "outcome").filter(_SUCCEEDED & (_HIT | _MISS)).drop("outcome")
    hits, misses = answered.filter(_HIT), answered.filter(_MISS)
    return {
        "hits": len(hits),
        "misses": len(misses),
        "hit_ratio": share(len(hits), len(hits) + len(misses)),
        "saved": len(misses.filter(nw.col("cache_saved") == nw.lit(value=True))),
        "unsaved": len(misses.filter(nw.col("cache_saved") == nw.lit(value=False))),
        "write_warnings": _write_warnings(asked.select("warning_codes")),
        "saved_seconds": _saved_seconds(hits, misses),
        "over_time": _over_time(answered.select("cache_hit", "end_us"), zone),
    }


def _write_warnings(warned: Frame) -> dict[str, int]:
    """Count the requests that warned of the cache, by code."""
    warned = warned.filter(nw.col("warning_codes").str.contains("CACHE_", literal=True))
    codes = Counter(code for codes in warned["warning_codes"].to_list() for code in codes.split())
    return {code: count for code, count in sorted(codes.items()) if code.startswith("CACHE_")}


def _saved_seconds(hits: Frame, misses: Frame) -> float | None:
    usual_ms, taken = median(misses, "duration_ms"), known(hits, "duration_ms")["duration_ms"]
    if usual_ms is None or not len(taken):
        return None
    return rounded((usual_ms - taken).clip(lower_bound=0.0).sum() / 1000)


def _over_time(answered: Frame, zone: tzinfo) -> dict[str, Any]:
    buckets = buckets_of(answered["end_us"], zone)
    if buckets is None:
        return {"starts_us": [], "hits": [], "misses": []}
    placed = buckets.place(answered, "end_us")
    return {
        "starts_us": buckets.starts_us,
        "hits": _counts(placed.filter(_HIT), buckets),
        "misses": _counts(placed.filter(_MISS), buckets),
    }


def _counts(placed: Frame, buckets: Buckets) -> list[int]:
    counts = [0] * len(buckets.starts_us)
    for row in rows(placed.group_by("bucket").agg(nw.len().alias("count"))):
        counts[row["bucket"]] = row["count"]
    return counts


def disks(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Return how full each watched directory of each host was: `time_us`, `used_percent`.

    `over_since_us` is since when it is over its threshold without a break, None where it is not at last.
    """
    measured: dict[tuple[str, str], list[_Point]] = defaultdict(list)
    for event in events:
        used = event.quantity("used_percent")
        if event.name == CACHE_HEALTH and used is not None and event.time_us is not None:
            disk = (event.text("path") or "?", event.text("host") or "")
            measured[disk].append((event.time_us, used, event.quantity("threshold")))
    return [
        _disk(path, host or None, sorted(points, key=lambda point: point[0]))
        for (path, host), points in sorted(measured.items())
    ]


def _disk(path: str, host: str | None, points: list[_Point]) -> dict[str, Any]:
    over = list(takewhile(_is_over, reversed(points)))
    drawn = points[:: len(points) // _POINTS_SHOWN + 1]
    return {
        "path": path,
        "host": host,
        "measured": len(points),
        "first_percent": points[0][1],
        "last_percent": points[-1][1],
        "max_percent": max(used for _, used, _ in points),
        "threshold": points[-1][2],
        "over_since_us": over[-1][0] if over else None,
        "time_us": [time_us for time_us, _, _ in drawn],
        "used_percent": [used for _, used, _ in drawn],
    }


def _is_over(point: _Point) -> bool:
    _, used, threshold = point
    return threshold is not None and used >= threshold


def detect(seen: Observations) -> dict[str, Any]:
    """Return how the cache of a window behaved."""
    return {**cache(seen.columns(*_LOOKED_AT), seen.zone), "disks": disks(seen.service)}


DETECTOR = detect
