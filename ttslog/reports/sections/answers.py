"""What clients were answered, by the access logs: also where the service itself heard nothing of a request."""

from __future__ import annotations

from typing import Any

from ttslog.answers import is_error
from ttslog.questions.incident import Incident
from ttslog.reports.blocks import CellKind, Part, Prose, Section
from ttslog.reports.sections._cells import table, time_us
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say

_STATUSES_SHOWN = 50
_COLUMNS: dict[str, CellKind] = {
    "log": "text",
    "http_status": "name",
    "count": "int",
    "share": "percent",
    "first": "time",
    "last": "time",
    "source": "text",
    "request": "id",
}
_REMEDY_COLUMNS: dict[str, CellKind] = {"http_status": "name", "cause": "text", "remedy": "text"}


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where no access line tells of a synthesis."""
    found = incident.findings.get("answers")  # not in what was saved before they were counted
    if not found:
        return None
    answers = sorted(found, key=_errors_first)
    shown = table(_COLUMNS, map(_row, answers), lang, most=_STATUSES_SHOWN)
    blocks: list[Part] = [shown, Prose(say("answers_note", lang))]
    known = {answer["http_status"]: answer for answer in answers if answer["cause"]}
    if known:
        advice = table(_REMEDY_COLUMNS, (_advice(answer, lang) for answer in known.values()), lang)
        blocks.append(Section("answer_remedies", say("what_to_do", lang), (advice,)))
    return Section("answers", say("answers", lang), tuple(blocks))


def _errors_first(answer: dict[str, Any]) -> tuple[Any, ...]:
    return not is_error(answer["http_status"]), -answer["count"], answer["log"], answer["http_status"]


def _row(answer: dict[str, Any]) -> dict[str, Any]:
    times = {"first": time_us(answer["first"]), "last": time_us(answer["last"])}
    return {**answer, **times, "request": answer.get("request_id")}


def _advice(answer: dict[str, Any], lang: Lang) -> dict[str, Any]:
    return {
        "http_status": answer["http_status"],
        "cause": answer["cause"][lang],
        "remedy": answer["remedy"][lang],
    }


SECTION = (32, build)
