"""Live: a file that grows, as parts that do not: so that asking again costs what was added, and not the file.

The parts end at a line end near each multiple of PART_BYTES, told from the bytes alone: as long as the file only grows
they stay the same, and so do their pieces. The last part is read again until it is full. Only files of native JSON are
taken apart: every line is a record of its own there, and none is continued in the next part. Text that stands between
mostly shows at the places looked at; where it does not, the parts are made for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

import msgspec

from ttslog.parsers import Clock, LineParser
from ttslog.sources import LogFile, rotation_key
from ttslog.sources.opening import open_listed
from ttslog.sources.rotation import COMPRESSED

PART_BYTES = 8 << 20
_LOOKED_AT = 1 << 20  # bytes at each place: longer than nearly every line, and enough to meet text between JSON
_MOST_OTHERS = 100  # lines that are no JSON, looked at at each place


def split_live(files: Sequence[LogFile]) -> list[tuple[int, LogFile]]:
    """Return the files, live ones in parts, each with the number of its file."""
    return [(number, part) for number, file in enumerate(files) for part in _parts(file)]


def _parts(file: LogFile) -> Iterator[LogFile]:
    edges = [0, *_edges(file), file.size or 0] if _is_live(file) else []
    if len(edges) <= 2:  # noqa: PLR2004 - its beginning and its end
        yield file
        return
    for begin, end in pairwise(edges):
        yield msgspec.structs.replace(file, begin=begin, size=end, is_part=True)


def _is_live(file: LogFile) -> bool:
    plain = file.path.suffix not in COMPRESSED and rotation_key(file.path).live
    return plain and file.is_read and (file.size or 0) > PART_BYTES


def _edges(file: LogFile) -> list[int]:
    """Return where a line of JSON begins behind each multiple of PART_BYTES; nothing where text is met beside it."""
    edges: list[int] = []
    size = file.size or 0
    try:
        with open_listed(file) as opened:
            if opened.read(1) != b"{":
                return []
            for place in range(0, size, PART_BYTES):
                opened.seek(place)
                ahead = opened.read(_LOOKED_AT)
                if _holds_text(ahead):
                    return []
                found = ahead.find(b"\n{")
                if found < 0 or place + found + 1 >= min(place + PART_BYTES, size):
                    break
                edges.append(place + found + 1)
    except OSError:
        return []
    return edges[1:]  # the first place is the beginning, where nothing has to be found


def _holds_text(ahead: bytes) -> bool:
    """Return whether a whole line is of another format; what is of none goes on with the record before it."""
    parser = LineParser(Clock())
    others = (line for line in ahead.split(b"\n")[1:-1] if not line.startswith(b"{"))
    return any(parser.parse(line) is not None for line in islice(others, _MOST_OTHERS))
