"""Lives: when requests that have an id ran, and where the log told of them last."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ttslog.parsers import Event

LONGEST_US = 600_000_000  # no synthesis takes longer: a request open since then was lost
_JUST_ENDED_LINES = 15_000  # fewer than a request stays open for its late lines (`ttslog.lifecycle`)


class Life(msgspec.Struct, gc=False):
    """One use of an id, as far as its start and its end were read.

    Attributes:
        start_us: UTC microseconds, None where it is not known.
        end_us: likewise.
        ended: its end was read, or that of its process.
        file: of the line that told of it last.
        line: likewise.
    """

    start_us: int | None = None
    end_us: int | None = None
    ended: bool = False
    file: int = 0
    line: int = 0

    def see(self, edge: Event, *, ends: bool) -> None:
        """Take note of a start or an end; a start that is later than the end begins another use."""
        self.file, self.line = edge.file, edge.line
        if ends:
            self.end_us, self.ended = edge.time_us, True
            return
        self.start_us = edge.time_us
        if self.ended and not _is_before(edge.time_us, self.end_us):
            self.end_us, self.ended = None, False

    def close(self, by: Event | None) -> None:
        """End it without an end of its own: its process starts anew, or the log ends."""
        self.ended = True
        self.end_us = None if by is None else by.time_us

    def is_near(self, event: Event, time_us: int | None) -> bool:
        """Return whether a line can be about it: while it is open, and for a while behind its end in the same file."""
        last_us = self.end_us if self.ended else self.start_us
        if time_us is not None and last_us is not None and abs(time_us - last_us) > LONGEST_US:
            return False
        return not self.ended or (self.file == event.file and event.line - self.line <= _JUST_ENDED_LINES)

    def runs_at(self, time_us: int | None) -> bool:
        """Return whether it ran at a time; of a line that tells none, whether it is open."""
        if not self.ended:
            return begins_within(self.start_us, time_us)
        return _is_before(self.start_us or 0, time_us) and _is_before(time_us, self.end_us)


def ran_then(lives: Mapping[str, Life], time_us: int | None) -> str | None:
    """Return the only request that ran at a time; where none did, the one that had ended last, if it had run alone.

    A line behind the ends of requests that ran side by side may be about any of them.
    """
    running = [request_id for request_id, life in lives.items() if life.runs_at(time_us)]
    if running:
        return running[0] if len(running) == 1 else None
    over = [one for one, life in lives.items() if life.ended and (time_us is None or _begun(life) <= time_us)]
    if not over:
        return None
    over.sort(key=lambda one: lives[one].end_us or 0)
    last = over.pop()
    ran_alone = all((lives[one].end_us or 0) <= _begun(lives[last]) for one in over)
    return last if ran_alone else None


def _begun(life: Life) -> int:
    """Return when a request began; of one whose start is not known no more is known than its end."""
    return (life.end_us if life.start_us is None else life.start_us) or 0


def begins_within(start_us: int | None, time_us: int | None) -> bool:
    """Return whether a request that began at one time can be open at another."""
    return start_us is None or time_us is None or start_us <= time_us <= start_us + LONGEST_US


def _is_before(earlier_us: int | None, later_us: int | None) -> bool:
    return earlier_us is not None and later_us is not None and earlier_us <= later_us
