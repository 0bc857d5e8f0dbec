"""Doubts: what the lines around a request leave open, because lines further away could change it.

A part of a log is joined as the whole is, but for what stood open before it began and for what comes behind it. All
of it is watched for here, so that an answer from a part is given only where the whole log would give the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from ttslog.joins.blocks import block_of
from ttslog.joins.joiner import ENDS_ALL, may_be_placed
from ttslog.joins.known import ALL_KEYS, KnownRequests
from ttslog.own_words import edge_of
from ttslog.parsers import Event

_NEAR = timedelta(hours=3)  # two hours of summer time at most, and one for lines out of order
_SECOND_US = 1_000_000


class Doubts:
    """Watches the events of a part, before and behind the join.

    Args:
        wanted: ids that begin so are asked for.
        logs: the log of each file.

    Attributes:
        by_place: a line without an id may be a wanted request's by its place.
        traces: trace ids by which some are, which earlier requests may have had too.
    """

    def __init__(self, wanted: str, logs: Sequence[str]) -> None:
        self._wanted = wanted
        self._logs = logs
        self._log: str | None = None
        self._known = KnownRequests()
        self._holders: dict[str, bool] = {}
        self._times_us: list[int] = []
        self._has_engine = False  # lines of one were seen in the log
        self.by_place = False
        self.traces: set[str] = set()

    def before_join(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on; note whether one without an id could be given to a wanted request by its place.

        That depends on which requests were open when the part began, unless another one is seen to be.
        """
        for event in events:
            if self._logs[event.file] != self._log:
                self._log = self._logs[event.file]
                self._known.close()
                self._has_engine = False
            if event.request_id is None:
                self._see_loose(event)
            elif self._has_engine and self._is_wanted(event):
                self.by_place |= edge_of(event) == "end" and not self._known.is_open(event)
            yield event

    def behind_join(self, events: Iterable[Event]) -> Iterator[Event]:
        """Pass events on; note the starts and ends of requests that have an id of their own, and their keys."""
        for event in events:
            if event.request_id is not None:
                self._see_owned(event)
            yield event

    def _see_loose(self, event: Event) -> None:
        self._has_engine = self._has_engine or block_of(event.format) is not None
        if event.name in ENDS_ALL:
            self._known.close(event)
        elif not self.by_place and may_be_placed(event):
            around = self._known.around(event)
            self.by_place = len(around) == 1 and self._is_wanted(around[0])

    def _see_owned(self, event: Event) -> None:
        wanted = self._is_wanted(event)
        if wanted and event.join == "trace_id":
            self.traces.add(event.fields["trace_id"])
        if wanted and event.time_us is not None and event.join == "request_id":
            self._times_us.append(event.time_us)
        edge = edge_of(event) if event.join == "request_id" else None
        if edge is not None:
            self._known.see(event, edge)
            self._holders.update((key, wanted) for name in ALL_KEYS if (key := event.text(name)))

    def _is_wanted(self, event: Event) -> bool:
        return event.request_id is not None and event.request_id.startswith(self._wanted)

    @property
    def is_open(self) -> bool:
        """True when a wanted request has begun and not ended: later lines can still come to it by their place."""
        anywhere = Event("end of the part")
        return any(self._is_wanted(start) for start in self._known.around(anywhere))

    @property
    def times(self) -> tuple[int, int] | None:
        """The oldest and the newest time of the lines that name a wanted request, UTC microseconds."""
        return (min(self._times_us), max(self._times_us)) if self._times_us else None

    @property
    def keys(self) -> list[str]:
        """Trace ids, connections and paths by which later lines without an id come to a wanted request."""
        return sorted({key for key, wanted in self._holders.items() if wanted} | self.traces)

    def depends_on_clock(self, zone: tzinfo) -> bool:
        """Return whether an hour comes twice near the request, so that earlier lines decide which one is meant."""
        if zone is UTC or not self._times_us:
            return False
        first, last = (datetime.fromtimestamp(at(self._times_us) / _SECOND_US, zone) for at in (min, max))
        moments = (first - _NEAR, first, last, last + _NEAR)
        return len({moment.astimezone(UTC).astimezone(zone).utcoffset() for moment in moments}) > 1
