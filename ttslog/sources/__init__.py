"""Sources: paths -> rotated sets, oldest first -> whole lines as bytes; what is damaged is named, not raised."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ttslog.sources.compression import read_chunks
from ttslog.sources.damage import Damage
from ttslog.sources.input import CHUNK_BYTES
from ttslog.sources.lines import MAX_LINE_BYTES, LineNotes, as_text, split_lines
from ttslog.sources.opening import open_listed
from ttslog.sources.paths import STDIN, LogFile, list_files
from ttslog.sources.rotation import numbering_gaps, rotation_key

__all__ = [
    "MAX_LINE_BYTES",
    "STDIN",
    "Damage",
    "LineNotes",
    "LogFile",
    "list_files",
    "numbering_gaps",
    "read_lines",
    "read_text",
    "rotation_key",
    "split_lines",
]


def read_lines(file: LogFile, damage: list[Damage], notes: LineNotes) -> Iterator[list[bytes]]:
    """Yield the lines of a file in lists, without line feeds; arguments as those of `read_text`."""
    yield from split_lines(read_text(file, damage, notes))


def read_text(file: LogFile, damage: list[Damage], notes: LineNotes, chunk_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Yield the content of a file in chunks of any length, an empty one where bytes were lost (`as_text`).

    One descriptor is open while it runs.

    Args:
        file: as `list_files` gave it.
        damage: what was wrong with the file is appended.
        notes: what had to be done to its bytes is counted.
        chunk_bytes: how long chunks of plain and of gzip files are, about.
    """
    if file.path == STDIN:
        if sys.stdin is None:
            damage.append(Damage("unreadable", 0, "it is closed"))
        else:
            yield from as_text(read_chunks(sys.stdin.buffer, damage), notes)
        return
    try:
        with open_listed(file) as opened:
            if file.begin:
                opened.seek(file.begin)
            limit = None if file.size is None else file.size - file.begin
            yield from as_text(read_chunks(opened, damage, limit, chunk_bytes), notes)
    except OSError as error:
        damage.append(Damage("unreadable", 0, error.strerror or str(error)))
