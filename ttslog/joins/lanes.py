"""A lane: the requests of one engine in one log, told apart by the order of their lines and what else these show."""

from __future__ import annotations

from collections.abc import Callable

from ttslog.joins.blocks import OpenRequest
from ttslog.joins.evidence import the_one
from ttslog.joins.kept import Kept
from ttslog.joins.known import KnownRequests
from ttslog.parsers import Event
from ttslog.parsers._block import AUDIO_CHUNK, AUDIO_SAVED, MESSAGE, TEXT_SEGMENT, TOTALS, Block
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START, Reason

_MAX_OPEN = 64
_MAX_LINES = 2_000  # of one request; more than that is not one request
_MAX_RUN = 50
_BY_EVIDENCE = 0.7
_OVERTAKEN = 0.5
_LINES_MISSING = 0.6
_PIECES = frozenset({TEXT_SEGMENT, AUDIO_CHUNK})
_STALE_US = 600_000_000
_PATIENCE = 8  # ends of others


class Lane:
    """Collects the requests of one engine.

    A start while another request is open means one of two things: that one was lost, or both run. For an engine
    that works on one request at a time the answer waits (`_waiting`) until the next lines show it.

    Args:
        block: how the engine's lines hang together.
        make_id: gives a request that begins with an event its id.
        known: told of the keys of lines by which others may be known.

    Attributes:
        kept: the requests that are over and may yet be named.
    """

    def __init__(self, block: Block, make_id: Callable[[Event], str], known: KnownRequests) -> None:
        self.block = block
        self.open: list[OpenRequest] = []
        self.last: OpenRequest | None = None  # the one that ended last
        self.kept = Kept(known)
        self._make_id = make_id
        self._overlaps = block.overlaps
        self._waiting: OpenRequest | None = None
        self._run: list[Event] = []  # lines at the end of a request, nobody knows which
        self._last_of_run: Event | None = None
        self._owner: OpenRequest | None = None  # whose lines they turned out to be
        self._loose_ends = 0
        self._loose_failure = False

    def take(self, event: Event) -> list[Event]:
        """Take a line of the engine; return the lines that are done with."""
        if event.name == SYNTHESIS_START:
            return self._start(event)
        waiting = self._waiting
        if waiting is not None and event.name in self.block.after:
            return self.add(waiting, event) if waiting.may_have_written(event) else [event]
        if waiting is not None and event.name in self.block.opens:
            return self._begin_weakly(event)
        if waiting is not None and self.open and not self._overlaps and event.name != MESSAGE:
            return [*self._split(waiting), *self._take_loose(event)]
        if not self.open:
            return self._begin_weakly(event) if event.name in self.block.opens else self._late(event)
        if event.name in self.block.opens and self._begins_another(event):
            return self._begin_weakly(event)
        return self._take_own(event)

    @property
    def held(self) -> list[OpenRequest]:
        """The requests whose lines are held, for the next ones may tell more about them."""
        return [*self.kept.requests, *self.under_way]

    @property
    def under_way(self) -> list[OpenRequest]:
        """Those of them that are not over."""
        return [*self.open, *([self._waiting] if self._waiting else [])]

    @property
    def is_fresh(self) -> bool:
        """No request was told yet: what an engine writes while it loads its model leaves no trace."""
        return not self.held and self.last is None

    def is_between(self, event: Event) -> bool:
        """No request is under way, or none that the line can be of: it begins another."""
        if not self.under_way:
            return True
        if event.name == SYNTHESIS_START:
            return not self._lacks_start()
        if event.name not in self.block.opens:
            return False
        return self._waiting is not None or self._begins_another(event)

    @property
    def may_let_go(self) -> bool:
        """Lines are held that may yet turn out to be nobody's."""
        return bool(self._run or (self.open and self._waiting))

    @property
    def state(self) -> str:
        """Everything that the lines of the next file are told by: two lanes of the same state go on alike."""
        import hashlib  # noqa: PLC0415 - brings OpenSSL, and only who makes pieces asks

        counts = self._overlaps, self._loose_ends, self._loose_failure, self.kept.is_named
        told = self._memory, counts, [request.state for request in self.held]
        return hashlib.blake2b(repr(told).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()

    @property
    def _memory(self) -> tuple[str, int, bool, bool] | None:
        """What a late line depends on: the request that ended last, and what has come of it."""
        last = self.last
        return None if last is None else (last.request_id, len(last.events), last.has_access, last.ambiguous)

    @property
    def ended(self) -> OpenRequest | None:
        """The request that ended last; its lines may already be on their way."""
        return self._waiting or self.last

    @property
    def only(self) -> OpenRequest | None:
        """The only request that a line of another format can belong to: open, or ended and not yet saved."""
        if len(self.open) == 1 and self._waiting is None:
            return self.open[0]
        waiting = self._waiting
        if not self.open and waiting is not None and not waiting.has(AUDIO_SAVED):
            return waiting
        return None

    def finish(self, reason: Reason) -> list[Event]:
        """The log ends or the service starts anew: settle everything, what has no end stays without one."""
        done = [*self._give_up_run(), *self._settle_overtaken()]
        for request in self.open:
            request.reason = reason
        done.extend(self._close(list(self.open)))
        done.extend(self.kept.let_all_go())
        self.last = None
        return done

    def within(self, since_us: int, until_us: int) -> list[OpenRequest]:
        """Return the requests that ran within a time: of those that are over, else the one that is under way."""
        over = [request for request in self.kept.requests if request.ran_within(since_us, until_us)]
        if over or len(self.under_way) != 1:
            return over
        return [request for request in self.under_way if request.ran_within(since_us, until_us)]

    def leave_to_nobody(self, since_us: int, until_us: int) -> None:
        """Take the requests that ran within a time for parts of others, nobody knows of which."""
        for request in self.held:
            request.is_part |= request.ran_within(since_us, until_us)

    def give_away(self, request: OpenRequest, request_id: str, confidence: float) -> list[Event]:
        """Return the lines of a request that has turned out to be part of another, with the id of that."""
        if request not in self.under_way:
            return self.kept.name(request, request_id, confidence)
        self._forget(request)
        self.last = request
        return [*self.kept.let_older_go(), *self.kept.name(request, request_id, confidence)]

    def close_over(self) -> list[Event]:
        """Settle the requests of which nothing more is expected: something shows that a new one begins."""
        over = [number for number, request in enumerate(self.open) if request.is_over]
        lost = self._overtaken(over[-1]) if over else []
        return self._close([*lost, *(self.open[number] for number in over if self.open[number] not in lost)])

    def _start(self, event: Event) -> list[Event]:
        if self._lacks_start():
            self.open[0].add(event)
            return []
        done = [*self._give_up_run(), *self._settle_overtaken()]
        stale = [request for request in self.open if _is_stale(request, event)]
        return [*done, *self._close(stale), *self.close_over(), *self._begin(event)]

    def _lacks_start(self) -> bool:
        """A start belongs to the request that is open: a line that may open one came before it."""
        return len(self.open) == 1 and not self.open[0].begun and not self.open[0].is_over

    def _settle_overtaken(self) -> list[Event]:
        """Nothing came of the requests that another one overtook and outlived: they were lost."""
        lost = [] if self._waiting is None else self._overtaken(len(self.open))
        return [*self._settle_waiting(), *self._close(lost)]

    def _overtaken(self, before: int) -> list[OpenRequest]:
        """Return the requests that began before a later one, where only one can run at a time."""
        lost = [] if self._overlaps else self.open[:before]
        for request in lost:
            request.suspect(_OVERTAKEN)
        return lost

    def _begin(self, event: Event) -> list[Event]:
        self.open.append(OpenRequest(self._make_id(event), self.block, event))
        return self._close([self.open[0]]) if len(self.open) > _MAX_OPEN else []

    def _begin_weakly(self, event: Event) -> list[Event]:
        return [*self._settle_overtaken(), *self.close_over(), *self._begin(event)]

    def _begins_another(self, event: Event) -> bool:
        """A line that may open a request does so unless the open one has a start, or still waits for this line."""
        request = self.open[-1]
        if request.begun or len(self.open) > 1:
            return False
        return request.failed or (request.has(event.name) and not request.more_to_come and request.is_over)

    def _take_own(self, event: Event) -> list[Event]:
        if len(self.open) == 1:
            return self.add(self.open[0], event)
        if not self._overlaps:
            self.open[-1].suspect(_OVERTAKEN)
            return self.add(self.open[-1], event)
        return self._take_loose(event)

    def _take_loose(self, event: Event) -> list[Event]:
        """Take a line while several requests are open: the lines of an end stand together and are told together."""
        done = [] if self._follows_run(event) else self._give_up_run()
        self._run.append(event)
        found = self._owner if self._owner in self.open else the_one(self.open, event)
        if found is not None:
            lines = self._drop_run()
            self._owner = found if event.name == TOTALS or found is self._owner else None
            self._last_of_run = event
            for request in self.open:  # what is left for the others is told by the same evidence
                request.suspect(_BY_EVIDENCE)
            return [*done, *(ready for line in lines for ready in self.add(found, line))]
        if event.name == SYNTHESIS_COMPLETE:
            return [*done, *self._count_end(event)]
        if self.block.last_is_end is not None and event.name in _PIECES:
            self.doubt(failed=False)
        return [*done, *self._give_up_run()] if len(self._run) > _MAX_RUN else done

    def _follows_run(self, event: Event) -> bool:
        """The line stands right behind those that were taken last, and nobody else wrote in between."""
        before = self._last_of_run
        self._last_of_run = event
        follows = before is not None and (event.file, event.line) == (before.file, before.line + 1)
        if not follows:
            self._owner = None
        return follows

    def _count_end(self, event: Event) -> list[Event]:
        """As many ends as open requests: all of them ended, though nobody knows which end is whose."""
        done = self._give_up_run()
        self.doubt(failed=event.text("status") not in (None, "success"))
        self._loose_ends += 1
        self._note_end()
        if self._loose_ends < len(self.open):
            return done
        for request in self.open:
            request.counted_as_done = not self._loose_failure
        return [*done, *self._close(list(self.open))]

    def _note_end(self) -> None:
        for request in self.open:
            request.outlived_by += 1

    def doubt(self, *, failed: bool) -> None:
        """A line about the outcome of one of the open requests cannot be told to be any one's."""
        self._loose_failure |= failed
        for request in self.open:
            request.ambiguous = True

    def _split(self, waiting: OpenRequest) -> list[Event]:
        """A further line of the overtaken request: it was not lost, both ran at once, and their lines are mixed."""
        self._waiting = None
        self._overlaps = True
        first, *mixed = waiting.events
        reopened = OpenRequest(waiting.request_id, self.block, first)
        self.open.append(reopened)
        self.doubt(failed=False)
        self._loose_ends += 1
        return mixed

    def add(self, request: OpenRequest, event: Event) -> list[Event]:
        """Give a line to one of the open requests, or to one that ended."""
        if request is self.last:
            return self.kept.add(event, request)
        request.add(event)
        if event.name == SYNTHESIS_COMPLETE and request in self.open:
            return self._end(request)
        return self._close([request]) if len(request.events) >= _MAX_LINES else []

    def _end(self, request: OpenRequest) -> list[Event]:
        """An end line: settle, unless the lines behind it can still tell something."""
        must_wait = bool(self.block.after) or (bool(self.open[1:]) and not self._overlaps)
        done = self._settle_waiting()
        self._note_end()
        if not must_wait:
            return [*done, *self._close([request])]
        self.open.remove(request)
        self._waiting = request
        return done

    def _late(self, event: Event) -> list[Event]:
        """A line behind the end belongs to the request that ended last, any other to none that is known."""
        if self.last is not None and not self.last.ambiguous and event.name in self.block.after:
            return self.kept.add(event, self.last)
        return [event]

    def _close(self, requests: list[OpenRequest]) -> list[Event]:
        done = []
        for request in requests:
            self._forget(request)
            done.extend(self._settle(request))
        return done

    def _forget(self, request: OpenRequest) -> None:
        if request in self.open:
            self.open.remove(request)
        if request is self._waiting:
            self._waiting = None
        if not self.open:
            self._overlaps = self.block.overlaps
            self._loose_ends, self._loose_failure = 0, False

    def _settle_waiting(self) -> list[Event]:
        return self._close([self._waiting]) if self._waiting is not None else []

    def _settle(self, request: OpenRequest) -> list[Event]:
        self.last = request
        return self.kept.keep(request)

    def _give_up_run(self) -> list[Event]:
        """Let go of lines that nobody can tell whose they are."""
        if self._run:
            for request in self.open:
                request.suspect(_LINES_MISSING)
        return self._drop_run()

    def _drop_run(self) -> list[Event]:
        lines, self._run = self._run, []
        return lines


def _is_stale(request: OpenRequest, event: Event) -> bool:
    """A request is lost that is open for longer than any synthesis takes, or that many later ones have outlived."""
    if request.outlived_by > _PATIENCE:
        return True
    began = request.events[0].time_us
    return began is not None and event.time_us is not None and event.time_us - began > _STALE_US
