"""How slow, and where: whole requests, each stage, real-time factor, first audio, queue, and the slowest requests."""

from __future__ import annotations

from math import fsum
from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._frames import Table, known, open_frame, rounded, rows, share, table_of
from ttslog.observe import Observations
from ttslog.schema import STAGE_FAMILIES
from ttslog.timings import Key, Spread, Timings
from ttslog.timings.frames import FrameTimings
from ttslog.timings.of_requests import COMPUTED, FAILED, FROM_CACHE, KINDS, REQUESTS, STAGE

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
_KINDS: dict[str, tuple[str, ...]] = {"all": KINDS, **{kind: (kind,) for kind in (COMPUTED, FROM_CACHE, FAILED)}}


def latency(requests: IntoDataFrame, stages: IntoDataFrame) -> dict[str, Any]:
    """Return where the time of a requests and a stages table went, in ms.

    `share` is of all time that stages or nobody (`unaccounted`) account for, so the shares add up to 1.
    """
    return {**times(FrameTimings(requests, stages)), "slowest": slowest(requests)}


def times(timings: Timings) -> dict[str, Any]:
    """Return the same without the slowest requests."""
    keys = {key: [key] for key in timings.timed() if key[0] != REQUESTS}
    kinds = {name: [(REQUESTS, kind) for kind in kinds] for name, kinds in _KINDS.items()}
    found: dict[Any, Spread] = timings.spreads({**kinds, **keys})
    unaccounted = found.get(("unaccounted_ms",))
    stages = {key: spread for key, spread in found.items() if key[0] == STAGE}
    whole_ms = fsum([spread.total for spread in (*stages.values(), *([unaccounted] if unaccounted else ()))])
    return {
        "requests": {name: plain_spread(found.get(name)) for name in _KINDS},
        "stages": sorted((_stage(key, spread, whole_ms) for key, spread in stages.items()), key=_place),
        "unaccounted": unaccounted and {**_plain(unaccounted), "share": share(unaccounted.total, whole_ms)},
        **{measure: plain_spread(found.get((measure,))) for measure in ("rtf", "ttfa_ms", "queue_ms")},
    }


def _stage(key: Key, spread: Spread, whole_ms: float) -> dict[str, Any]:
    _, family, name = key
    total_ms = {"total": rounded(spread.total), "share": share(spread.total, whole_ms)}
    return {"stage_family": family, "model_stage": name, **_plain(spread), **total_ms}


def plain_spread(spread: Spread | None) -> dict[str, Any] | None:
    """Return count, p50, p95, p99 and max in their own unit, None where nothing is known."""
    return None if spread is None else _plain(spread)


def _plain(spread: Spread) -> dict[str, Any]:
    numbers = {name: rounded(getattr(spread, name)) for name in ("p50", "p95", "p99", "max")}
    return {"count": spread.count, **numbers}


def _place(stage: dict[str, Any]) -> tuple[int, str]:
    family = stage["stage_family"]
    return (STAGE_FAMILIES.index(family) if family in STAGE_FAMILIES else len(STAGE_FAMILIES), stage["model_stage"])


def slowest(requests: IntoDataFrame | Table) -> list[dict[str, Any]]:
    """Return the slowest requests of a requests table."""
    table = table_of(requests)
    timed = known(open_frame(table.columns("duration_ms"), "duration_ms").with_row_index("row"), "duration_ms")
    if not len(timed):
        return []
    least = timed.select("duration_ms").top_k(_SLOWEST_SHOWN, by="duration_ms")["duration_ms"].min()
    numbers = timed.filter(nw.col("duration_ms") >= least)["row"].to_list()
    candidates = open_frame(table.rows_at(numbers, *_SLOWEST_COLUMNS), *_SLOWEST_COLUMNS)
    return rows(candidates.sort("duration_ms", "request_id", descending=[True, False]).head(_SLOWEST_SHOWN))


def detect(seen: Observations) -> dict[str, Any]:
    """Return the latency of a window."""
    return {**times(seen.timings), "slowest": slowest(seen)}


DETECTOR = detect
