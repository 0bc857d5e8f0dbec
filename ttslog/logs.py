"""Logs: what to look at and how; the first argument of every question, and the one way from there to requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

import msgspec

from ttslog.outside import mark_outside
from ttslog.parsers import Format
from ttslog.reading import newest_us
from ttslog.sources import LogFile, list_files
from ttslog.windows import Span, Window

if TYPE_CHECKING:
    from ttslog.opened import OpenLogs

_EVERYTHING = Window()


class Logs(msgspec.Struct, frozen=True):
    """What to look at.

    Attributes:
        paths: files, directories, globs, `-`.
        window: requests count that ended (or, without an end, were last seen) inside it.
        zone: the zone of times that are written without one.
        formats: the user's own formats by name, beside those of the package.
        cache: keep what was read of large logs for the next question (`ttslog.index`).
        progress: called with the bytes done and the bytes in all while large logs are read.
        unkept: called with the folder, and why, where what was read could not be kept; the answer comes all the same.
    """

    paths: tuple[str, ...]
    window: Window = _EVERYTHING
    zone: tzinfo = UTC
    formats: Mapping[str, Format] | None = None
    cache: bool = True
    progress: Callable[[int, int], None] | None = None
    unkept: Callable[[str, str], None] | None = None

    def open(self) -> OpenLogs:
        """Open the logs, to be read once.

        Raises:
            NoSuchPath: a path names nothing.
            NothingRead: the paths hold no file at all.
            UsageError: the window is the wrong way round, or counts from the end of standard input.
        """
        from ttslog.opened import OpenLogs  # noqa: PLC0415 - a search begins without

        return OpenLogs(self, self.span())

    def span(self) -> Span:
        """Return the window in UTC microseconds; where it counts from the newest record, that is looked for.

        Raises:
            NoSuchPath, UsageError: as `open`.
        """
        newest = newest_us(self.paths, self.zone, self.formats) if self.window.needs_newest else None
        return self.window.resolve(newest)

    def files(self) -> list[LogFile]:
        """Return the files, oldest first, those outside the window marked.

        Raises:
            NoSuchPath, UsageError: as `open`.
        """
        return mark_outside(list_files(self.paths), self.span(), self.zone, self.formats)
