"""The answer of `requests` for people: the newest on a terminal, every one and every column when piped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter

from ttslog.lifecycle import Request
from ttslog.questions.requests import RequestList
from ttslog.reports.blocks import Block, CellKind, Column, Prose, Table
from ttslog.reports.views import View
from ttslog.reports.views.words import Lang, say, say_outcome
from ttslog.schema import REQUESTS, Kind

_KINDS: dict[Kind, CellKind] = {"text": "text", "int": "int", "float": "number", "bool": "text", "time": "time"}


def view(answer: RequestList, *, lang: Lang = "en", newest: int | None = None, show_text: bool = False) -> View:
    """Build the view; `newest` bounds what a terminal shows, never what is piped."""
    rows = answer.listed.rows(show_text=show_text)
    return View(
        answer.shell(),
        rows,
        _wide(rows),
        _blocks(answer, lang, newest),
        answer.reading,
        rows_in="requests",
        json_lines=answer.listed.json_lines(show_text=show_text),
    )


def _wide(rows: Iterable[dict[str, object]]) -> Table:
    columns = tuple(
        Column(column.name.removesuffix("_us"), column.name, _KINDS[column.kind] if column.kind != "time" else "text")
        for column in REQUESTS
    )
    return Table(columns, map(itemgetter(*(column.name for column in columns)), rows))


def _blocks(answer: RequestList, lang: Lang, newest: int | None) -> Iterator[Block]:
    count, shown = answer.listed.newest(newest)
    if count > len(shown):
        yield Prose(say("older", lang).format(count=count - len(shown)))
    yield _narrow(shown, lang) if shown else Prose(say("nothing_found", lang))


def _narrow(requests: Iterable[Request], lang: Lang) -> Table:
    columns = (
        Column("request_id", say("request", lang), "id"),
        Column("start", say("start", lang), "time"),
        Column("status", say("status", lang), "status"),
        Column("duration_ms", say("duration", lang), "ms"),
        Column("error_code", say("error_code", lang), "code"),
        Column("last_stage", say("last_stage", lang), "name"),
        Column("rtf", "RTF", "number"),
        Column("text_len", say("text_len", lang), "int"),
        Column("voice", say("voice", lang), "name"),
    )
    return Table(columns, tuple(_row(request, lang) for request in requests))


def _row(request: Request, lang: Lang) -> tuple[object, ...]:
    return (
        request.request_id if request.attempt == 1 else f"{request.request_id} #{request.attempt}",
        request.start_us if request.start_us is not None else request.time_us,
        say_outcome(request, lang),
        request.lasted_ms,
        request.error_code,
        request.last_stage,
        request.rtf,
        request.text_len,
        request.voice,
    )
