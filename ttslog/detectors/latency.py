"""How slow, and where: whole requests, each stage, real-time factor, first audio, queue, and the slowest requests."""

from __future__ import annotations

from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._columns import STAGE_COLUMNS
from ttslog.detectors._frames import Frame, known, open_frame, rounded, rows, share, spread, spread_columns
from ttslog.observe import Observations
from ttslog.schema import STAGE_FAMILIES

_SLOWEST_SHOWN = 10
_SLOWEST_COLUMNS = (
    "request_id",
    "attempt",
    "status",
    "duration_ms",
    "unaccounted_ms",
    "queue_ms",
    "rtf",
    "text_len",
    "audio_seconds",
    "voice",
    "last_line",
)
TIMED_COLUMNS = ("status", "cache_hit", "duration_ms", "unaccounted_ms", "rtf", "ttfa_ms", "queue_ms")
_FROM_CACHE = nw.col("cache_hit") == nw.lit(value=True)
_COMPUTED = nw.when(_FROM_CACHE).then(nw.lit(0)).otherwise(nw.lit(1)) == 1  # unknown counts as computed
_SUCCEEDED = nw.col("status") == "success"


def latency(requests: IntoDataFrame, stages: IntoDataFrame) -> dict[str, Any]:
    """Return where the time of a requests and a stages table went, in ms.

    `share` is of all time that stages or nobody (`unaccounted`) account for, so the shares add up to 1.
    """
    return {**times(requests, stages), "slowest": _slowest(open_frame(requests, *_SLOWEST_COLUMNS))}


def times(requests: IntoDataFrame, stages: IntoDataFrame) -> dict[str, Any]:
    """Return the same without the slowest requests, from TIMED_COLUMNS of a requests table."""
    return _times(open_frame(requests, *TIMED_COLUMNS), open_frame(stages, *STAGE_COLUMNS))


def _times(asked: Frame, ran: Frame) -> dict[str, Any]:
    unaccounted_ms = float(known(asked, "unaccounted_ms")["unaccounted_ms"].sum() or 0)
    whole_ms = unaccounted_ms + float(known(ran, "duration_ms")["duration_ms"].sum() or 0)
    unaccounted = spread(asked, "unaccounted_ms")
    return {
        "requests": {
            "all": spread(asked, "duration_ms"),
            "computed": spread(asked.filter(_SUCCEEDED, _COMPUTED), "duration_ms"),
            "from_cache": spread(asked.filter(_SUCCEEDED, _FROM_CACHE), "duration_ms"),
            "failed": spread(asked.filter(nw.col("status") == "failed"), "duration_ms"),
        },
        "stages": _stages(ran, whole_ms),
        "unaccounted": unaccounted and {**unaccounted, "share": share(unaccounted_ms, whole_ms)},
        "rtf": spread(asked, "rtf"),
        "ttfa_ms": spread(asked, "ttfa_ms"),
        "queue_ms": spread(asked, "queue_ms"),
    }


def _stages(ran: Frame, whole_ms: float) -> list[dict[str, Any]]:
    """Return one row per stage in the order that engines run them, with its share of all time."""
    grouped = known(ran, "duration_ms").group_by("stage_family", "model_stage").agg(*spread_columns("duration_ms"))
    found = [{**row, "total": rounded(row["total"]), "share": share(row["total"], whole_ms)} for row in rows(grouped)]
    return sorted(found, key=_place)


def _place(stage: dict[str, Any]) -> tuple[int, str]:
    family = stage["stage_family"]
    return (STAGE_FAMILIES.index(family) if family in STAGE_FAMILIES else len(STAGE_FAMILIES), stage["model_stage"])


def _slowest(asked: Frame) -> list[dict[str, Any]]:
    timed = known(asked, "duration_ms")
    longest = timed["duration_ms"].sort(descending=True).head(_SLOWEST_SHOWN)
    if len(longest):  # to sort the numbers alone is many times as fast as to sort the requests
        timed = timed.filter(nw.col("duration_ms") >= longest[-1])
    ordered = timed.sort("duration_ms", "request_id", descending=[True, False])
    return rows(ordered.head(_SLOWEST_SHOWN))


def detect(seen: Observations) -> dict[str, Any]:
    """Return the latency of a window."""
    return latency(seen.requests, seen.stages)


DETECTOR = detect
