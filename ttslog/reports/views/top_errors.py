"""The answer of `top-errors` for people: how bad it is, the table of codes, and what to do about each."""

from __future__ import annotations

from itertools import islice

from ttslog.detectors.answers import AnswerGroup, errors_first
from ttslog.detectors.errors import ErrorGroup
from ttslog.questions.top_errors import TopErrors
from ttslog.reports.blocks import Block, Column, Fact, Facts, Prose, Table, Tone
from ttslog.reports.views import View
from ttslog.reports.views.words import Lang, say

_ADVICE_SHOWN = 5
_STATUSES_SHOWN = 20


def view(answer: TopErrors, *, lang: Lang = "en", top: int | None = None) -> View:
    """Build the view; `top` cuts the table (the totals stay exact), None shows every code."""
    document = answer.to_dict(lang=lang)
    groups = answer.errors[:top]
    document["errors"] = document["errors"][:top]
    table = _table(groups, lang, more=len(answer.errors) - len(groups))
    blocks: tuple[Block, ...] = (
        Facts(_head(answer, lang)),
        *_body(answer, groups, table, lang),
        *_answers(answer, lang),
    )
    return View(
        document, document["errors"], table, blocks, answer.seen.reading, beside_rows=_beside_rows(answer, lang)
    )


def _head(answer: TopErrors, lang: Lang) -> tuple[Fact, ...]:
    totals = answer.seen.totals
    span = answer.seen.span
    facts = [
        Fact(say("since", lang), span.since_us, "time"),
        Fact(say("until", lang), span.until_us, "time"),
        Fact(say("requests", lang), answer.requests, "int"),
        Fact(say("failed", lang), answer.failed, "int", _tone(answer)),
        Fact(say("error_rate", lang), answer.error_rate, "percent", _tone(answer)),
    ]
    rarer = (
        ("aborted", totals.outcomes["aborted"]),
        ("incomplete", totals.outcomes["incomplete"]),
        ("orphan", totals.orphans),
        ("bad_audio", totals.bad_audio),
    )
    facts += [Fact(say(name, lang), count, "int", "warning") for name, count in rarer if count]
    return tuple(fact for fact in facts if fact.value is not None)


def _tone(answer: TopErrors) -> Tone:
    return "bad" if answer.failed else "good"


def _body(answer: TopErrors, groups: list[ErrorGroup], table: Table, lang: Lang) -> list[Block]:
    if not groups:
        return [Prose(say(_nothing(answer), lang), _tone(answer))]
    narrow = [column for column in table.columns if column.name in _ON_A_TERMINAL]
    places = [table.columns.index(column) for column in narrow]
    rows = tuple(tuple(row[place] for place in places) for row in table.rows)
    advice = [_advice(group, lang) for group in groups[:_ADVICE_SHOWN] if group.message or group.remedy]
    untold = max(len(groups) - _ADVICE_SHOWN, 0)
    more = [Prose(say("more_advice", lang).format(count=untold))] if untold else []
    return [Table(tuple(narrow), rows, table.more), *advice, *more]


def _nothing(answer: TopErrors) -> str:
    """Return the word for an answer without errors."""
    if answer.requests:
        return "no_errors"
    span = answer.seen.span
    if span.since_us is not None or span.until_us is not None:
        return "no_requests"
    return "answers_alone" if answer.answers else "no_requests_at_all"


_ON_A_TERMINAL = frozenset(
    {"error_code", "count", "share", "loose_lines", "severity", "stage", "first", "last", "text_len", "request_id"}
)


def _answers(answer: TopErrors, lang: Lang) -> list[Block]:
    """Show what clients were answered, where that was an error, or where there is nothing else to show."""
    untimed: list[Block] = [Prose(say("answers_untimed", lang), "warning")] if answer.seen.answers.untimed else []
    groups = errors_first(answer.answers)
    errors = [group for group in groups if group.is_error]
    if not errors and (answer.requests or not groups):
        return untimed
    columns = (
        Column("log", say("log", lang)),
        Column("http_status", say("http_status", lang), "name"),
        Column("count", say("count", lang), "int"),
        Column("share", say("share", lang), "percent"),
        Column("first", say("first", lang), "time"),
        Column("last", say("last", lang), "time"),
        Column("source", say("newest_line", lang)),
    )
    shown = groups[:_STATUSES_SHOWN]
    rows = [(one.log, one.http_status, one.count, one.share, one.first_us, one.last_us, one.source) for one in shown]
    known: dict[int, AnswerGroup] = {}
    for group in errors:
        if group.cause:
            known.setdefault(group.http_status, group)
    advice = [_answer_advice(group, lang) for group in islice(known.values(), _ADVICE_SHOWN)]
    table = Table(columns, tuple(rows), len(groups) - len(shown))
    return [Prose(say("answers_title", lang)), table, *untimed, *advice]


def _beside_rows(answer: TopErrors, lang: Lang) -> str:
    failed = sum(group.count for group in answer.answers if group.is_error)
    answers = sum(group.count for group in answer.answers)
    return say("answers_beside", lang).format(failed=f"{failed:,}", answers=f"{answers:,}") if failed else ""


def _answer_advice(group: AnswerGroup, lang: Lang) -> Prose:
    return _explained(f"HTTP {group.http_status}", "example", group.request_id, group, lang)


def _advice(group: ErrorGroup, lang: Lang) -> Prose:
    return _explained(group.error_code, "message", group.message, group, lang)


def _explained(title: str, word: str, said: str | None, group: ErrorGroup | AnswerGroup, lang: Lang) -> Prose:
    """Return a title, what the newest one says, and what is known of its kind."""
    lines = [title]
    if said:
        lines.append(f"  {say(word, lang)}: {said}")
    if group.cause and group.remedy:
        lines += [f"  {say('cause', lang)}: {group.cause[lang]}", f"  {say('remedy', lang)}: {group.remedy[lang]}"]
    return Prose("\n".join(lines))


def _table(groups: list[ErrorGroup], lang: Lang, more: int) -> Table:
    columns = (
        Column("error_code", say("error_code", lang), "code"),
        Column("count", say("count", lang), "int"),
        Column("share", say("share", lang), "percent"),
        Column("loose_lines", say("loose_lines", lang), "int"),
        Column("severity", say("severity", lang), "name"),
        Column("stage", say("stage", lang), "name"),
        Column("first", say("first", lang), "time"),
        Column("last", say("last", lang), "time"),
        Column("text_len", say("text_len", lang), "name"),
        Column("request_id", say("example", lang), "id"),
        Column("message", say("message", lang)),
        Column("cause", say("cause", lang)),
        Column("remedy", say("remedy", lang)),
    )
    return Table(columns, tuple(_row(group, lang) for group in groups), more)


def _row(group: ErrorGroup, lang: Lang) -> tuple[object, ...]:
    lengths = group.text_len
    spread = f"{lengths['min']:g}" if lengths else None
    if lengths and lengths["min"] != lengths["max"]:
        spread = f"{lengths['min']:g}…{lengths['max']:g}"
    return (
        group.error_code,
        group.count,
        group.share if group.count else None,
        group.loose_lines or None,
        say(group.severity, lang) if group.severity else None,
        group.stage,
        group.first_us,
        group.last_us,
        spread,
        group.request_ids[0] if group.request_ids else None,
        group.message,
        group.cause[lang] if group.cause else None,
        group.remedy[lang] if group.remedy else None,
    )
