"""What was read and what was not: every physical line of every file, and each fault by name."""

from __future__ import annotations

from typing import Any

from ttslog.questions.incident import Incident
from ttslog.reports.blocks import CellKind, Excerpt, Prose, Section
from ttslog.reports.sections._cells import table
from ttslog.reports.views.words import Lang, listed
from ttslog.reports.words import say

_FILES_SHOWN = 200
_REASONS_SHOWN = 3
_RARE = ("continuations", "blank", "duplicates", "passed_over")
_COUNTS = ("lines", "events", "continuations", "blank", "duplicates", "bad", "passed_over")
_FILES: dict[str, CellKind] = {
    "file": "text",
    "state": "name",
    "damage": "text",
    "format": "name",
    "lines": "int",
    "events": "int",
    "continuations": "int",
    "blank": "int",
    "duplicates": "int",
    "bad_lines": "int",
    "passed_over": "int",
}


def build(incident: Incident, lang: Lang) -> Section:
    """Build the section; it is always there."""
    reading = incident.reading
    files = sorted(reading["files"], key=_is_clean)  # the faulty ones first
    return Section(
        "reading",
        say("reading", lang),
        (
            Prose(_balance(reading, lang)),
            table(_FILES, (_row(file, lang) for file in files), lang, most=_FILES_SHOWN),
            Prose(say("check_it", lang)),
            Excerpt(_commands(incident.window)),
        ),
    )


def _balance(reading: dict[str, Any], lang: Lang) -> str:
    counts = {name: f"{reading[name]:,}" for name in _COUNTS}
    before = say("balance_before", lang, **counts) if reading["passed_over"] else ""
    return say("balance", lang, **counts) + before


def _is_clean(file: dict[str, Any]) -> bool:
    return file["state"] in ("ok", "empty", "duplicate", "outside") and file["verified"] and not file["bad"]


def _row(file: dict[str, Any], lang: Lang) -> dict[str, Any]:
    return {
        **file,
        **{name: file[name] or None for name in _RARE},
        "file": file["path"],
        "state": say(file["state"], lang),
        "bad_lines": file["bad"] or None,
        "damage": listed(_faults(file, lang), lang) or None,
    }


def _faults(file: dict[str, Any], lang: Lang) -> list[str]:
    damages = [
        f"{say('at_byte', lang, kind=damage['kind'], offset=damage['offset'])}: {damage['detail']}"
        for damage in file["damage"]
    ]
    reasons = [f"{count} {reason}" for reason, count in list(file["bad_reasons"].items())[:_REASONS_SHOWN]]
    unverified = [] if file["verified"] else [say("unverified_file", lang)]
    note = [file["note"]] if file["note"] else []
    return [*unverified, *damages, *reasons, *note]


def _commands(window: dict[str, str | None]) -> str:
    """Return the commands that give the same numbers again."""
    asked = "".join(f" --{name} {window[name]}" for name in ("since", "until") if window[name])
    return f"ttslog top-errors LOGS{asked}\nttslog requests LOGS{asked}\nttslog trace REQUEST_ID LOGS"


SECTION = (90, build)
