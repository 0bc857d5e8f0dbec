"""The public functions: what the command line answers, from Python.

Logs are `paths`: one path or several, files, directories or globs. `requests`, `stages`, `trace`, `top_errors` and
`incident` take a window as on the command line, `since` and `until` (`"2h"`, `"end-1h"`, `"2026-11-20T14:00+08:00"`);
`scan` and `events` read everything, and `report` makes a page of an incident. `tz` is the zone of times that are
written without one, and in the report of times shown. Its default is UTC: what a notebook says must not depend on the
machine it runs on. For the same reason settings, and formats of one's own, are read by the command line alone.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from ttslog.windows import Window, parse_moment

if TYPE_CHECKING:
    import polars as pl

    from ttslog.logs import Logs
    from ttslog.questions.incident import Incident
    from ttslog.questions.top_errors import TopErrors
    from ttslog.questions.trace import Trace
    from ttslog.reading import Scan

Paths = str | os.PathLike[str] | Sequence[str | os.PathLike[str]]


def scan(paths: Paths, *, tz: str | tzinfo = UTC) -> Scan:
    """Open logs; iterate the result for events, then look at its `reading` for what was and was not read.

    Raises:
        NoSuchPath: a path names nothing.
        NothingRead: the paths hold no file.
    """
    from ttslog.reading import scan as open_scan  # noqa: PLC0415

    return open_scan(_paths(paths), zone=_zone(tz))


def events(paths: Paths, *, tz: str | tzinfo = UTC) -> pl.DataFrame:
    """Return every record as a table with the columns of `ttslog.schema.EVENTS`.

    Raises:
        TtslogError: as `scan`.
    """
    from ttslog.tables import events_table  # noqa: PLC0415

    return events_table(scan(paths, tz=tz))


def requests(
    paths: Paths, *, since: str | None = None, until: str | None = None, tz: str | tzinfo = UTC
) -> pl.DataFrame:
    """Return the requests as a table, one row an attempt, with the columns of `ttslog.schema.REQUESTS`.

    Raises:
        NoSuchPath, NothingRead, NothingInWindow, UsageError: see `ttslog.errors`.
    """
    from ttslog.observe import observe  # noqa: PLC0415

    return observe(_logs(paths, since, until, tz), tables=True, failures=False).requests


def stages(paths: Paths, *, since: str | None = None, until: str | None = None, tz: str | tzinfo = UTC) -> pl.DataFrame:
    """Return every stage of every request as a table, with the columns of `ttslog.schema.STAGES`."""
    from ttslog.observe import observe  # noqa: PLC0415

    return observe(_logs(paths, since, until, tz), tables=True, failures=False).stages


def trace(
    request_id: str,
    paths: Paths,
    *,
    since: str | None = None,
    until: str | None = None,
    tz: str | tzinfo = UTC,
    attempt: int | None = None,
) -> Trace:
    """Return the life of one request; `request_id` may be the beginning of an id that no other id shares.

    Args:
        request_id: of the request, or its beginning.
        paths: files, directories, globs.
        since: only what ended (or was last seen) from this time on, as the command takes it: `2h`, `end-1h`, a date.
        until: and up to this one.
        tz: the zone of times that are written without one.
        attempt: which use of an id that was used again, from 1; the last one where it is not said.

    Raises:
        RequestNotFound: no id begins so, or several do; and as `requests`.
    """
    from ttslog.questions.trace import trace as find  # noqa: PLC0415

    return find(request_id, _logs(paths, since, until, tz), attempt=attempt)


def top_errors(
    paths: Paths, *, since: str | None = None, until: str | None = None, tz: str | tzinfo = UTC
) -> TopErrors:
    """Return the errors of a window by code, the commonest first."""
    from ttslog.questions.top_errors import top_errors as rank  # noqa: PLC0415

    return rank(_logs(paths, since, until, tz))


def incident(paths: Paths, *, since: str | None = None, until: str | None = None, tz: str | tzinfo = UTC) -> Incident:
    """Return what every detector found in a window, as plain data."""
    from ttslog.questions.incident import incident as examine  # noqa: PLC0415

    return examine(_logs(paths, since, until, tz))


def report(found: Incident, *, lang: Literal["en", "zh"] = "en", tz: str | tzinfo = UTC) -> str:
    """Return the incident report as one self-contained HTML page."""
    from ttslog.reports.build import build_report, render  # noqa: PLC0415

    return render(build_report(found, lang=lang), "html", zone=_zone(tz))


def _paths(paths: Paths) -> tuple[str, ...]:
    if isinstance(paths, str | os.PathLike):
        return (os.fspath(paths),)
    return tuple(os.fspath(path) for path in paths)


def _zone(tz: str | tzinfo) -> tzinfo:
    return ZoneInfo(tz) if isinstance(tz, str) else tz


def _logs(paths: Paths, since: str | None, until: str | None, tz: str | tzinfo) -> Logs:
    from ttslog.logs import Logs  # noqa: PLC0415

    now_us = time.time_ns() // 1000
    moments = (None if text is None else parse_moment(text, now_us=now_us, zone=_zone(tz)) for text in (since, until))
    return Logs(_paths(paths), Window(*moments), _zone(tz))
