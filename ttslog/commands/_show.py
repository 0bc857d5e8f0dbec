"""The one way in which an answer leaves: data on stdout, the balance and every fault on stderr."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import tzinfo
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from ttslog.commands._shared import Question, wants_table
from ttslog.visible import inert_json, visible

if TYPE_CHECKING:
    from ttslog.balance import FileReading, Reading
    from ttslog.reports.blocks import Block
    from ttslog.reports.views import View
    from ttslog.reports.views.words import Lang

_LOSSES = 3
_BATCH = 1_000
# A lone surrogate or an integer beyond 64 bits: the standard library can write both.
_NOT_FOR_MSGSPEC = (UnicodeEncodeError, msgspec.ValidationError, TypeError, OverflowError, RecursionError)
_Thing = TypeVar("_Thing")
_NAMED_FILES, _GAPS_NAMED = 10, 5


def show(view: View, asked: Question) -> int:
    """Print a view in the form asked for; return the exit code."""
    if asked.form == "json":
        sys.stdout.writelines(_document(view))
    elif asked.form == "ndjson":
        sys.stdout.writelines(_json_lines(view))
    elif wants_table(asked):
        print_blocks(view.blocks, asked.zone, asked.lang)
    else:
        from ttslog.reports.renderers import tsv  # noqa: PLC0415 - each form loads what it takes, and no other

        sys.stdout.writelines(_lines(lines) for lines in _batches(tsv.render(view.table)))
    code = conclude(view.reading, asked)
    if view.beside_rows and asked.form != "json" and not wants_table(asked):
        sys.stderr.write(f"{view.beside_rows}\n")
    return code


def _batches(things: Iterable[_Thing]) -> Iterator[list[_Thing]]:
    """Yield some at a time: what is written one by one costs a call of the system each, where nothing buffers."""
    rest = iter(things)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _lines(lines: Iterable[str]) -> str:
    return "\n".join((*lines, ""))


def _document(view: View) -> Iterator[str]:
    """Yield one JSON object in parts: rows that are many are written some at a time."""
    if view.rows_in is None:
        yield f"{to_json(view.document)}\n"
        return
    for number, (name, value) in enumerate(view.document.items()):
        yield f"{',' if number else '{'}{to_json(name)}:"
        if name == view.rows_in:
            yield from _array(_json_lines(view))
        else:
            yield to_json(value)
    yield "}\n"


def _array(blocks: Iterable[str]) -> Iterator[str]:
    """Yield lines of JSON as one array; there is no line feed in a line."""
    before = "["
    for lines in blocks:
        yield before + lines.removesuffix("\n").replace("\n", ",")
        before = ","
    yield "[]" if before == "[" else "]"


def _json_lines(view: View) -> Iterator[str]:
    """Yield the rows as lines of JSON, many at a time."""
    if view.json_lines is None:
        return map(_as_json_lines, _batches(view.rows))
    return map(inert_json, view.json_lines)


def _as_json_lines(rows: list[dict[str, Any]]) -> str:
    """Return `to_json` of each row, by way of all of them at once."""
    try:
        lines = msgspec.json.Encoder().encode_lines(rows).decode()
    except _NOT_FOR_MSGSPEC:
        return _lines(map(to_json, rows))
    return inert_json(lines)


def conclude(reading: Reading, asked: Question) -> int:
    """Write the balance and what could not be read to stderr; return the exit code that --strict asks for."""
    sys.stdout.flush()
    for line in balance(reading, verbose=asked.verbose):
        sys.stderr.write(f"{line}\n")
    return _LOSSES if asked.strict and not reading.is_clean else 0


def to_json(value: Any) -> str:
    """Return a value as JSON, whatever the log put into it: never NaN, a broken or an acting character."""
    try:
        return inert_json(msgspec.json.encode(value).decode())
    except _NOT_FOR_MSGSPEC:
        import json  # noqa: PLC0415 - hardly ever

        return inert_json(json.dumps(_finite(value), ensure_ascii=True, allow_nan=False, default=str))


def _finite(value: Any) -> Any:
    """Return a value with null for numbers that JSON does not have, as msgspec writes them."""
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def balance(reading: Reading, *, verbose: bool = False) -> list[str]:
    """Return the lines that say what was read and what was not."""
    counts = {name: reading.total(name) for name in ("events", "continuations", "blank", "duplicates", "bad")}
    parts = [f"{count:,} {name}" for name, count in counts.items() if count or name in ("events", "bad")]
    if passed_over := reading.total("passed_over"):
        parts.append(f"{passed_over:,} that cannot concern the question and were not parsed")
    lines = [f"read {_files(reading)}, {reading.total('lines'):,} lines: {', '.join(parts)}"]
    notable = [line for file in reading.files for line in _notes(file, verbose=verbose)]
    lines += notable if verbose else notable[:_NAMED_FILES]
    if len(notable) > _NAMED_FILES and not verbose:
        lines.append(f"  … {len(notable) - _NAMED_FILES} more: -v names them all")
    if gaps := [visible(gap) for gap in reading.gaps]:
        more = f" and {len(gaps) - _GAPS_NAMED} more" if len(gaps) > _GAPS_NAMED else ""
        lines.append(f"  missing between the rotated files: {', '.join(gaps[:_GAPS_NAMED])}{more}")
    return lines


def _files(reading: Reading) -> str:
    outside = sum(file.state == "outside" for file in reading.files)
    return f"{len(reading.files) - outside} files{f' ({outside} lie outside the window)' if outside else ''}"


def _notes(file: FileReading, *, verbose: bool) -> list[str]:
    path = visible(file.path)
    notes = [f"  {path}: {damage.kind} at byte {damage.offset}: {visible(damage.detail)}" for damage in file.damage]
    if file.state in ("skipped", "duplicate", "empty") or (verbose and file.note):
        notes.append(f"  {path}: {file.state}{f', {visible(file.note)}' if file.note else ''}")
    if file.bad:
        reasons = ", ".join(f"{count} {reason}" for reason, count in file.bad_reasons.most_common(3))
        notes.append(f"  {path}: {file.bad:,} bad lines ({reasons})")
    if file.salvaged:
        notes.append(f"  {path}: {file.salvaged:,} records cut out of torn lines")
    if verbose and not notes:
        notes.append(f"  {path}: {file.state}, {file.lines:,} lines, {file.format or 'no format'}")
    return notes


def print_blocks(blocks: Iterable[Block], zone: tzinfo, lang: Lang = "en") -> None:
    """Print blocks for a person, times in the zone given."""
    from ttslog.reports.renderers import terminal  # noqa: PLC0415 - rich, for tables only

    terminal.print_blocks(terminal.new_console(), blocks, zone, lang)
