"""Which warnings come before which errors more often than chance, and how long before."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median
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
_Error = tuple[int, int]  # when it was, and when its outbreak began
_Times = TypeVar("_Times", list[int], list[_Error], nw.Series[Any])


def precursors(requests: IntoDataFrame, said: Sequence[Warned]) -> list[dict[str, Any]]:
    """Return the pairs of warning and error code for which there is evidence, the surest first.

    `hit_ratio` is the share of the errors with such a warning in the ten minutes before, `base_ratio` the same share
    of all requests; a pair is named when the first is at least twice the second. Errors that follow each other within
    ten minutes are one outbreak: what is said only after it began does not count as before its errors. `lead_ms` is
    the median time from the first warning in the ten minutes before an outbreak to its first error.
    """
    timed = open_frame(requests, *_LOOKED_AT)
    timed = timed.select("error_code", time_us=nw.coalesce("end_us", "last_us"))
    timed = timed.filter(~nw.col("time_us").is_null())
    everyone = [int(time_us) for time_us in _sample(timed["time_us"].sort()).to_list()]
    errors: dict[str, list[int]] = defaultdict(list)
    coded = timed.filter(~nw.col("error_code").is_null()).sort("time_us")
    for code, time_us in zip(coded["error_code"].to_list(), coded["time_us"].to_list(), strict=True):
        if code:
            errors[code].append(int(time_us))
    warnings = _times(said)
    outbreaks = {
        code: _sample(_with_outbreaks(times)) for code, times in _commonest(errors) if len(times) >= _FEWEST_ERRORS
    }
    pairs = [
        _pair(warning, before, code, failed, everyone)
        for warning, before in _commonest(warnings)
        for code, failed in outbreaks.items()
        if warning != code
    ]
    found = [pair | {"errors": len(errors[pair["error_code"]])} for pair in pairs if pair is not None]
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


def _pair(
    warning: str, before: list[int], code: str, errors: list[_Error], everyone: list[int]
) -> dict[str, Any] | None:
    leads_us = {began: began - warned_us for _, began in errors if (warned_us := _first(before, began)) is not None}
    hits = [began in leads_us and _first(before, time_us) is not None for time_us, began in errors]
    hit_ratio = rounded(sum(hits) / len(hits))
    base_ratio = rounded(sum(_first(before, time_us) is not None for time_us in everyone) / len(everyone))
    if hit_ratio < max(_LEAST_HIT_RATIO, base_ratio * _LEAST_LIFT):
        return None
    first_us = min(leads_us)
    return {
        "warning_code": warning,
        "error_code": code,
        "warnings": len(before),
        "hit_ratio": hit_ratio,
        "base_ratio": base_ratio,
        "lead_ms": median(leads_us.values()) / 1000,
        "first_warning_us": first_us - leads_us[first_us],
        "first_error_us": first_us,
    }


def _with_outbreaks(times: list[int]) -> list[_Error]:
    """Return each error's time and when its outbreak began."""
    began = times[:1]
    for before_us, time_us in pairwise(times):
        began.append(began[-1] if time_us - before_us <= WITHIN_US else time_us)
    return list(zip(times, began, strict=True))


def _first(warnings: list[int], time_us: int) -> int | None:
    """Return the first warning shortly before a time, None without any; one at the same moment is not before."""
    place = bisect_left(warnings, time_us - WITHIN_US)
    return warnings[place] if place < len(warnings) and warnings[place] < time_us else None


def detect(seen: Observations) -> list[dict[str, Any]]:
    """Return the precursors of a window."""
    return precursors(seen.columns(*_LOOKED_AT), list(warned(seen.columns(*WARNED_COLUMNS), seen.service)))


DETECTOR = detect
