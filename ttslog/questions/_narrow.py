"""A narrow reading: all files searched for an id as bytes, and only the lines around it parsed.

It gives the requests of that id exactly as a full parse does, or says that it cannot. Requests beside them are those
of the lines around, and what is usual for a stage is told from these and from the beginnings of up to 20 files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import tzinfo

import msgspec

from ttslog.balance import Reading
from ttslog.finding import (
    Crew,
    Hits,
    IdSearch,
    LineRange,
    Needle,
    Surroundings,
    lines_around,
    search_for_id,
    text_needle,
)
from ttslog.finding.parts import Parts
from ttslog.joins import join
from ttslog.joins.blocks import ACCESS
from ttslog.lifecycle import Lifecycle, Request
from ttslog.logs import Logs
from ttslog.parsers import Event
from ttslog.questions._doubts import Doubts
from ttslog.schema import SYNTHESIS_START
from ttslog.sources import LogFile, rotation_key

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
        names = [rotation_key(file.path).log for file in files]
        lines = sum(found.lines for found in hits)
        for _ in range(_ROUNDS):
            part = Part(self._wanted, Parts(files, hits, self._logs.zone, self._logs.formats), names)
            around = lines_around(hits, names, self._limits.margin)
            if around is None:
                part.read_heads({})
                return part
            if around.lines * 2 > lines:
                return None
            part.read(around)
            keys = [text_needle(key) for key in part.doubts.keys]
            if part.is_doubtful(around, self._logs.zone) or None in keys:
                return None
            further = [key for key in keys if key is not None and needle.literal not in key.literal]
            if not further or not _add(hits, Crew(files, further).hits(), around):
                return part
        return None


class Part:
    """What was read of some logs: the requests around the wanted ones, and those of the files' beginnings.

    Args:
        wanted: the beginning of the wanted ids.
        parts: opened, nothing read.
        names: the log of each file.
    """

    def __init__(self, wanted: str, parts: Parts, names: Sequence[str]) -> None:
        self._wanted = wanted
        self._parts = parts
        self.reading: Reading = parts.reading
        self.doubts = Doubts(wanted, names)
        self._several_logs = len(set(names)) > 1
        self._has_access = False
        self.around: list[Request] = []
        self.heads: list[Request] = []

    def read(self, around: Surroundings) -> None:
        """Read the lines around the hits, and the beginnings of other files."""
        events = self._parts.read(around.ranges, around.first_hit)
        self.around = self._requests(self.doubts.behind_join(join(self.doubts.before_join(events), self._paths)))
        if not around.from_start:
            self.around = [request for request in self.around if self._is_whole(request)]
        self.read_heads(around.ranges)

    def read_heads(self, but: Mapping[int, LineRange]) -> None:
        """Read the beginnings of files, but of those of which a part is read."""
        for events in self._parts.heads(but):
            self.heads.extend(self._requests(join(events, self._paths)))

    @property
    def _paths(self) -> list[str]:
        return [file.path for file in self.reading.files]

    def _requests(self, events: Iterable[Event]) -> list[Request]:
        return list(Lifecycle(self._note_access(events), self.reading, keep_events=lambda _: True))

    def _note_access(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            self._has_access = self._has_access or event.name == ACCESS
            yield event

    def _is_wanted(self, request: Request) -> bool:
        return request.request_id.startswith(self._wanted)

    def _is_whole(self, request: Request) -> bool:
        """Return whether a request did not begin before the lines read; of the wanted ones it is known."""
        return self._is_wanted(request) or any(event.name == SYNTHESIS_START for event in request.events)

    def is_doubtful(self, around: Surroundings, zone: tzinfo) -> bool:
        """Return whether lines that were not read could change what is said of a wanted request."""
        unended = any(request.status == "incomplete" for request in self.around if self._is_wanted(request))
        return (
            (self._several_logs and self._has_access)  # an access line of one may be about a request of the other
            or unended  # why is told by what its process did until the log ends
            or (self.doubts.by_place and not around.from_start)
            or (self.doubts.is_open and not around.to_end)
            or self.doubts.depends_on_clock(zone)
        )


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
