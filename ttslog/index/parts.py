"""Parts: whether the pieces of a live file's parts may stand for the file, and what became of all of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ttslog.balance import FileReading
from ttslog.index.build import Piece
from ttslog.sources import LogFile

_NATIVE = "native_json"


def may_be_in_parts(pieces: Iterable[Piece], files: Sequence[LogFile]) -> bool:
    """Return whether all parts hold native JSON and nothing that has to be seen as a whole."""
    return all(
        not piece.facts.names
        and not (balance := piece.facts.balance).damage
        and balance.note is None
        and set(balance.formats) <= {_NATIVE}
        for piece in pieces
        if files[piece.index].is_part
    )


def put_together(parts: Sequence[FileReading]) -> FileReading:
    """Return the balance of a file from those of its parts."""
    whole = parts[0]
    for part in parts[1:]:
        part.unmatched = [(whole.lines + number, line) for number, line in part.unmatched]
        whole.add_part(part, 0)
        whole.lines += part.lines
        whole.passed_over += part.passed_over
    return whole
