"""Opened: logs that are being read, from their lines to their requests, and what is said where there are none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ttslog.errors import NothingInWindow, NothingRead
from ttslog.joins import join
from ttslog.joins.across import join_across
from ttslog.large import is_large
from ttslog.lifecycle import Lifecycle, Request
from ttslog.parsers import Event
from ttslog.plain import PlainLines, Taker
from ttslog.reading import FileReading, Reading, scan
from ttslog.sources import rotation_key
from ttslog.times import rfc3339
from ttslog.windows import Span, Window

if TYPE_CHECKING:
    from ttslog.logs import Logs


class OpenLogs:
    """Logs that are being read: the window resolved, and the balance of what was read so far."""

    def __init__(self, logs: Logs, span: Span) -> None:
        self.span = span
        self._window = logs.window
        self._scan = scan(logs.paths, zone=logs.zone, formats=logs.formats, span=span)
        self.reading: Reading = self._scan.reading
        self._lifecycle = Lifecycle((), self.reading)

    def requests(
        self,
        *,
        keep_events: Callable[[str], bool] | None = None,
        watch: Callable[[Event], None] = lambda _: None,
        plain: Taker | None = None,
        brief: bool = False,
    ) -> Iterator[Request]:
        """Yield the requests of the window. Iterate once; `ensure_found` then says whether there was anything.

        Args:
            keep_events: ids whose requests keep their events. Where any may, access lines are joined to requests of
                other logs though these are large.
            watch: called with every event that belongs to no request, and every access line, of the window or not.
            plain: gets the requests that need no judgement, of the window or not; they are not yielded then.
            brief: others that succeeded are told in brief.
        """
        keep = keep_events or _nothing
        logs = [rotation_key(Path(file.path)).log for file in self.reading.files]
        several = len(set(logs)) > 1
        across = several and (keep_events is not None or not is_large(self._scan.files))
        events = self._joined(plain, watch, across=across)
        self._lifecycle = Lifecycle(events, self.reading, keep_events=keep, watch=watch, brief=brief)
        self._lifecycle.log_of = logs.__getitem__ if several and not across else None
        for request in self._lifecycle:
            if self.span.holds(request.time_us) and (not request.is_answer or keep(request.request_id)):
                yield request

    def _joined(self, taker: Taker | None, watch: Callable[[Event], None], *, across: bool) -> Iterator[Event]:
        """Yield the events, each with the id that the log allows to give it, across several logs or in each alone."""
        if taker is None:
            joined = join(self._scan)
            yield from join_across(joined, self.reading) if across else joined
            return
        lines = PlainLines(taker, self._lifecycle.remember, watch, tell_ends=across)
        joined = join(self._scan.through(lines.read), [file.path for file in self.reading.files])
        yield from join_across(joined, self.reading, lines.recall) if across else joined
        lines.finish()
        self._lifecycle.processes.merge(taker.processes())

    def ensure_found(self, *, found: bool) -> None:
        """Raise when there is no answer to give, saying what was met instead.

        Raises:
            NothingRead: no line was a record of a log.
            NothingInWindow: there are records, but `found` says that none lies in the window.
        """
        ensure_found(self.reading, self._window, found=found)


def _nothing(_request_id: str) -> bool:
    return False


def ensure_found(reading: Reading, window: Window, *, found: bool) -> None:
    """Raise when a reading has no answer to give, saying what was met instead.

    Raises:
        NothingRead: no line was a record of a log.
        NothingInWindow: there are records, but `found` says that none lies in the window.
    """
    if not reading.total("events"):
        raise NothingRead(_nothing_read(reading))
    if not found and not window.is_open:
        raise NothingInWindow(_nothing_in_window(reading))


def _nothing_read(reading: Reading) -> str:
    unread = [f"{file.path} ({_why_unread(file)})" for file in reading.files if not file.lines][:3]
    if reading.total("bad"):
        found = f"{reading.total('bad')} lines, none of a known format: `ttslog formats --explain` shows them"
    else:
        found = f"nothing to read: {', '.join(unread)}" if unread else "nothing to read"
    return f"no log record in {len(reading.files)} files; {found}"


def _why_unread(file: FileReading) -> str:
    return file.note or next((damage.detail for damage in file.damage), file.state)


def _nothing_in_window(reading: Reading) -> str:
    """Say that the window is empty, where the log ends, and how to ask from there."""
    newest = rfc3339(reading.newest_us)
    if newest is None:
        return "nothing in this window: no record of this log has a time; leave out --since and --until"
    return f"nothing in this window: the newest record is of {newest}; `--since end-1h` counts from there"
