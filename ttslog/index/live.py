"""Live: a file that grows, as parts that do not: so that asking again costs what was added, and not the file.

The parts end at a line end near each multiple of PART_BYTES, told from the bytes alone: as long as the file only grows
they stay the same, and so do their pieces. The last part is read again until it is full. Only files of native JSON are
taken apart: every line is a record of its own there, and none is continued in the next part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ttslog.sources import LogFile, rotation_key
from ttslog.sources.opening import open_listed
from ttslog.sources.rotation import COMPRESSED

PART_BYTES = 8 << 20
_LONGEST_LINE = 1 << 20


def split_live(files: Sequence[LogFile]) -> list[tuple[int, LogFile]]:
    """Return the files, live ones in parts, each with the number of its file."""
    return [(number, part) for number, file in enumerate(files) for part in _parts(file)]


def _parts(file: LogFile) -> Iterator[LogFile]:
    edges = [0, *_edges(file), file.size or 0] if _is_live(file) else []
    if len(edges) <= 2:  # noqa: PLR2004 - its beginning and its end
        yield file
        return
    for begin, end in pairwise(edges):
        yield replace(file, begin=begin, size=end, is_part=True)


def _is_live(file: LogFile) -> bool:
    plain = file.path.suffix not in COMPRESSED and rotation_key(file.path).live
    return plain and file.is_read and (file.size or 0) > PART_BYTES


def _edges(file: LogFile) -> Iterator[int]:
    """Yield where a line of JSON begins behind each multiple of PART_BYTES."""
    size = file.size or 0
    try:
        with open_listed(file) as opened:
            if opened.read(1) != b"{":
                return
            for place in range(PART_BYTES, size, PART_BYTES):
                opened.seek(place)
                found = opened.read(_LONGEST_LINE).find(b"\n{")
                if found < 0 or place + found + 1 >= min(place + PART_BYTES, size):
                    return
                yield place + found + 1
    except OSError:
        return
