"""`python -m docs.generate`: write the pages of this folder that say what the code says, so that they cannot drift."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

import click

from ttslog import schema
from ttslog.commands import cli
from ttslog.field_names import IN_SECONDS, OTHER_NAMES
from ttslog.parsers import Format, formats
from ttslog.parsers._wrappers import Wrapper, wrappers
from ttslog.schema import Column
from ttslog.signatures import HttpStatus, Signature, http_statuses, load
from ttslog.visible import visible

FOLDER = Path(__file__).parent
_HELP_WIDTH = 100
_SAMPLES_SHOWN = 3
_OTEL = {field.name: field.otel for field in schema.LINE}
_TABLES = (
    ("The log line", schema.LINE, "One JSON object a line, as `ttslog.instrument` writes it; unknown fields are kept."),
    ("The events table", schema.EVENTS, "`ttslog.events(...)`: one row a log record."),
    ("The stages table", schema.STAGES, "`ttslog.stages(...)`: one row for each stage of each attempt."),
    ("The requests table", schema.REQUESTS, "`ttslog.requests(...)`: one row an attempt."),
)


def main() -> None:
    """Write every generated page into this folder."""
    for name, page in pages().items():
        (FOLDER / name).write_text(page, "utf-8")


def pages() -> dict[str, str]:
    """Return file name -> Markdown of every generated page."""
    return {name: _page(source, write()) for name, (source, write) in _PAGES.items()}


def _page(source: str, lines: Iterable[str]) -> str:
    title, *rest = lines
    head = (title, "", f"<!-- Written by `make docs` from {source}: change it there. -->", "")
    return "\n".join((*head, *rest)).rstrip() + "\n"


# --- schema.md ---------------------------------------------------------------------------------------


_OWN_WORDS = (
    "An event under another name is kept as it is. Where no line of a request has these names, a noun and a verb are "
    "understood as well, as event or as message and in any spelling (`request_received`, `Request completed`, "
    "`tts.end`, `synthesis_failed`); what is said of the whole request counts before what is said of the synthesis "
    "within it. One line called by the noun alone that has a `status` (`tts_request`) is a whole request. An end that "
    "only says that it is one, behind an exception and without a word of audio, is that of a failure. Requests whose "
    "path is a probe's (`/healthz`, `/v1/voices`) count only where they failed."
)

_SPELLINGS = (
    "Readers take each of them for the field, and every spelling of each: `req_id` is `reqId`, `ReqID`, `req-id` and "
    "`Req-Id` too. Of two names in one line the field's own counts before the others, and those in the order given "
    "here. Times whose names say seconds become milliseconds."
)


def _schema() -> Iterator[str]:
    yield "# Fields and tables"
    yield "Times are UTC, names carry units, and what a log does not hold is null: unknown is not zero."
    for title, columns, meaning in _TABLES:
        yield from ("", f"## {title}", "", meaning, "")
        yield from _table(("name", "type", "unit", "meaning", "OpenTelemetry"), map(_column, columns))
    yield from ("", "## Event names", "", _OWN_WORDS, "")
    yield from _names("event", _event_names(), schema.EVENT_ALIASES)
    yield from ("", "## Stage families", "", "A stage that is not listed keeps its name and has no family.", "")
    yield from _names("family", schema.STAGE_FAMILIES, schema.STAGE_FAMILY)
    yield from ("", "## Other names of the same fields", "", _SPELLINGS, "")
    others = {name: field for field, names in OTHER_NAMES.items() for name in names} | IN_SECONDS
    aliased = set(others.values())
    yield from _names("field", (field.name for field in schema.LINE if field.name in aliased), others)


def _column(column: Column) -> tuple[str, ...]:
    otel = column.otel or _OTEL.get(column.name, "")
    return _code(column.name), column.kind, column.unit, _prose(column.meaning), _code(otel)


def _event_names() -> list[str]:
    """The schema's text constants are its event names: there is no list of them that one could forget to add to."""
    return [value for name, value in vars(schema).items() if name.isupper() and isinstance(value, str)]


def _names(kind: str, names: Iterable[str], aliases: Mapping[str, str]) -> Iterator[str]:
    """Yield a table of names, each with the aliases that lead to it."""
    others: dict[str, list[str]] = defaultdict(list)
    for alias, name in aliases.items():
        if alias != name:
            others[name].append(_code(alias))
    return _table((kind, "also read as"), ((_code(name), ", ".join(others[name])) for name in names))


# --- commands.md -------------------------------------------------------------------------------------


def _commands() -> Iterator[str]:
    root = click.Context(cli, info_name="ttslog", terminal_width=_HELP_WIDTH, **cli.context_settings)
    yield "# Commands"
    yield from ("```text", cli.get_help(root), "```")
    for name in cli.list_commands(root):
        command = cli.get_command(root, name)
        if command is not None:
            text = command.get_help(click.Context(command, info_name=name, parent=root))
            yield from ("", f"## ttslog {name}", "", "```text", text, "```")


# --- formats.md --------------------------------------------------------------------------------------


_NAMED_REQUESTS = """
## Whose line it is

A line of text, or a record of JSON that has no field for an id, belongs to the request that its message names:

* where the message calls it an id: `done request_id=ts_1`, `(rid: 7f3a) done`, `X-Request-ID: a1`, by any
  [name of the field](schema.md#other-names-of-the-same-fields) but `id` alone, which may be anything's;
* where it leads the message, in brackets or before a colon, a bar or a dash, and can hardly be anything else:
  `[7f3a2b1c] done` (eight hexadecimal digits or more), a UUID, a ULID, `[req-4711] done`;
* where it stands behind `request`, `task` or `job`: `request 7f3a2b1c: done`;
* likewise in Chinese: `请求ID：ts_1`, `【7f3a2b1c】合成完成`, `任务 7f3a2b1c 开始合成`;
* where Python's logging has the logger: `INFO [7f3a2b1c] done`.

Threads, workers and pods (`[worker-12]`) name none. What stands behind a quotation mark, or behind `text=` and its
like, may be the user's words, and is not looked at. Of such a message `voice=amy` and other pairs are fields, by the
names that fields have, and `took 0.41s` is its `duration_ms`. `synthesis started`, `Request completed in 0.4 s` and
`Synthesis failed: no memory` begin and end the request; so do `开始合成`, `请求处理完成，耗时 1.5s`,
`合成失败：显存不足` and their like, and `request 7f3a2b1c: failed`.

The lines of an engine that writes no ids are those of the only request with an id that is open around them, or of the
one that a single line tells of at its end, with its `duration_ms`, if they lie within that time. They show in its
trace; `join` and `confidence` say so. Its stages count where the service times none of its own. What the engine says
of its own synthesis (`engine_audio_chunk` ...) is told of no request, for it may be a piece. Lines that may be of
several such requests are nobody's, and count as no further one. Where no request has an id, the engine's are told
apart by themselves, and have ids made of file and line; so are those of a warm-up, which the first line within a
service's request ends.
"""


def _formats() -> Iterator[str]:
    yield "# Log formats"
    yield "Recognised by their lines, alone or mixed in one file."
    yield _NAMED_REQUESTS
    yield from _samples("Formats", formats())
    yield from ("", "What a container runtime or a journal puts around these lines is taken off first.")
    yield from _samples("Wrappers", wrappers())


def _samples(title: str, rows: Mapping[str, Format | Wrapper]) -> Iterator[str]:
    known = sorted(rows.items())
    yield from ("", f"## {title}", "")
    yield from _table(("name", "written by"), ((f"[{name}](#{name})", row.title) for name, row in known))
    for name, row in known:
        yield from ("", f"### {name}", "", f"[{row.title}]({row.url})" if row.url else row.title, "")
        yield from ("```text", *(visible(sample.line) for sample in row.samples[:_SAMPLES_SHOWN]), "```")


# --- error-codes.md ----------------------------------------------------------------------------------


def _error_codes() -> Iterator[str]:
    known = sorted(load().values(), key=lambda row: row.code)
    yield "# Error codes"
    yield "What each code means and what to do; `ttslog explain CODE` says the same."
    yield ""
    rows = ((f"[{row.code}](#{row.code.lower()})", row.severity, row.stage, row.fault, row.retryable) for row in known)
    yield from _table(("code", "severity", "stage", "fault", "retry"), rows)
    for row in known:
        yield from _error_code(row)


def _error_code(row: Signature) -> Iterator[str]:
    yield from ("", f"## {row.code}", "")
    if row.aliases:
        yield f"- Also written: {', '.join(map(_code, row.aliases))}"
    yield from _advice(row)


# --- http-statuses.md --------------------------------------------------------------------------------


def _http_statuses() -> Iterator[str]:
    yield "# HTTP statuses"
    yield "What a TTS service's clients were answered with, by access logs; `ttslog explain 504` says the same."
    for status, row in sorted(http_statuses().items()):
        yield from ("", f"## {status}", "", *_advice(row))


def _advice(row: Signature | HttpStatus) -> Iterator[str]:
    yield f"- Cause: {_prose(row.cause('en'))}"
    yield f"- Remedy: {_prose(row.remedy('en'))}"
    yield f"- 原因：{_prose(row.cause('zh'))}"
    yield f"- 处理办法：{_prose(row.remedy('zh'))}"


# --- Markdown ----------------------------------------------------------------------------------------


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield _row(head)
    yield _row(("---",) * len(head))
    yield from map(_row, rows)


def _row(cells: tuple[str, ...]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |"


def _code(name: str) -> str:
    return f"`{name}`" if name else ""


def _prose(text: str) -> str:
    """Escape what Markdown would act on, except in `code`, where it acts on nothing."""
    return re.sub(r"(`[^`]*`)|([<*\[\]])", lambda found: found[1] or f"\\{found[2]}", text)


_PAGES: dict[str, tuple[str, Callable[[], Iterator[str]]]] = {
    "schema.md": ("ttslog/schema.py", _schema),
    "commands.md": ("ttslog/commands/", _commands),
    "formats.md": ("ttslog/parsers/", _formats),
    "error-codes.md": ("ttslog/signatures.toml", _error_codes),
    "http-statuses.md": ("ttslog/http_statuses.toml", _http_statuses),
}

if __name__ == "__main__":
    main()
