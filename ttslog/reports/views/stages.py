"""The answer of `stages` for people: the table of stages, and what they add up to."""

from __future__ import annotations

from ttslog.questions.stages import StageTimes
from ttslog.reports.blocks import Block, CellKind, Column, Fact, Facts, Prose, Table
from ttslog.reports.views import View
from ttslog.reports.views.words import Lang, say

_COLUMNS: tuple[tuple[str, CellKind], ...] = (
    ("stage_family", "name"),
    ("model_stage", "name"),
    ("count", "int"),
    ("p50_ms", "ms"),
    ("p95_ms", "ms"),
    ("p99_ms", "ms"),
    ("share", "percent"),
)


def view(answer: StageTimes, *, lang: Lang = "en") -> View:
    """Build the view."""
    document = answer.to_dict()
    columns = tuple(Column(name, say(name.removesuffix("_ms"), lang), kind) for name, kind in _COLUMNS)
    table = Table(columns, tuple(tuple(row[name] for name, _ in _COLUMNS) for row in document["stages"]))
    told: Block = table if table.rows else Prose(say("no_stages_logged", lang))
    return View(document, document["stages"], table, (Facts(_head(answer, lang)), told), answer.seen.reading)


def _head(answer: StageTimes, lang: Lang) -> tuple[Fact, ...]:
    found = answer.found
    whole, rtf, unaccounted = found["requests"]["computed"], found["rtf"], found["unaccounted"]
    facts = [
        Fact(say("requests", lang), answer.seen.totals.requests, "int"),
        Fact(f"{say('duration', lang)} p50", whole and whole["p50"], "ms"),
        Fact(f"{say('duration', lang)} p95", whole and whole["p95"], "ms"),
        Fact(f"{say('rtf', lang)} p50", rtf and rtf["p50"], "number"),
        Fact(f"{say('rtf', lang)} p95", rtf and rtf["p95"], "number", "bad" if rtf and rtf["p95"] > 1 else "plain"),
        Fact(say("unaccounted", lang), unaccounted and unaccounted["share"], "percent"),
    ]
    return tuple(fact for fact in facts if fact.value is not None)
