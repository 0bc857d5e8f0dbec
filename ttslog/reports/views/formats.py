"""The answer of `formats --explain` for people: what each format took of each file, then what none took."""

from __future__ import annotations

from typing import Any

from ttslog.questions.formats import FormatUse
from ttslog.reports.blocks import Block, Column, Prose, Table
from ttslog.reports.views import View
from ttslog.visible import visible

_TAKEN = (Column("path", "file"), Column("format", "format", "name"), Column("records", "records", "int"))
_UNMATCHED = (Column("path", "file"), Column("line", "line", "int"), Column("text", "a line that no format knows"))


def view(answer: FormatUse, *, show_text: bool = False) -> View:
    """Build the view; piped as TSV it is one row a file and format, the unknown lines last as format `unknown`."""
    document = answer.to_dict(show_text=show_text)
    files = document["files"]
    taken = tuple((file["path"], name, count) for file in files for name, count in _takers(file))
    return View(document, files, Table(_TAKEN, taken), _blocks(files, taken), answer.reading)


def _takers(file: dict[str, Any]) -> list[tuple[str, int]]:
    return [*file["records"].items(), *([("unknown", file["bad"])] if file["bad"] else [])]


def _blocks(files: list[dict[str, Any]], taken: tuple[tuple[Any, ...], ...]) -> tuple[Block, ...]:
    unmatched = tuple((file["path"], row["line"], visible(row["text"])) for file in files for row in file["unmatched"])
    if not unmatched:
        return (Table(_TAKEN, taken), Prose("Every line is known, or continues one that is."))
    more = sum(file["bad"] for file in files) - len(unmatched)
    return (Table(_TAKEN, taken), Table(_UNMATCHED, unmatched, more))
