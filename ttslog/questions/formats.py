"""Which formats are known, and which of them took the lines of some files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ttslog.balance import FileReading, Reading
from ttslog.logs import Logs
from ttslog.parsers import Format, formats, wrappers
from ttslog.privacy import mask
from ttslog.reading import scan


@dataclass(frozen=True, slots=True)
class FormatUse:
    """The answer of `ttslog formats --explain`."""

    reading: Reading

    def files(self, *, show_text: bool = False) -> list[dict[str, Any]]:
        """Return one object a file: records by format, and the first lines that no format knew, masked."""
        return [_file(file, show_text=show_text) for file in self.reading.files]

    def to_dict(self, *, show_text: bool = False) -> dict[str, Any]:
        """Return the JSON of `formats --explain`."""
        return {"files": self.files(show_text=show_text), "reading": self.reading.to_dict()}


def known_formats(own: Mapping[str, Format] | None = None) -> list[dict[str, Any]]:
    """Return every format and wrapper: the user's own first, then those of the package by name."""
    own = own or {}
    package = {name: format_ for name, format_ in sorted(formats().items()) if name not in own}
    kinds = (("own format", own), ("format", package), ("wrapper", wrappers()))
    return [
        {
            "name": name,
            "kind": kind,
            "title": known.title,
            "url": known.url or None,
            "samples": [sample.line for sample in known.samples],
        }
        for kind, named in kinds
        for name, known in named.items()
    ]


def explain_formats(logs: Logs) -> FormatUse:
    """Read the logs to their end and keep who took what.

    Raises:
        NoSuchPath: a path names nothing.
        NothingRead: the paths hold no file at all.
    """
    opened = scan(logs.paths, zone=logs.zone, formats=logs.formats)
    for _ in opened:
        pass
    return FormatUse(opened.reading)


def _file(file: FileReading, *, show_text: bool) -> dict[str, Any]:
    return {
        "path": file.path,
        "lines": file.lines,
        "records": dict(file.formats.most_common()),
        "continuations": file.continuations,
        "blank": file.blank,
        "bad": file.bad,
        "unmatched": [{"line": line, "text": text if show_text else mask(text)} for line, text in file.unmatched],
    }
