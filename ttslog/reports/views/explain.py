"""The answer of `explain` for people: the code, what it means, what to do, and the line that proves it."""

from __future__ import annotations

from typing import Any

from ttslog.reports.blocks import Block, Fact, Facts, Prose
from ttslog.reports.views.words import Lang, say

_SHOWN = ("stage", "severity", "fault", "retryable", "cause", "remedy", "frame")


def blocks(document: dict[str, Any], lang: Lang) -> tuple[Block, ...]:
    """Return the blocks of an `explain` document."""
    if document["verdict"] == "harmless":
        return (Prose(say("harmless", lang), "good"),)
    sure = "" if document["confidence"] in (0.0, 1.0) else f"  ({document['confidence']:.0%})"
    title = Prose(f"{document['error_code'] or say('unclassified', lang)}{sure}", "bad")
    return (title, Facts(tuple(_facts(document, lang))))


def _facts(document: dict[str, Any], lang: Lang) -> list[Fact]:
    facts = [Fact(say(name, lang).lower(), say(str(document[name]), lang)) for name in _SHOWN if document.get(name)]
    if document["verdict"] == "unclassified":
        facts.append(Fact(say("message", lang), document["template"]))
    for proof in document["evidence"]:
        facts.append(Fact(say("because", lang), f"{say('line', lang).format(number=proof['line'])}: {proof['text']}"))
        facts.append(Fact("", proof["why"]))
    return facts
