"""Pasted text as the program wrote it: without colours, boxes, HTML, JSON escapes and what a collector put before."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from ttslog.field_names import FIELD_ALIASES

MAX_CHARACTERS = 200_000
MAX_LINES = 4_000
MAX_LINE = 4_000

_TERMINAL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]{0,500}(?:\x07|\x1b\\)|\x1b[@-_]|\x08|\x00")
_TAG = re.compile(
    r"</?(?:pre|code|p|div|span|h[1-6]|title|html|body|head|ul|li|b|i|a|small|center|hr|em)\b[^<>]{0,200}>"
)
_BREAK = re.compile(r"<br\s{0,3}/?>", re.IGNORECASE)
_BOX = re.compile(r"^\s*[│┃|]\s?(.*?)\s*[│┃]\s*$|^\s*[╭╰┌└┏┗├]?[─━]{3,}.*$")
_GROUP = re.compile(r"^\s*(?:\+[-+]*(?: \d+ )?-{2,}\s*$|(?:\+-\+?-?\s|\|\s?|\+ (?=Exception Group)))")
_COLLECTOR = re.compile(
    r"^(?:"
    r"[\w.-]+-\d+\s+\| "  # docker compose
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:stdout|stderr) [FP] "  # Kubernetes CRI
    r"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z "  # docker logs -t
    r"|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \S+ [\w./@-]+(?:\[\d+\])?: "  # syslog, journald
    r"|> "  # quoted in an issue
    r"|\((?:\w+ )?(?:pid|rank)=\d+\) |\(\w+(?: \w+=\d+)+\) "  # ray, vllm
    r")"
)
# A JSON object with none of these is an answer or a dump, and stays the text it is.
_RECORD_KEYS = frozenset(("level", "levelname", "severity", "event", "log", "record", "timestamp", "ts", "asctime"))
_SPOKEN_FIELDS = ("text", "input", "sentence", "prompt")
_TRACEBACKS = ("traceback", "stack", "stacktrace", "stack_trace", "exc_text")


def clean_lines(text: str) -> list[str]:
    """Return the lines of `text` as first written; of very long text the head and the tail."""
    if len(text) > MAX_CHARACTERS:
        text = text[: MAX_CHARACTERS // 4] + "\n" + text[-MAX_CHARACTERS // 4 * 3 :]
    if "\x1b" in text or "\x00" in text or "\x08" in text:
        text = _TERMINAL.sub("", text)
    if "&lt;" in text or "&quot;" in text or "&#" in text or "<pre" in text or "<br" in text:
        text = html.unescape(_TAG.sub("", _BREAK.sub("\n", text)))
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if len(lines) > MAX_LINES:
        lines = lines[: MAX_LINES // 4] + lines[-MAX_LINES // 4 * 3 :]
    return [piece for line in lines for piece in _line(line[: MAX_LINE * 4])]


def _line(line: str) -> Iterator[str]:
    """Yield what one physical line holds: itself, or the lines that were folded into it."""
    line = _COLLECTOR.sub("", line)
    if line.lstrip()[:1] == "{" and (record := _json(line)) is not None:
        for piece in _record_lines(record):
            yield from _line(piece) if piece.lstrip()[:1] != "{" else (piece,)
        return
    if "\\n" in line and ('\\"' in line or "Traceback" in line or "\\n  File" in line or "Error" in line):
        unfolded = line.replace("\\r", "").replace("\\n", "\n").replace('\\"', '"').replace("\\t", "\t")
        yield from (piece[:MAX_LINE] for piece in unfolded.split("\n"))
        return
    yield _unboxed(line)[:MAX_LINE]


def _unboxed(line: str) -> str:
    if "─" in line or "│" in line or "━" in line or "┃" in line:
        line = _BOX.sub(lambda match: match[1] or "", line)
    if line.lstrip()[:1] in ("|", "+"):
        line = _GROUP.sub("", line)
    return line


def _json(line: str) -> dict[str, Any] | None:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return record if isinstance(record, dict) and not _RECORD_KEYS.isdisjoint(record) else None


def _record_lines(record: dict[str, Any]) -> Iterator[str]:
    """Yield a structured record as log lines: head, exception, traceback; without the text that was to be spoken."""
    whole = record.get("text") if isinstance(record.get("record"), dict) else record.get("log")
    if isinstance(whole, str):  # loguru serialized, docker json-file: the line as the program wrote it
        yield from whole.rstrip("\n").split("\n")
        return
    fields = {FIELD_ALIASES.get(key, key): value for key, value in record.items()}
    yield _head(fields)
    stack = next((fields[key] for key in _TRACEBACKS if isinstance(fields.get(key), str)), "")
    yield from stack.split("\n")
    message, kind = fields.get("error_message"), fields.get("error_type")
    if kind and str(kind).rpartition(".")[2] + ":" not in stack:
        yield f"{kind}: {message or ''}"


def _head(fields: dict[str, Any]) -> str:
    level = fields.get("level")
    if isinstance(level, dict):
        level = level.get("name")
    parts = [str(level or "INFO").upper(), str(fields.get("logger") or "")]
    parts += [str(fields[key]) for key in ("event", "message") if fields.get(key)]
    shown = {
        key: value for key, value in fields.items() if key not in _UNSHOWN and isinstance(value, str | int | float)
    }
    return " - ".join(part for part in parts if part) + "".join(f", {key}={value}" for key, value in shown.items())


_UNSHOWN = frozenset(
    (*_SPOKEN_FIELDS, *_TRACEBACKS, "level", "logger", "event", "message", "timestamp", "error_message", "error_type")
)
