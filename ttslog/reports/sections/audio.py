"""Answers that succeeded and cannot be listened to: verdicts, each with the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ttslog.questions.incident import Incident
from ttslog.reports.blocks import CellKind, Chart, Facts, Part, Prose, Section, Series
from ttslog.reports.sections._cells import fact, table
from ttslog.reports.views.words import Lang
from ttslog.reports.words import say

_WHOLE_FROM = 100
_VERDICTS: dict[str, CellKind] = {
    "verdict": "name",
    "count": "int",
    "share": "percent",
    "measure": "name",
    "limit": "number",
}
_EXAMPLES: dict[str, CellKind] = {
    "verdict": "name",
    "request": "id",
    "end_us": "time",
    "measure": "name",
    "value": "number",
    "limit": "number",
    "usual": "number",
    "text_len": "int",
    "audio_seconds": "seconds",
    "last_line": "text",
}


def build(incident: Incident, lang: Lang) -> Section | None:
    """Build the section, None where no answer carries audio figures."""
    found = incident.findings["audio"]
    if not found["judged"]:
        return None
    blocks = (*_head(found, lang), *_verdicts(found, lang), *_lengths(found["points"], lang))
    return Section("audio", say("audio_section", lang), blocks)


def _head(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    if not found["bad"]:
        yield Prose(say("no_bad_audio", lang, judged=f"{found['judged']:,}"), "good")
        return
    yield Facts(
        (
            fact("judged", found["judged"], "int", lang),
            fact("bad", found["bad"], "int", lang, "bad"),
            fact("proven", found["proven"], "int", lang),
        )
    )


def _verdicts(found: dict[str, Any], lang: Lang) -> Iterator[Part]:
    if not found["verdicts"]:
        return
    yield table(_VERDICTS, (_worded(verdict, verdict, lang) for verdict in found["verdicts"]), lang)
    examples = [
        _worded(verdict, verdict | example, lang) for verdict in found["verdicts"] for example in verdict["examples"]
    ]
    more = sum(verdict["count"] for verdict in found["verdicts"]) - len(examples)
    yield table(_EXAMPLES, examples, lang, more=more)


def _worded(verdict: dict[str, Any], row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    return {
        **row,
        "verdict": say(verdict["verdict"], lang),
        "measure": verdict["column"] and say(verdict["column"], lang),
        "request": row.get("request_id"),
        "value": _figure(row.get("value")),
        "usual": _figure(row.get("usual")),
    }


def _figure(value: float | None) -> float | None:
    """Hertz are whole numbers, seconds and ratios are not."""
    return value if value is None or value < _WHOLE_FROM else round(value)


def _lengths(points: dict[str, list[Any]], lang: Lang) -> Iterator[Part]:
    if not points["text_len"]:
        return
    named = ((False, "usual_length"), (True, "odd_length"))
    series = [_points(points, say(key, lang), odd=odd) for odd, key in named]
    yield Chart(
        say("length_chart", lang),
        "points",
        "number",
        say("seconds", lang),
        tuple(one for one in series if one.x),
        say("characters", lang),
    )


def _points(points: dict[str, list[Any]], name: str, *, odd: bool) -> Series:
    drawn = zip(points["text_len"], points["audio_seconds"], points["odd"], strict=True)
    chosen = [(length, seconds) for length, seconds, is_odd in drawn if is_odd == odd]
    x, y = zip(*chosen, strict=True) if chosen else ((), ())
    return Series(name, x, y, "bad" if odd else "plain")


SECTION = (60, build)
