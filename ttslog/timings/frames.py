"""The numbers of tables of any library that narwhals knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.timings.of_requests import COMPUTED, FAILED, FROM_CACHE, MEASURES, OTHER, REQUESTS, STAGE
from ttslog.timings.spread import Key, Name, Spread, spread_at

REQUEST_COLUMNS = ("outcome", "cache_hit", "duration_ms", *MEASURES)
STAGE_COLUMNS = ("stage_family", "model_stage", "duration_ms")

_Frame = nw.DataFrame[Any]
_Series = nw.Series[Any]

_SUCCEEDED, _FAILED = nw.col("outcome") == "success", nw.col("outcome") == "failed"
_FROM_CACHE = nw.col("cache_hit") == nw.lit(value=True)
_COMPUTED = nw.when(_FROM_CACHE).then(nw.lit(0)).otherwise(nw.lit(1)) == 1  # unknown counts as computed


def numbers_of(requests: IntoDataFrame, stages: IntoDataFrame) -> dict[Key, _Series]:
    """Return the sorted numbers of a requests and a stages table, from REQUEST_COLUMNS and STAGE_COLUMNS."""
    asked = nw.from_native(requests, eager_only=True).select(*REQUEST_COLUMNS)
    succeeded = asked.filter(_SUCCEEDED)
    found: dict[Key, _Series] = {
        (REQUESTS, COMPUTED): _sorted(succeeded.filter(_COMPUTED), "duration_ms"),
        (REQUESTS, FROM_CACHE): _sorted(succeeded.filter(_FROM_CACHE), "duration_ms"),
        (REQUESTS, FAILED): _sorted(asked.filter(_FAILED), "duration_ms"),
        (REQUESTS, OTHER): _sorted(asked.filter(~_SUCCEEDED, ~_FAILED), "duration_ms"),
        **{(measure,): _sorted(asked, measure) for measure in MEASURES},
        **_of_stages(nw.from_native(stages, eager_only=True).select(*STAGE_COLUMNS)),
    }
    return {key: values for key, values in found.items() if len(values)}


def _of_stages(ran: _Frame) -> dict[Key, _Series]:
    """Return the numbers of each stage; all are sorted before they are told apart, as there may be very many stages."""
    in_order = _finite(ran, "duration_ms").sort("duration_ms")
    return {
        (STAGE, *(name if isinstance(name, str) else None for name in names)): group["duration_ms"]
        for names, group in in_order.group_by("stage_family", "model_stage")
    }


def _sorted(frame: _Frame, column: str) -> _Series:
    return _finite(frame.select(column), column)[column].sort()


def _finite(frame: _Frame, column: str) -> _Frame:
    """Return the rows whose number is one."""
    return frame.filter(nw.col(column).is_finite() & ~nw.col(column).is_null())


class FrameTimings:
    """The timings of a requests and a stages table."""

    def __init__(self, requests: IntoDataFrame, stages: IntoDataFrame) -> None:
        self._numbers = numbers_of(requests, stages)

    def timed(self) -> list[Key]:
        """Return the keys of which there are numbers."""
        return list(self._numbers)

    def spreads(self, groups: Mapping[Name, Sequence[Key]]) -> dict[Name, Spread]:
        """Return the spread of the numbers of several keys taken together, for each group that has any."""
        found = {name: [self._numbers[key] for key in keys if key in self._numbers] for name, keys in groups.items()}
        return {name: _spread(parts) for name, parts in found.items() if parts}


def _spread(parts: Sequence[_Series]) -> Spread:
    values = parts[0]
    if len(parts) > 1:
        values = nw.concat([part.alias("value").to_frame() for part in parts])["value"].sort()
    return spread_at(len(values), float(values.sum()), lambda rank: float(values[rank]))
