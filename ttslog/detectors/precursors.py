"""Which warnings come before which errors more often than chance, and how long before."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeVar

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._frames import open_frame, rounded
from ttslog.detectors.service import WARNED_COLUMNS, Warned, warned
from ttslog.observe import Observations

WITHIN_US = 600_000_000  # a warning counts as before an error for ten minutes
_CODES_COMPARED = 20
_LOOKED_AT = ("end_us", "last_us", "error_code")
_TIMES_COMPARED = 2_000
_FEWEST_ERRORS = 3
_LEAST_HIT_RATIO = 0.5
_LEAST_LIFT = 2.0
_Times = TypeVar("_Times", list[int], nw.Series[Any])


def precursors(requests: IntoDataFrame, said: Sequence[Warned]) -> list[dict[str, Any]]:
    """Return the pairs of warning and error code for which there is evidence, the surest first.

    `hit_ratio` is the share of the errors with such a warning in the ten minutes before, `base_ratio` the same share
    of all requests; a pair is named when the first is at least twice the second. `lead_ms` counts from the first
    such warning of the window to the first such error.
    """
    timed = open_frame(requests, *_LOOKED_AT)
    timed = timed.select("error_code", time_us=nw.coalesce("end_us", "last_us"))
    timed = timed.filter(~nw.col("time_us").is_null())
    everyone = [int(time_us) for time_us in _sample(timed["time_us"].sort()).to_list()]
    errors: dict[str, list[int]] = defaultdict(list)
    failed = timed.filter(~nw.col("error_code").is_null()).sort("time_us")
    for code, time_us in zip(failed["error_code"].to_list(), failed["time_us"].to_list(), strict=True):
        if code:
            errors[code].append(int(time_us))
    warnings = _times(said)
    pairs = [
        _pair(warning, before, code, times, everyone)
        for warning, before in _commonest(warnings)
        for code, times in _commonest(errors)
        if warning != code
    ]
    found = [pair for pair in pairs if pair is not None]
    return sorted(found, key=lambda pair: (-pair["hit_ratio"], pair["base_ratio"], pair["warning_code"]))


def _times(said: Sequence[Warned]) -> dict[str, list[int]]:
    times: dict[str, list[int]] = defaultdict(list)
    for code, time_us, _ in said:
        if time_us is not None:
            times[code].append(time_us)
    return {code: sorted(found) for code, found in times.items()}


def _commonest(times: dict[str, list[int]]) -> list[tuple[str, list[int]]]:
    return sorted(times.items(), key=lambda item: (-len(item[1]), item[0]))[:_CODES_COMPARED]


def _sample(times: _Times) -> _Times:
    return times[:: len(times) // _TIMES_COMPARED + 1]


def _pair(warning: str, before: list[int], code: str, times: list[int], everyone: list[int]) -> dict[str, Any] | None:
    if len(times) < _FEWEST_ERRORS or before[0] >= times[0]:
        return None
    hit_ratio, base_ratio = _preceded(_sample(times), before), _preceded(everyone, before)
    if hit_ratio < max(_LEAST_HIT_RATIO, base_ratio * _LEAST_LIFT):
        return None
    return {
        "warning_code": warning,
        "error_code": code,
        "errors": len(times),
        "warnings": len(before),
        "hit_ratio": hit_ratio,
        "base_ratio": base_ratio,
        "lead_ms": (times[0] - before[0]) / 1000,
        "first_warning_us": before[0],
        "first_error_us": times[0],
    }


def _preceded(times: list[int], warnings: list[int]) -> float:
    """Return the share of the times that have a warning shortly before; a warning at the same moment is not before."""
    hits = sum(bisect_left(warnings, time_us) > bisect_left(warnings, time_us - WITHIN_US) for time_us in times)
    return rounded(hits / len(times))


def detect(seen: Observations) -> list[dict[str, Any]]:
    """Return the precursors of a window."""
    return precursors(seen.columns(*_LOOKED_AT), list(warned(seen.columns(*WARNED_COLUMNS), seen.service)))


DETECTOR = detect
