"""A narrow reading: all files searched for an id as bytes, and only the lines around it parsed.

It gives the requests of that id exactly as a full parse does, or says that it cannot. Requests beside them are those
of the lines around, and what is usual for a stage is told from these and from the beginnings of up to 20 files.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from ttslog.finding import Crew, IdSearch, search_for_id
from ttslog.logs import Logs
from ttslog.questions._closest import may_be_of_trace
from ttslog.sources import LogFile

if TYPE_CHECKING:
    from ttslog.questions._part import Part


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
        files = self._logs.files()
        search = self._search(files)
        if search is None:
            return None
        from ttslog.questions._around import Around  # noqa: PLC0415 - loaded while helpers search

        hits = search.crew.hits()
        if not any(found.ranges for found in hits) and may_be_of_trace(self._wanted):
            # Kept pieces know the ids of requests alone, and this one may be another program's for one of them.
            hits = Crew(files, [search.needle]).hits()
        if sum(found.text_bytes for found in hits) < self._limits.whole_bytes:
            return None
        return Around(self._wanted, search, hits, self._logs, self._limits.margin).read()

    def _search(self, files: Sequence[LogFile]) -> IdSearch | None:
        if self._logs.cache and not self._logs.formats:
            from ttslog.index.lookup import look_up  # noqa: PLC0415 - the index, only where it may be asked

            return look_up(self._wanted, files, self._logs.zone)
        return search_for_id(self._wanted, files)
