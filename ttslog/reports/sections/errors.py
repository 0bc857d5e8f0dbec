"""Which errors: each code with its count, time, stage and inputs, its cause and what to do."""

from __future__ import annotations

from typing import Any

from ttslog.questions.incident import Incident
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
    "text_characters": "name",
    "example": "id",
}
_REMEDY_COLUMNS: dict[str, CellKind] = {
    "error_code": "code",
    "severity": "name",
    "message": "text",
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
    advice = table(_REMEDY_COLUMNS, (_remedy(error, lang) for error in errors), lang, most=_REMEDIES_SHOWN)
    blocks.append(Section("remedies", say("what_to_do", lang), (advice,)))
    return Section("errors", say("errors", lang), tuple(blocks))


def _row(error: dict[str, Any]) -> dict[str, Any]:
    return {
        **error,
        "error_code": error["error_code"] + ("*" if error["classified"] else ""),
        "share": error["share"] if error["count"] else None,
        "loose_lines": error["loose_lines"] or None,
        "first": time_us(error["first"]),
        "last": time_us(error["last"]),
        "text_characters": _spread(error["text_len"]),
        "example": error["request_ids"][0] if error["request_ids"] else None,
    }


def _spread(lengths: dict[str, float] | None) -> str | None:
    """Return shortest, median and longest text; one number where all are equal."""
    if lengths is None:
        return None
    return " · ".join(f"{length:g}" for length in dict.fromkeys((lengths["min"], lengths["p50"], lengths["max"])))


def _remedy(error: dict[str, Any], lang: Lang) -> dict[str, str | None]:
    return {
        "error_code": error["error_code"],
        "severity": say(error["severity"], lang) if error["severity"] else None,
        "message": error["message"],
        "cause": error["cause"][lang] if error["cause"] else None,
        "remedy": error["remedy"][lang] if error["remedy"] else None,
    }


SECTION = (30, build)
