"""Which errors: each code with its count, time, stage and inputs, its cause and what to do."""

from __future__ import annotations

from typing import Any

from ttslog.incident import Incident
from ttslog.reports.blocks import CellKind, Part, Prose, Section
from ttslog.reports.sections._cells import table, time_us
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say

_CODES_SHOWN = 50
_REMEDIES_SHOWN = 30
_COLUMNS: dict[str, CellKind] = {
    "error_code": "code",
    "count": "int",
    "share": "percent",
    "loose_lines": "int",
    "stage": "name",
    "first": "time",
    "last": "time",
    "message": "text",
    "text_characters": "name",
    "example": "id",
}
_REMEDY_COLUMNS: dict[str, CellKind] = {
    "error_code": "code",
    "severity": "name",
    "cause": "text",
    "remedy": "text",
}


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where nothing failed."""
    errors = incident.findings["errors"]
    if not errors:
        return None
    blocks: list[Part] = [table(_COLUMNS, map(_row, errors), lang, most=_CODES_SHOWN)]
    if any(error["classified"] for error in errors[:_CODES_SHOWN]):
        blocks.append(Prose(say("classified_note", lang)))
    known = [error for error in errors if error["cause"] and error["remedy"]]
    if known:
        remedies = [_remedy(error, lang) for error in known]
        advice = table(_REMEDY_COLUMNS, remedies, lang, most=_REMEDIES_SHOWN)
        blocks.append(Section("remedies", say("what_to_do", lang), (advice,)))
    return Section("errors", say("errors", lang), tuple(blocks))


def _row(error: dict[str, Any]) -> dict[str, Any]:
    return {
        **error,
        "error_code": error["error_code"] + ("*" if error["classified"] else ""),
        "loose_lines": error["loose_lines"] or None,
        "first": time_us(error["first"]),
        "last": time_us(error["last"]),
        "text_characters": _spread(error["text_len"]),
        "example": error["request_ids"][0] if error["request_ids"] else None,
    }


def _spread(lengths: dict[str, float] | None) -> str | None:
    return f"{lengths['min']:g} · {lengths['p50']:g} · {lengths['max']:g}" if lengths else None


def _remedy(error: dict[str, Any], lang: Lang) -> dict[str, str | None]:
    return {
        "error_code": error["error_code"],
        "severity": say(error["severity"], lang) if error["severity"] else None,
        "cause": error["cause"][lang],
        "remedy": error["remedy"][lang],
    }


SECTION = (30, build)
