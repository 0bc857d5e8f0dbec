"""The joiner: asks one rule after the other about a line without an id, and keeps what is open in one log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from ttslog.joins.access import is_synthesis, may_be_next, may_be_of
from ttslog.joins.blocks import ACCESS, EXCEPTION, PROGRESS, OpenRequest, as_part, block_of, is_failure
from ttslog.joins.known import LONGEST_US, KnownRequests
from ttslog.joins.lanes import Lane
from ttslog.joins.named import LOUD
from ttslog.joins.stats import StatsRecords
from ttslog.joins.workers import Worker, may_be_one, worker_of
from ttslog.own_words import Edge, edge_of
from ttslog.parsers import Event
from ttslog.parsers._block import STATS_LINE, Block
from ttslog.parsers.systemd import UNIT_FAILED, UNIT_NOTE
from ttslog.schema import (
    CACHE_HEALTH,
    SERVICE_START,
    SERVICE_STOP,
    WORKER_KILLED,
    Reason,
)
from ttslog.sources import rotation_key

_PROCESS_ENDED = "process_ended"
ENDS_ALL = frozenset({SERVICE_START, SERVICE_STOP, _PROCESS_ENDED})
_NOBODYS = frozenset({CACHE_HEALTH, WORKER_KILLED, UNIT_FAILED, UNIT_NOTE})
_OTHER_CALL = "call_id"
_SAME_LOGGER = 0.7
_OTHER_LOGGER = 0.6
_ACCESS = 0.7
_OFF_US = 1_000_000  # times of whole seconds are that far off
_MAX_ACCESSES = 64
_MAX_LANES = 64


class Carried(msgspec.Struct, frozen=True):
    """What the lines that follow may depend on, as plain values: two joiners that carry the same go on alike.

    Attributes:
        holds: lines are held that may turn out to be of no request.
        accesses: access lines are held that may be of a request to come.
        lanes: the state of each engine's lane, but of those that have seen no request.
        held: ids of the requests whose lines are held.
        open: id and start (UTC microseconds) of the requests with an id that have not ended.
    """

    holds: bool
    accesses: bool
    lanes: list[str]
    held: list[str]
    open: list[tuple[str, int | None]]


class Joiner:
    """Everything that is open in one log; a log is a file with its rotated ones.

    Args:
        paths: of the files, by number.
    """

    def __init__(self, paths: Sequence[str]) -> None:
        self._paths = paths
        self._names = _short_names(paths)
        self._file = -1
        self._log = ""
        self._lanes: dict[tuple[str, Worker], Lane] = {}
        self._known = KnownRequests()
        self._stats = StatsRecords()
        self._accesses: list[Event] = []  # about syntheses that have not begun yet

    def see(self, event: Event, edge: Edge) -> list[Event]:
        """Take note of a start or an end that has an id; return the lines that it shows to be done with."""
        done = self._enter(event.file) if event.file > self._file else []  # what is called back later leaves no file
        if self.may_claim(event, edge):
            done += self._claim(event)
        self._known.see(event, edge)
        return done

    def may_claim(self, event: Event, edge: Edge | None) -> bool:
        """Return whether a line that has an id may be a whole request, and an engine's lines its own."""
        return edge == "end" and bool(self._lanes) and not self._known.was_told(event)

    def _claim(self, whole: Event) -> list[Event]:
        """Take the end of a request that is one line; return the lines of the only engine's request within its time.

        Where there are several, nobody can tell which are its own, and all are parts of requests that have an id.
        """
        took = _time_of_whole(whole)
        if took is None or whole.request_id is None:
            return []
        within: list[tuple[Lane, OpenRequest]] = []
        for lane in self._lanes_of(whole):
            lane.kept.is_named = not lane.is_fresh
            within += [(lane, request) for request in lane.within(*took)]
        if len(within) == 1:
            lane, request = within[0]
            return self._release(lane.give_away(request, whole.request_id, _OTHER_LOGGER))
        for lane, _ in within:
            lane.leave_to_nobody(*took)
        return []

    def take(self, event: Event) -> list[Event]:
        """Take a line without an id; return the lines that are done with."""
        if event.file != self._file:
            return [*self._enter(event.file), *self._take(event)]
        return self._take(event)

    def _take(self, event: Event) -> list[Event]:
        if event.name in ENDS_ALL:
            return self._restart(event)
        if event.name == STATS_LINE:
            return self._release_stats(self._stats.take(event))
        known = self._known
        if known.give(event) or (_may_be_told(event) and known.give_named(event)) or known.give_trace(event):
            return self._beside_its_request(event)
        if event.name == ACCESS:
            return self._take_access(event)
        block = block_of(event.format)
        return self._take_foreign(event) if block is None else self._take_of_engine(event, block)

    def carried(self) -> Carried:
        """Return what the lines that follow may depend on, but for the keys by which lines are known."""
        return Carried(
            holds=self._stats.holds or any(lane.may_let_go for lane in self._lanes.values()),
            accesses=bool(self._accesses),
            lanes=sorted(f"{key} {lane.state}" for key, lane in self._lanes.items() if not lane.is_fresh),
            held=sorted(request.request_id for lane in self._lanes.values() for request in lane.held),
            open=self._known.open,
        )

    def finish(self) -> list[Event]:
        """Return what is still held: the log ends, or its service starts anew."""
        done = [*self._stats.finish(), *self._drop_accesses(), *self._finish(self._lanes.values(), "log_ended")]
        self._known.close()
        return done

    def _finish(self, lanes: Iterable[Lane], reason: Reason) -> list[Event]:
        return [event for lane in lanes for event in self._release(lane.finish(reason))]

    def _restart(self, event: Event) -> list[Event]:
        """A process comes up or goes down: what it had open is closed."""
        by_force = event.name == _PROCESS_ENDED or event.level == "critical"
        reason: Reason = "killed" if by_force else "restarted"
        done = [*self._drop_accesses(), *self._finish(self._lanes_of(event), reason), event]
        self._known.close(event)
        return done

    def _enter(self, file: int) -> list[Event]:
        """A file of the same rotated set goes on where the one before it ended."""
        self._file = file
        log = rotation_key(Path(self._paths[file])).log if file < len(self._paths) else str(file)
        if log == self._log:
            return []
        self._log = log
        done = self.finish()
        self._lanes.clear()
        return done

    def _take_of_engine(self, event: Event, block: Block) -> list[Event]:
        """Take a line of an engine: of the only request with an id that is open around it, else of its lane.

        Where several are open it is one of theirs, and nobody can tell of which. What the lane told before, as of a
        warm-up, is over then: nothing that follows can be of it.
        """
        done = self._end_oldest_lane() if len(self._lanes) > _MAX_LANES else []
        lane = self._lane(event, block)
        starts = self._known.around(event) if lane.is_between(event) else ()
        if starts:
            done += [] if lane.is_fresh else self._release(lane.finish("unknown"))
            if len(starts) == 1:
                _give_to(starts[0], event)
            else:
                self._known.give_by_path(event)
            return [*done, as_part(event)]
        taken = self._take_first(event, lane) if self._accesses else self._release(lane.take(event))
        return [*done, *taken] if done else taken

    def _lane(self, event: Event, block: Block) -> Lane:
        key = (event.format, worker_of(event))
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane(block, self._make_id, self._known)
        return lane

    def _end_oldest_lane(self) -> list[Event]:
        """Processes come and go; one that began many others ago has nothing more to say."""
        return self._release(self._lanes.pop(next(iter(self._lanes))).finish("unknown"))

    def _make_id(self, event: Event) -> str:
        name = self._names[event.file] if event.file < len(self._names) else str(event.file)
        return f"{event.format}:{name}:{event.line}"

    def _beside_its_request(self, event: Event) -> list[Event]:
        """Return a line that a key has given its id; one of a request whose lines are kept is kept with them."""
        for lane in self._lanes.values():
            for request in lane.kept.requests:
                if request.request_id == event.request_id:
                    request.late.append(event)
                    return []
        return [event]

    def _release(self, events: list[Event]) -> list[Event]:
        """Let lines of lanes go: the keys of those that have an id are kept for those that have none."""
        for event in events:
            if event.request_id is None:
                self._known.give_by_path(event)
            else:
                self._known.remember(event)
        return events

    def _release_stats(self, events: list[Event]) -> list[Event]:
        for event in events:
            self._known.see(event, edge_of(event))
        return events

    def _take_first(self, event: Event, lane: Lane) -> list[Event]:
        """Take a line of an engine; the one access line that came before its request began is that request's."""
        done = self._release(lane.close_over()) if event.name in lane.block.opens else []
        known = set(map(id, lane.open))
        done = [*done, *self._release(lane.take(event))]
        if not lane.open or id(lane.open[-1]) in known:
            return done
        request, accesses = lane.open[-1], self._drop_accesses()
        if len(accesses) != 1 or not may_be_of(accesses[0], request):
            return [*done, *accesses]
        request.begun = True
        return [*done, *self._give_access(accesses[0], lane, request)]

    def _take_foreign(self, event: Event) -> list[Event]:
        """Take a line of a format that is no engine's: it belongs to the only request that is open around it."""
        if not _may_be_told(event):
            return [event]
        lanes, starts = self._busy_lanes(event), self._known.around(event)
        only = lanes[0].only if len(lanes) == 1 and not starts else None
        if only is not None:
            event.confidence = _OTHER_LOGGER
            return self._release(lanes[0].add(only, event))
        if not lanes and len(starts) == 1:
            _give_to(starts[0], event)
        elif is_failure(event):
            for lane in lanes:
                lane.doubt(failed=True)
        return [event]

    def _lanes_of(self, event: Event) -> list[Lane]:
        if not self._lanes:
            return []
        worker = worker_of(event)
        return [lane for (_, other), lane in self._lanes.items() if may_be_one(worker, other)]

    def _busy_lanes(self, event: Event) -> list[Lane]:
        return [lane for lane in self._lanes_of(event) if lane.open or lane.only is not None]

    def _take_access(self, event: Event) -> list[Event]:
        """Take an access line: of the request that is open, else of the one that ended last, else of the next."""
        if not is_synthesis(event):
            return [event]
        lanes, starts = self._busy_lanes(event), self._known.around(event)
        only = lanes[0].only if len(lanes) == 1 and not starts else None
        last = None if lanes or starts else self._ended_last(event)
        if only is not None and may_be_of(event, only):
            return self._give_access(event, lanes[0], only)
        if last is not None:
            return self._give_access(event, *last)
        if not may_be_next(event) or len(self._accesses) >= _MAX_ACCESSES:
            return [event]
        self._accesses.append(event)
        return []

    def _give_access(self, access: Event, lane: Lane, request: OpenRequest) -> list[Event]:
        request.has_access = True
        access.confidence = _ACCESS
        return self._release(lane.add(request, access))

    def _ended_last(self, event: Event) -> tuple[Lane, OpenRequest] | None:
        """The only request that ended and has no access line yet."""
        ended = [
            (lane, lane.ended)
            for lane in self._lanes_of(event)
            if lane.ended is not None and may_be_of(event, lane.ended)
        ]
        return ended[0] if len(ended) == 1 else None

    def _drop_accesses(self) -> list[Event]:
        waiting, self._accesses = self._accesses, []
        return waiting


def may_be_placed(event: Event) -> bool:
    """Return whether a line can be one of the request with an id that it stands in: an engine's, or a loud one."""
    if block_of(event.format) is not None:
        return True
    loud = event.level in LOUD or event.name in (EXCEPTION, PROGRESS)
    return loud and event.name not in _NOBODYS


def _may_be_told(event: Event) -> bool:
    """Return whether a line can be told to be a request's by its place, or by what it says."""
    return may_be_placed(event) and _OTHER_CALL not in event.fields


def _time_of_whole(end: Event) -> tuple[int, int] | None:
    """Return when a request began and ended that is told by its end alone, UTC microseconds; lines may be a bit off."""
    took_ms = end.quantity("duration_ms")
    if end.time_us is None or took_ms is None or took_ms * 1000 > LONGEST_US:
        return None
    return end.time_us - round(took_ms * 1000) - _OFF_US, end.time_us + _OFF_US


def _give_to(start: Event, event: Event) -> None:
    """Give a line the id of the only request that is open around it."""
    same = event.fields.get("logger") == start.fields.get("logger")
    event.request_id, event.join = start.request_id, "serial"
    event.confidence = _SAME_LOGGER if same else _OTHER_LOGGER


def _short_names(paths: Sequence[str]) -> list[str]:
    """Return the files' names without their folders, with them where two are alike."""
    names = [Path(path).name for path in paths]
    count = Counter(names)
    return [name if count[name] == 1 else path for name, path in zip(names, paths, strict=True)]
