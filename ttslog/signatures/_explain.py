"""From pasted text to an answer: code, stage, cause, remedy and the line that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from ttslog.signatures._catalogue import Catalogue, Fault, Language, Retryable, Severity, Signature, catalogue
from ttslog.signatures._cleaning import clean_lines
from ttslog.signatures._index import PatternSet, compiled
from ttslog.signatures._rules import LAST_RESORT, LIKELY, PLACED, POINTED, PROVEN, TYPED, Match, Rules
from ttslog.signatures._statements import Statement, read_statements
from ttslog.signatures._template import template
from ttslog.signatures._verdict import Judged, Matchers, judge

_CONFIDENCE = {PROVEN: 0.95, PLACED: 0.85, LIKELY: 0.8, TYPED: 0.75, LIKELY - LAST_RESORT: 0.45, POINTED: 0.5}
_LEAST = 0.35
_DOUBT = 0.1
_CLOSE = 0.3
_SHOWN = 300


class Evidence(msgspec.Struct, frozen=True):
    """A line that proved something: its number from 1, its text without the words to be spoken, and why it counts."""

    line: int
    text: str
    why: str


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """What a text proves. `error_code` is None and `unclassified` True for an error of no known kind.

    `confidence` runs from 0 to 1; `frame` is the service's own frame nearest to the failure ("file:line in function");
    `root_exception_type` is set where exceptions are chained; `template` is the message with what changes masked.
    """

    error_code: str | None
    confidence: float
    stage: str | None
    severity: Severity | None
    fault: Fault | None
    retryable: Retryable | None
    cause: str | None
    remedy: str | None
    evidence: tuple[Evidence, ...]
    exception_type: str | None
    root_exception_type: str | None
    frame: str | None
    template: str
    unclassified: bool


def explain_text(text: str, *, lang: Language = "en", extra: Path | None = None) -> Explanation | None:
    """Return what a traceback or log excerpt proves, None when nothing in it failed or the work went on.

    Args:
        text: as pasted: one line or many, with prefixes, colours, boxes, HTML or JSON around it.
        lang: language of cause and remedy.
        extra: TOML file with the user's own signatures.
    """
    statements, judged = _judged(text, extra)
    return None if judged is None else _explanation(judged, statements, catalogue(extra), lang)


def code_in(text: str) -> tuple[str | None, str] | None:
    """Return the code that a text proves, or None and the template of its message; None when nothing in it failed.

    What `explain_text` says of the text, without all that only a person asks for.
    """
    _, judged = _judged(text, None)
    if judged is None:
        return None
    return (judged.match.code, "") if judged.match else (None, template(judged.statement.text))


def _judged(text: str, extra: Path | None) -> tuple[list[Statement], Judged | None]:
    matchers = _matchers(extra)
    statements = read_statements(clean_lines(text), matchers.recovered)
    return statements, judge(statements, matchers)


@cache
def _matchers(extra: Path | None) -> Matchers:
    known = catalogue(extra)
    return Matchers(Rules(known.signatures), PatternSet(known.harmless), PatternSet(known.recovered))


def _explanation(judged: Judged, statements: Sequence[Statement], known: Catalogue, lang: Language) -> Explanation:
    said, match = judged.statement, judged.match
    row = known.signatures[match.code] if match else None
    chain = [other.type for other in statements if said.chain and other.chain == said.chain]
    return Explanation(
        **_meaning(row, lang),
        stage=_stage(row, said, known.stages) if row else None,
        confidence=_confidence(judged),
        evidence=(_evidence(said, match),),
        exception_type=chain[-1] if chain else None,
        root_exception_type=chain[0] if chain and chain[0] != chain[-1] else None,
        frame=f"{said.frame.path}:{said.frame.line} in {said.frame.name}" if said.frame else None,
        template=template(said.text),
        unclassified=row is None,
    )


def _meaning(row: Signature | None, lang: Language) -> dict[str, Any]:
    """Return what the catalogue says of a code, None for everything where no code is known."""
    if row is None:
        return dict.fromkeys(("error_code", "severity", "fault", "retryable", "cause", "remedy"))
    facts = {name: getattr(row, name) for name in ("severity", "fault", "retryable")}
    return {"error_code": row.code, **facts, "cause": row.cause(lang), "remedy": row.remedy(lang)}


def _confidence(judged: Judged) -> float:
    match, rival = judged.match, judged.rival
    if match is None:
        return 0.0
    doubt = _DOUBT if rival is not None and match.score - rival.score < _CLOSE else 0.0
    return round(_CONFIDENCE.get(match.weight, _LEAST) - doubt, 2)


def _stage(row: Signature, said: Statement, hints: dict[str, str]) -> str:
    """Return the stage that frames and logger name, if the code occurs there; else the code's usual one."""
    around = f"{said.place}\n{said.message}"
    named = (stage for stage in (row.stage, *row.stages) if stage in hints and compiled(hints[stage]).search(around))
    return next(named, row.stage)


def _evidence(said: Statement, match: Match | None) -> Evidence:
    text = said.text
    if match is None:
        return Evidence(said.last + 1, text[:_SHOWN], "an error, but no known message")
    line = next((line for line in text.split("\n") if match.words.split("\n")[0] in line), text)
    why = f"says {match.words[:80]!r}" + (f" near {match.given[:40]!r}" if match.given else "")
    return Evidence(said.last + 1, line.strip()[:_SHOWN], why)
