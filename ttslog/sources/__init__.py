"""Sources: paths -> rotated sets, oldest first -> whole lines as bytes; what is damaged is named, not raised."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ttslog.sources.compression import read_chunks
from ttslog.sources.damage import Damage
from ttslog.sources.lines import MAX_LINE_BYTES, LineNotes, split_lines
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
    "rotation_key",
]


def read_lines(file: LogFile, damage: list[Damage], notes: LineNotes) -> Iterator[list[bytes]]:
    """Yield the lines of a file in lists, without line feeds. One descriptor is open while it runs.

    Args:
        file: as `list_files` gave it.
        damage: what was wrong with the file is appended.
        notes: what had to be done to its bytes is counted.
    """
    if file.path == STDIN:
        yield from split_lines(read_chunks(sys.stdin.buffer, damage), notes)
        return
    try:
        with open_listed(file) as opened:
            yield from split_lines(read_chunks(opened, damage, file.size), notes)
    except OSError as error:
        damage.append(Damage("unreadable", 0, error.strerror or str(error)))
