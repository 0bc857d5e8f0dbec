"""Where the time went: whole requests, each stage, and the slowest requests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ttslog.questions.incident import Incident
from ttslog.reports.blocks import CellKind, Chart, Part, Prose, Section, Series
from ttslog.reports.sections._cells import table
from ttslog.reports.views.words import Lang
from ttslog.reports.views.words import say as say_shared
from ttslog.reports.words import say

_SPREAD: dict[str, CellKind] = {"count": "int", "p50": "ms", "p95": "ms", "p99": "ms", "max": "ms"}
_REQUESTS: dict[str, CellKind] = {"which": "name", **_SPREAD}
_STAGES: dict[str, CellKind] = {"model_stage": "name", "stage_family": "name", **_SPREAD, "share": "percent"}
_RATIO: dict[str, CellKind] = {"which": "name", **dict.fromkeys(_SPREAD, "number"), "count": "int"}
_SLOWEST: dict[str, CellKind] = {
    "request": "id",
    "status": "status",
    "duration_ms": "ms",
    "queue_ms": "ms",
    "unaccounted_ms": "ms",
    "text_len": "int",
    "audio_seconds": "seconds",
    "rtf": "number",
    "last_line": "text",
}


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where the log holds no duration."""
    found = incident.findings["latency"]
    blocks = (*_requests(found, lang), *_stages(found, lang), *_slowest(found, lang))
    return Section("latency", say("latency", lang), blocks) if blocks else None


def _requests(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    times = {**found["requests"], "ttfa_ms": found["ttfa_ms"], "waiting": found["queue_ms"]}
    measured = [{"which": say(name, lang), **spread} for name, spread in times.items() if spread]
    if measured:
        yield table(_REQUESTS, measured, lang)
    if found["rtf"]:
        yield table(_RATIO, [{"which": say("rtf_row", lang), **found["rtf"]}], lang)


def _stages(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    if not found["stages"]:
        return
    unaccounted = say("unaccounted", lang)
    rest = [{"model_stage": unaccounted, **found["unaccounted"]}] if found["unaccounted"] else []
    rows = [*found["stages"], *rest]
    yield Prose(say("share_note", lang, unaccounted=unaccounted))
    yield _shares(rows, lang)
    yield table(_STAGES, rows, lang, most=60)


def _shares(rows: list[dict[str, Any]], lang: Lang) -> Chart:
    drawn = sorted(rows, key=lambda row: row["share"] or 0.0, reverse=True)[:20]
    names, shares = tuple(row["model_stage"] for row in drawn), tuple((row["share"] or 0.0) * 100 for row in drawn)
    series = Series(say("share_of_time", lang), names, shares)
    return Chart(say("share_of_time", lang), "bars", "text", "%", (series,))


def _slowest(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    if found["slowest"]:
        rows = (_worded(row, lang) for row in found["slowest"])
        yield Section("slowest", say("slowest", lang), (table(_SLOWEST, rows, lang),))


def _worded(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    return {**row, "request": row["request_id"], "status": say_shared(row["status"], lang)}


SECTION = (50, build)
