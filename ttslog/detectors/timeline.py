"""When: requests, failures, error codes and latency per time bucket."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, tzinfo
from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._buckets import Buckets, buckets_of
from ttslog.detectors._frames import Frame, known, open_frame, rows
from ttslog.observe import Observations

NO_CODE = "(no code)"
OTHER_CODES = "(other codes)"
_CODES_SHOWN = 8
_LOOKED_AT = ("outcome", "error_code", "duration_ms", "end_us", "last_us")
_EMPTY: dict[str, Any] = {
    "starts_us": [],
    "width_us": None,
    "statuses": {},
    "error_codes": {},
    "p50_ms": [],
    "p95_ms": [],
    "outside": None,
}


def timeline(requests: IntoDataFrame, zone: tzinfo = UTC) -> dict[str, Any]:
    """Return counts per time bucket of a requests table; days are those of the zone.

    A request counts where it ended, or was last seen. Lists have one number per bucket: `starts_us`; `statuses`
    by outcome and `error_codes` by name (the commonest codes, then the rest together); `p50_ms` and `p95_ms` of what
    succeeded, None where nothing did. `outside` are times too far from all others, `untimed` requests without any.
    """
    asked = open_frame(requests, *_LOOKED_AT)
    timed = asked.select("outcome", "error_code", "duration_ms", time_us=nw.coalesce("end_us", "last_us"))
    buckets = buckets_of(timed["time_us"], zone)
    untimed = int(timed["time_us"].null_count())
    if buckets is None:
        return _EMPTY | {"untimed": untimed}
    placed = buckets.place(timed, "time_us")
    return {
        "starts_us": buckets.starts_us,
        "width_us": buckets.width_us,
        "statuses": _per_bucket(placed, "outcome", buckets),
        "error_codes": _codes(placed, buckets),
        **_latency(placed, buckets),
        "outside": buckets.outside,
        "untimed": untimed,
    }


def _per_bucket(placed: Frame, column: str, buckets: Buckets) -> dict[str, list[int]]:
    counted: dict[str, list[int]] = {}
    for row in rows(placed.group_by("bucket", column).agg(nw.len().alias("count"))):
        name = row[column] or NO_CODE
        counted.setdefault(name, [0] * len(buckets.starts_us))[row["bucket"]] += row["count"]
    return dict(sorted(counted.items()))


def _codes(placed: Frame, buckets: Buckets) -> dict[str, list[int]]:
    """Count codes per bucket, the commonest first; a failure without a code is one without a code.

    As the failures are counted: a request without an end is none, whatever its lines say.
    """
    ended = placed.filter(nw.col("outcome") != "incomplete")
    failed = ended.filter((nw.col("outcome") == "failed") | ~nw.col("error_code").is_null())
    counted = _per_bucket(failed, "error_code", buckets)
    totals = Counter({code: sum(counts) for code, counts in counted.items()})
    shown = [code for code, _ in totals.most_common(_CODES_SHOWN)]
    rest = [counts for code, counts in counted.items() if code not in shown]
    other = {OTHER_CODES: [sum(column) for column in zip(*rest, strict=True)]} if rest else {}
    return {code: counted[code] for code in shown} | other


def _latency(placed: Frame, buckets: Buckets) -> dict[str, list[float | None]]:
    succeeded = known(placed.filter(nw.col("outcome") == "success"), "duration_ms")
    value = nw.col("duration_ms")
    found = rows(
        succeeded.group_by("bucket").agg(
            value.quantile(0.5, interpolation="linear").alias("p50_ms"),
            value.quantile(0.95, interpolation="linear").alias("p95_ms"),
        )
    )
    by_bucket = {row["bucket"]: row for row in found}
    numbers = range(len(buckets.starts_us))
    return {
        name: [by_bucket[number][name] if number in by_bucket else None for number in numbers]
        for name in ("p50_ms", "p95_ms")
    }


def detect(seen: Observations) -> dict[str, Any]:
    """Return the timeline of a window."""
    return timeline(seen.columns(*_LOOKED_AT), seen.zone)


DETECTOR = detect
