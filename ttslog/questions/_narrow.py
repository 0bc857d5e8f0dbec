"""A narrow reading: all files searched for an id as bytes, and only the lines around it parsed.

It gives the requests of that id exactly as a full parse does, or says that it cannot. Requests beside them are those
of the lines around, and what is usual for a stage is told from these and from the beginnings of up to 20 files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from ttslog.finding import (
    Crew,
    Hits,
    IdSearch,
    Needle,
    Surroundings,
    lines_around,
    search_for_id,
    text_needle,
)
from ttslog.logs import Logs
from ttslog.sources import LogFile, rotation_key

if TYPE_CHECKING:
    from ttslog.questions._part import Part

_ROUNDS = 3


class Limits(msgspec.Struct, frozen=True):
    """How narrow a reading is.

    Attributes:
        margin: lines read before the first and behind the last of a request. Its neighbours lie there, the end of
            any traceback that began before, and requests by which to tell what is usual: 600 lines are those of 30 to
            100 requests, several times what a busy worker has open.
        whole_bytes: text that is parsed in full anyway: that takes a tenth of a second, and what is usual is then told
            from all of it.
    """

    margin: int = 600
    whole_bytes: int = 4 << 20


class Narrow:
    """The lines around the requests whose id begins with a text, and the beginnings of files.

    Args:
        wanted: the beginning of the ids.
        logs: what to look at.
        limits: how narrow.
    """

    def __init__(self, wanted: str, logs: Logs, limits: Limits) -> None:
        self._wanted = wanted
        self._logs = logs
        self._limits = limits

    def read(self) -> Part | None:
        """Return what was read; None where only a full parse gives the exact answer."""
        search = self._search(self._logs.files())
        if search is None:
            return None
        import ttslog.questions._part  # noqa: PLC0415, F401 - what `_read_around` takes, loaded while helpers search

        hits = search.crew.hits()
        if sum(found.text_bytes for found in hits) < self._limits.whole_bytes:
            return None
        return self._read_around(search.files, hits, search.needle)

    def _search(self, files: Sequence[LogFile]) -> IdSearch | None:
        if self._logs.cache and not self._logs.formats:
            from ttslog.index.lookup import look_up  # noqa: PLC0415 - the index, only where it may be asked

            return look_up(self._wanted, files, self._logs.zone)
        return search_for_id(self._wanted, files)

    def _read_around(self, files: Sequence[LogFile], hits: list[Hits], needle: Needle) -> Part | None:
        """Read around the hits; again with more of them where a key of the request stands on later lines."""
        from ttslog.questions._part import Part  # noqa: PLC0415

        names = [rotation_key(file.path).log for file in files]
        lines = sum(found.lines for found in hits)
        for _ in range(_ROUNDS):
            part = Part(self._wanted, files, hits, self._logs)
            around = lines_around(hits, names, self._limits.margin)
            if around is None:
                part.read_heads({})
                return part
            if around.lines * 2 > lines:
                return None
            part.read(around)
            keys = [text_needle(key) for key in part.doubts.keys]
            if part.is_doubtful(around) or None in keys:
                return None
            further = [key for key in keys if key is not None and needle.literal not in key.literal]
            if not further or not _add(hits, Crew(files, further).hits(), around):
                return part
        return None


def _add(hits: list[Hits], further: Sequence[Hits], around: Surroundings) -> bool:
    """Add the hits that lie behind the lines read; return whether there are any.

    A key gives its request to lines behind the request's own alone.
    """
    last = max(around.ranges)
    added = False
    for number, found in enumerate(further):
        behind = around.ranges[last].last if number == last else 0
        for lines in found.ranges if number >= last else ():
            if lines.last > behind:
                hits[number].add(lines.last)
                added = True
    return added
