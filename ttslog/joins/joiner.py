"""The joiner: asks one rule after the other about a line without an id, and keeps what is open in one log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from ttslog.joins.access import is_synthesis, may_be_next, may_be_of
from ttslog.joins.blocks import ACCESS, EXCEPTION, PROGRESS, OpenRequest, block_of, is_failure
from ttslog.joins.known import KnownRequests
from ttslog.joins.lanes import Lane
from ttslog.joins.stats import StatsRecords
from ttslog.joins.workers import Worker, may_be_one, worker_of
from ttslog.parsers import Event
from ttslog.parsers._block import Block
from ttslog.parsers.vllm import STATS_LINE
from ttslog.schema import CACHE_HEALTH, SERVICE_START, SERVICE_STOP, WORKER_KILLED, Reason
from ttslog.sources import rotation_key

_PROCESS_ENDED = "process_ended"
_ENDS_ALL = frozenset({SERVICE_START, SERVICE_STOP, _PROCESS_ENDED})
_NOBODYS = frozenset({CACHE_HEALTH, WORKER_KILLED})
_LOUD = frozenset({"warning", "error", "critical"})
_SAME_LOGGER = 0.7
_OTHER_LOGGER = 0.6
_ACCESS = 0.7
_MAX_ACCESSES = 64
_MAX_LANES = 64


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

    def see(self, event: Event) -> Iterator[Event]:
        """Take note of a start or an end that has an id; yield the lines that it shows to be done with."""
        if event.file != self._file:
            yield from self._enter(event.file)
        self._known.see(event)

    def take(self, event: Event) -> Iterator[Event]:
        """Take a line without an id; yield the lines that are done with."""
        if event.file != self._file:
            yield from self._enter(event.file)
        if event.name in _ENDS_ALL:
            yield from self._restart(event)
        elif event.name == STATS_LINE:
            yield from self._release_stats(self._stats.take(event))
        elif self._known.give(event):
            yield event
        elif event.name == ACCESS:
            yield from self._take_access(event)
        elif (block := block_of(event.format)) is not None:
            if len(self._lanes) > _MAX_LANES:
                yield from self._end_oldest_lane()
            yield from self._take_own(event, self._lane(event, block))
        else:
            yield from self._take_foreign(event)

    def finish(self) -> Iterator[Event]:
        """Yield what is still held: the log ends, or its service starts anew."""
        yield from self._stats.finish()
        yield from self._drop_accesses()
        for lane in self._lanes.values():
            yield from self._release(lane.finish("log_ended"))
        self._known.close()

    def _restart(self, event: Event) -> Iterator[Event]:
        """A process comes up or goes down: what it had open is closed."""
        yield from self._drop_accesses()
        reason: Reason = "killed" if event.name == _PROCESS_ENDED else "restarted"
        for lane in self._lanes_of(event):
            yield from self._release(lane.finish(reason))
        self._known.close(event)
        yield event

    def _enter(self, file: int) -> Iterator[Event]:
        """A file of the same rotated set goes on where the one before it ended."""
        self._file = file
        log = rotation_key(Path(self._paths[file])).log if file < len(self._paths) else str(file)
        if log != self._log:
            self._log = log
            yield from self.finish()
            self._lanes.clear()

    def _lane(self, event: Event, block: Block) -> Lane:
        key = (event.format, worker_of(event))
        if key not in self._lanes:
            self._lanes[key] = Lane(block, self._make_id)
        return self._lanes[key]

    def _end_oldest_lane(self) -> list[Event]:
        """Processes come and go; one that began many others ago has nothing more to say."""
        return self._release(self._lanes.pop(next(iter(self._lanes))).finish("unknown"))

    def _make_id(self, event: Event) -> str:
        name = self._names[event.file] if event.file < len(self._names) else str(event.file)
        return f"{event.format}:{name}:{event.line}"

    def _release(self, events: list[Event]) -> list[Event]:
        """Let lines of lanes go: the keys of those that have an id are kept for those that have none."""
        for event in events:
            if event.request_id is None:
                self._known.give_by_path(event)
            elif event.name != ACCESS:
                self._known.remember(event)
        return events

    def _release_stats(self, events: list[Event]) -> list[Event]:
        for event in events:
            self._known.see(event)
        return events

    def _take_own(self, event: Event, lane: Lane) -> Iterator[Event]:
        """Take a line of an engine; the one access line that came before its request began is that request's."""
        if self._accesses and event.name in lane.block.opens:
            yield from self._release(lane.close_over())
        known = set(map(id, lane.open))
        yield from self._release(lane.take(event))
        if not self._accesses or not lane.open or id(lane.open[-1]) in known:
            return
        request, accesses = lane.open[-1], self._drop_accesses()
        if len(accesses) == 1 and may_be_of(accesses[0], request):
            request.begun = True
            yield from self._give_access(accesses[0], lane, request)
        else:
            yield from accesses

    def _take_foreign(self, event: Event) -> Iterator[Event]:
        """Take a line of a format that is no engine's: it belongs to the only request that is open around it."""
        loud = event.level in _LOUD or event.name in (EXCEPTION, PROGRESS)
        if not loud or event.name in _NOBODYS:
            yield event
            return
        lanes, starts = self._busy_lanes(event), self._known.around(event)
        only = lanes[0].only if len(lanes) == 1 and not starts else None
        if only is not None:
            event.confidence = _OTHER_LOGGER
            yield from self._release(lanes[0].add(only, event))
            return
        if not lanes and len(starts) == 1:
            _give_to(starts[0], event)
        elif is_failure(event):
            for lane in lanes:
                lane.doubt(failed=True)
        yield event

    def _lanes_of(self, event: Event) -> list[Lane]:
        worker = worker_of(event)
        return [lane for (_, other), lane in self._lanes.items() if may_be_one(worker, other)]

    def _busy_lanes(self, event: Event) -> list[Lane]:
        return [lane for lane in self._lanes_of(event) if lane.open or lane.only is not None]

    def _take_access(self, event: Event) -> Iterator[Event]:
        """Take an access line: of the request that is open, else of the one that ended last, else of the next."""
        if not is_synthesis(event):
            yield event
            return
        lanes, starts = self._busy_lanes(event), self._known.around(event)
        only = lanes[0].only if len(lanes) == 1 and not starts else None
        last = None if lanes or starts else self._ended_last(event)
        if only is not None and may_be_of(event, only):
            yield from self._give_access(event, lanes[0], only)
        elif last is not None:
            yield from self._give_access(event, *last)
        elif may_be_next(event) and len(self._accesses) < _MAX_ACCESSES:
            self._accesses.append(event)
        else:
            yield event

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
