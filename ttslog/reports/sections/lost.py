"""What the log does not close: requests that never ended, requests that never began, workers that were killed."""

from __future__ import annotations

from typing import Any

from ttslog.questions.incident import Incident
from ttslog.reports.blocks import CellKind, Part, Prose, Section
from ttslog.reports.sections._cells import table
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say

_GROUPS: dict[str, CellKind] = {
    "reason": "name",
    "last_stage": "name",
    "count": "int",
    "first_us": "time",
    "last_us": "time",
}
_EXAMPLES: dict[str, CellKind] = {
    "request": "id",
    "reason": "name",
    "last_stage": "name",
    "start_us": "time",
    "last_us": "time",
    "text_len": "int",
    "pid": "name",
    "last_line": "text",
}
_WORKERS: dict[str, CellKind] = {"time_us": "time", "pid": "name", "signal": "name"}


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where nothing was lost."""
    lost = incident.findings["lost"]
    blocks: list[Part] = []
    if lost["incomplete"]:
        blocks.append(table(_GROUPS, _worded(lost["groups"], lang), lang, most=20))
        more = lost["incomplete"] - len(lost["examples"])
        blocks.append(table(_EXAMPLES, _worded(lost["examples"], lang), lang, more=more))
    if lost["orphan"]:
        more = lost["orphan"] - len(lost["orphan_examples"])
        blocks.append(Prose(say("orphans_note", lang, count=f"{lost['orphan']:,}"), "warning"))
        blocks.append(table(_EXAMPLES, _worded(lost["orphan_examples"], lang), lang, more=more))
    if lost["killed_workers"]:
        blocks.append(_killed(lost["killed_workers"], incident.findings["service"]["counts"]["worker_killed"], lang))
    return Section("lost", say("lost", lang), tuple(blocks)) if blocks else None


def _killed(newest: list[dict[str, Any]], count: int, lang: Lang) -> Section:
    older = [Prose(say("older_events", lang, count=f"{count - len(newest):,}"))] if count > len(newest) else []
    return Section("killed-workers", say("killed_workers", lang), (*older, table(_WORKERS, newest, lang)))


def _worded(rows: list[dict[str, Any]], lang: Lang) -> list[dict[str, Any]]:
    return [
        {**row, "request": row.get("request_id"), "reason": say(row["reason"], lang) if row["reason"] else None}
        for row in rows
    ]


SECTION = (35, build)
