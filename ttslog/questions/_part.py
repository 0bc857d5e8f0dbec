"""A part of some logs: the requests on the lines around hits, and what other lines could change of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ttslog.balance import Reading
from ttslog.finding import Hits, LineRange, Surroundings
from ttslog.finding.parts import Parts
from ttslog.joins import join
from ttslog.joins.across import join_across
from ttslog.joins.blocks import ACCESS
from ttslog.lifecycle import Lifecycle, Request
from ttslog.logs import Logs
from ttslog.own_words import begins
from ttslog.parsers import Event
from ttslog.questions._doubts import Doubts
from ttslog.reading import LinesRead
from ttslog.sources import LogFile, rotation_key


class Part:
    """What was read of some logs: the requests around the wanted ones, and those of the files' beginnings.

    Args:
        wanted: the beginning of the wanted ids.
        files: as listed.
        hits: of each of them, after the search.
        logs: that they are of.
    """

    def __init__(self, wanted: str, files: Sequence[LogFile], hits: Sequence[Hits], logs: Logs) -> None:
        names = [rotation_key(file.path).log for file in files]
        self._wanted = wanted
        self._zone = logs.zone
        self._parts = Parts(files, hits, logs.zone, logs.formats)
        self.reading: Reading = self._parts.reading
        self.doubts = Doubts(wanted, names)
        self._several_logs = len(set(names)) > 1
        self._has_access = False
        self.around: list[Request] = []
        self.heads: list[Request] = []

    def read(self, around: Surroundings) -> None:
        """Read the lines around the hits, and the beginnings of other files."""
        events = self._parts.read(around.ranges, around.first_hits)
        joined = self.doubts.behind_join(join(self.doubts.before_join(events), self._paths))
        read = self._parts.as_if_all(around.ranges)
        self.around = self._requests(join_across(joined, read) if self._several_logs else joined, read)
        if not around.from_start:
            self.around = [request for request in self.around if self._is_whole(request)]
        self.read_heads(around.ranges)

    def read_heads(self, but: Mapping[int, LineRange]) -> None:
        """Read the beginnings of files, but of those of which a part is read."""
        for events in self._parts.heads(but):
            self.heads.extend(self._requests(join(events, self._paths), self.reading))

    @property
    def _paths(self) -> list[str]:
        return [file.path for file in self.reading.files]

    def _requests(self, events: Iterable[Event], read: Reading) -> list[Request]:
        lifecycle = Lifecycle(self._note_access(events), self.reading, keep_events=lambda _: True, judge=False)
        lifecycle.lines_read = LinesRead(read)
        return [request for request in lifecycle if not request.is_answer or self._is_wanted(request)]

    def _note_access(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            self._has_access = self._has_access or event.name == ACCESS
            yield event

    def _is_wanted(self, request: Request) -> bool:
        return request.request_id.startswith(self._wanted)

    def _is_whole(self, request: Request) -> bool:
        """Return whether a request did not begin before the lines read; of the wanted ones it is known."""
        return self._is_wanted(request) or any(map(begins, request.events))

    @property
    def unended(self) -> list[Request]:
        """The wanted requests that have no end: why is told by what became of their processes until the log ends.

        What only a web server wrote about has no process, and no end to wait for.
        """
        wanted = [request for request in self.around if self._is_wanted(request) and not request.is_answer]
        return [request for request in wanted if request.status == "incomplete"]

    @property
    def is_beside_access(self) -> bool:
        """True when an access line of one log may be about a request of another."""
        return self._several_logs and self._has_access

    def may_go_on(self, around: Surroundings) -> bool:
        """Return whether lines further away, or what stood open before, could change whose a line is by its place."""
        return (self.doubts.by_place and not around.from_start) or (self.doubts.is_open and not around.to_end)

    @property
    def depends_on_clock(self) -> bool:
        """True when an hour comes twice near a wanted request, so that earlier lines decide which one is meant."""
        return self.doubts.depends_on_clock(self._zone)
