"""What happened to the service itself, which warnings it gave, and which of them came before errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ttslog.questions.incident import Incident
from ttslog.reports.blocks import CellKind, Facts, Part, Prose, Section
from ttslog.reports.sections._cells import fact, table
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say

_EVENTS: dict[str, CellKind] = {
    "time_us": "time",
    "event": "name",
    "pid": "name",
    "signal": "name",
    "release": "name",
    "host": "name",
}
_RELEASES: dict[str, CellKind] = {
    "release": "name",
    "requests": "int",
    "failed": "int",
    "first_us": "time",
    "last_us": "time",
}
_WARNINGS: dict[str, CellKind] = {
    "warning_code": "code",
    "warned_requests": "int",
    "loose_lines": "int",
    "first_us": "time",
    "last_us": "time",
}
_PRECURSORS: dict[str, CellKind] = {
    "warning_code": "code",
    "error_code": "code",
    "lead_ms": "ms",
    "hit_ratio_before": "percent",
    "base_ratio": "percent",
}
_EVENTS_SHOWN = 60
_RELEASES_SHOWN = 20
_WARNINGS_SHOWN = 30


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where the log tells of nothing but requests."""
    found = incident.findings["service"]
    blocks = (
        *_life(found, lang),
        *_releases(found["releases"], lang),
        *_warnings(found, lang),
        *_precursors(incident.findings["precursors"], lang),
    )
    return Section("service", say("service_section", lang), blocks) if blocks else None


def _life(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    if found["events_dropped"]:
        yield Prose(say("dropped_events", lang, count=f"{found['events_dropped']:,}"), "warning")
    if any(found["counts"].values()):
        counts = found["counts"].items()
        yield Facts(tuple(fact(name, count, "int", lang, _tone(name, count)) for name, count in counts))
        rows = [{**event, "event": say(f"one_{event['event']}", lang)} for event in found["events"]]
        older = found["events_left_out"] + max(len(rows) - _EVENTS_SHOWN, 0)
        if older:
            yield Prose(say("older_events", lang, count=f"{older:,}"))
        if rows:
            yield table(_EVENTS, rows[-_EVENTS_SHOWN:], lang)


def _releases(releases: list[dict[str, Any]], lang: Lang) -> Iterator[Part]:
    older = len(releases) - _RELEASES_SHOWN
    if older > 0:
        yield Prose(say("older_releases", lang, count=f"{older:,}"))
    if releases:
        yield table(_RELEASES, releases[-_RELEASES_SHOWN:], lang)


def _tone(name: str, count: int) -> Any:
    return "bad" if name == "worker_killed" and count else "plain"


def _warnings(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    if found["warnings"]:
        more = found.get("warnings_left_out", 0)  # not in what was saved before it was counted
        shown = table(_WARNINGS, map(_warning, found["warnings"]), lang, most=_WARNINGS_SHOWN, more=more)
        of_requests = any(warning["requests"] for warning in found["warnings"])
        note = [Prose(say("warned_note", lang))] if of_requests else []
        yield Section("warnings", say("warnings_title", lang), (shown, *note))


def _warning(warning: dict[str, Any]) -> dict[str, Any]:
    requests = warning["requests"]
    return {**warning, "warned_requests": requests or None, "loose_lines": (warning["count"] - requests) or None}


def _precursors(precursors: list[dict[str, Any]], lang: Lang) -> Iterator[Part]:
    if precursors:
        rows = [{**pair, "hit_ratio_before": pair["hit_ratio"]} for pair in precursors]
        yield Section("precursors", say("precursors", lang), (table(_PRECURSORS, rows, lang, most=20),))


SECTION = (80, build)
