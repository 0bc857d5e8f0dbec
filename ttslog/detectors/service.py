"""What happened to the service itself: starts, stops, killed workers, releases, warnings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import narwhals as nw
from narwhals.typing import IntoDataFrame

from ttslog.detectors._frames import open_frame, rows
from ttslog.observe import LIFE, Observations
from ttslog.parsers import Event
from ttslog.schema import WORKER_KILLED

_EVENTS_SHOWN = 200
_WARNINGS_SHOWN = 50
_RELEASE_COLUMNS = ("release", "outcome", "start_us", "last_us")
WARNED_COLUMNS = ("warning_codes", "last_us")

Warned = tuple[str, int | None, bool]  # code, time_us, and whether it was said by a request


def releases(requests: IntoDataFrame) -> list[dict[str, Any]]:
    """Return the releases that a requests table names: requests, failed, first_us and last_us of each."""
    failed = nw.when(nw.col("outcome") == "failed").then(nw.lit(1)).otherwise(nw.lit(0))
    named = open_frame(requests, *_RELEASE_COLUMNS).filter(~nw.col("release").is_null())
    named = named.with_columns(failed.alias("failure"))
    grouped = named.group_by("release").agg(
        nw.len().alias("requests"),
        nw.col("failure").sum().alias("failed"),
        nw.col("start_us").min().alias("first_us"),
        nw.col("last_us").max(),
    )
    return sorted(rows(grouped), key=lambda row: (row["first_us"] or 0, row["release"]))


def warned(requests: IntoDataFrame, events: Iterable[Event]) -> Iterator[Warned]:
    """Yield every warning of a window, of requests and of the service: its code (else its event's name), its time."""
    said = open_frame(requests, *WARNED_COLUMNS).filter(~nw.col("warning_codes").is_null())
    for row in rows(said):
        yield from ((code, row["last_us"], True) for code in row["warning_codes"].split())
    for event in events:
        if event.level == "warning":
            yield "_".join((event.text("warning_code") or event.name).split()), event.time_us, False


def warnings_by_code(said: Iterable[Warned]) -> list[dict[str, Any]]:
    """Return what is known of each warning code, the commonest first.

    `requests` is how many requests gave it, however often each did; `count` adds the lines without a request.
    `first_us` and `last_us` are of these lines and of the last lines of these requests.
    """
    counts: Counter[str] = Counter()
    by_requests: Counter[str] = Counter()
    times: dict[str, list[int]] = {}
    for code, time_us, by_request in said:
        counts[code] += 1
        by_requests[code] += by_request
        if time_us is not None:
            times.setdefault(code, []).append(time_us)
    return [
        {
            "warning_code": code,
            "count": count,
            "requests": by_requests[code],
            "first_us": min(times.get(code, ()), default=None),
            "last_us": max(times.get(code, ()), default=None),
        }
        for code, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    ]


def _life(event: Event) -> dict[str, Any]:
    killed = event.name == WORKER_KILLED
    return {
        "time_us": event.time_us,
        "event": event.name,
        "pid": event.count("worker_pid" if killed else "pid"),
        "signal": event.text("signal"),
        "release": event.text("release"),
        "host": event.text("host"),
    }


def detect(seen: Observations) -> dict[str, Any]:
    """Return the life of the service in a window.

    `events_left_out` are older than the events shown. `events_dropped` are all events that were too old to be kept:
    of what they say, only starts, stops and killed workers are counted.
    """
    life = [event for event in seen.service if event.name in LIFE]
    life.sort(key=lambda event: event.time_us or 0)
    counted = Counter(event.name for event in life) + seen.service_dropped
    counts = {name: counted[name] for name in LIFE}
    shown = [_life(event) for event in life[-_EVENTS_SHOWN:]]
    warnings = warnings_by_code(warned(seen.columns(*WARNED_COLUMNS), seen.service))
    return {
        "counts": counts,
        "events": shown,
        "events_left_out": sum(counts.values()) - len(shown),
        "events_dropped": seen.service_dropped.total(),
        "releases": releases(seen.columns(*_RELEASE_COLUMNS)),
        "warnings": warnings[:_WARNINGS_SHOWN],
        "warnings_left_out": max(len(warnings) - _WARNINGS_SHOWN, 0),
    }


DETECTOR = detect
