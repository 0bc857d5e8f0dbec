"""Answers: what clients were answered, as the access lines of web servers and gateways say it, log by log.

Nothing is told of a request that never reached the service but by the gateway in front of it: 502 while no worker is
there, 504 when the gateway waits no longer, 499 when the client does not. These are counted here, and judge no request.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from ttslog.joins.access import is_synthesis
from ttslog.joins.blocks import ACCESS
from ttslog.outcome import HTTP_ERROR
from ttslog.parsers import Event
from ttslog.sources import rotation_key
from ttslog.windows import Span

NO_ANSWER = 0  # the status that gateways write of a client that was gone before there was one
_LOWEST, _HIGHEST = 100, 999
UNTIMED = -1  # stands for the time of a line that has none
_Place = tuple[int, str, int]  # time in UTC microseconds or UNTIMED, path, number of the line
_NOWHERE: _Place = (UNTIMED - 1, "", 0)


class Answered(msgspec.Struct):
    """The answers of one status.

    Attributes:
        count: access lines.
        first_us: the oldest of their times, UTC microseconds; None where no line has one.
        last_us: the newest.
        newest: where the newest line stands.
        request_id: on the newest line.
        untimed: lines without a time among them.
    """

    count: int = 0
    first_us: int | None = None
    last_us: int | None = None
    newest: _Place = _NOWHERE
    request_id: str | None = None
    untimed: int = 0

    def take(self, event: Event, path: str) -> None:
        """Count one access line."""
        time_us = event.time_us
        place = (UNTIMED if time_us is None else time_us, path, event.line)
        self.add(Answered(1, time_us, time_us, place, event.request_id, untimed=int(time_us is None)))

    def add(self, other: Answered) -> None:
        """Count what was counted elsewhere, of other lines."""
        self.count += other.count
        self.untimed += other.untimed
        self.first_us = min((time for time in (self.first_us, other.first_us) if time is not None), default=None)
        self.last_us = max((time for time in (self.last_us, other.last_us) if time is not None), default=None)
        if other.newest >= self.newest:
            self.newest, self.request_id = other.newest, other.request_id

    def placed(self, path: str, lines_before: int) -> Answered:
        """Return the answers of a file whose path, and what stands before it there, is known now."""
        time_us, _, line = self.newest
        return msgspec.structs.replace(self, newest=(time_us, path, line + lines_before))

    def reaches_into(self, span: Span) -> bool:
        """Return whether one of the lines may lie in a window."""
        if self.first_us is None or self.last_us is None:
            return span == Span()
        after = span.since_us is None or self.last_us >= span.since_us
        return after and (span.until_us is None or self.first_us < span.until_us)

    @property
    def source(self) -> str:
        """`file:line` of the newest."""
        _, path, line = self.newest
        return f"{path}:{line}"


class Answers:
    """The answers of a window, by log and HTTP status.

    Attributes:
        untimed: a window left out access lines that have no time.
    """

    def __init__(self) -> None:
        self.untimed = False
        self._by_status: dict[tuple[str, int], Answered] = {}
        self._logs: dict[str, str] = {}

    def take(self, event: Event, path: str) -> None:
        """Count an access line; one that is about no synthesis, or names no status, is left."""
        status = answered_status(event)
        if status is not None:
            self._of(path, status).take(event, path)

    def leave(self, event: Event) -> None:
        """Take note of an access line outside the window."""
        self.untimed = self.untimed or (event.time_us is None and answered_status(event) is not None)

    def add(self, path: str, status: int, answered: Answered) -> None:
        """Count the lines of one status that were counted of a file."""
        if answered.count:
            self._of(path, status).add(answered)

    def _of(self, path: str, status: int) -> Answered:
        log = self._logs.get(path) or self._logs.setdefault(path, rotation_key(Path(path)).log)
        return self._by_status.setdefault((log, status), Answered())

    def __iter__(self) -> Iterator[tuple[str, int, Answered]]:
        """Yield log, status and its answers, in the order of both."""
        for (log, status), answered in sorted(self._by_status.items(), key=lambda item: item[0]):
            yield log, status, answered

    def __len__(self) -> int:
        """Return the number of access lines."""
        return sum(answered.count for answered in self._by_status.values())


def answered_status(event: Event) -> int | None:
    """Return what an access line says that a synthesis was answered; None for any other line."""
    if event.name != ACCESS or not is_synthesis(event):
        return None
    status = event.count("http_status")
    return status if status == NO_ANSWER or _LOWEST <= (status or 0) <= _HIGHEST else None


def is_error(status: int) -> bool:
    """Return whether a client got no audio."""
    return status >= HTTP_ERROR or status == NO_ANSWER
