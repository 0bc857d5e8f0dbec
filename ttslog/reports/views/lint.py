"""The answer of `lint` for people: one row a finding, with what it costs."""

from __future__ import annotations

from ttslog.questions.lint import Finding, Lint
from ttslog.reports.blocks import Block, Column, Prose, Table
from ttslog.reports.views import View
from ttslog.reports.views._lint_words import WORDS
from ttslog.reports.views.words import Lang, say

_TITLES = {
    "of": ("of", "总数"),
    "wrong": ("what is missing or odd", "缺什么或哪里不对"),
    "costs": ("what that costs", "后果"),
    "examples": ("examples", "示例"),
    "nothing": ("Nothing is missing and nothing is odd.", "什么都不缺，也没有异常。"),
}


def view(answer: Lint, *, lang: Lang = "en") -> View:
    """Build the view."""
    document = answer.to_dict()
    for row in document["findings"]:
        row["what"], row["costs"] = _words(row["rule"], lang)
    told = tuple(_told(found, lang) for found in answer.findings)
    blocks: tuple[Block, ...] = told or (Prose(_title("nothing", lang), "good"),)
    return View(document, document["findings"], _table(answer.findings, lang), blocks, answer.reading)


def _table(findings: list[Finding], lang: Lang) -> Table:
    columns = (
        Column("rule", "rule", "name"),
        Column("count", say("count", lang), "int"),
        Column("of", _title("of", lang), "int"),
        Column("what", _title("wrong", lang)),
        Column("costs", _title("costs", lang)),
        Column("examples", _title("examples", lang)),
    )
    return Table(columns, tuple(_row(found, lang) for found in findings))


def _row(found: Finding, lang: Lang) -> tuple[object, ...]:
    return (found.rule, found.count, found.of, *_words(found.rule, lang), ", ".join(found.examples))


def _told(found: Finding, lang: Lang) -> Prose:
    what, costs = _words(found.rule, lang)
    where = f"\n  {', '.join(found.examples)}" if found.examples else ""
    return Prose(f"{found.count} / {found.of}  {what}\n  → {costs}{where}", "warning")


def _words(rule: str, lang: Lang) -> tuple[str, str]:
    return WORDS[rule][lang == "zh"]


def _title(key: str, lang: Lang) -> str:
    return _TITLES[key][lang == "zh"]
