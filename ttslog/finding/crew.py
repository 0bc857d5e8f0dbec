"""Searching all files, as many at a time as can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from ttslog.finding.helpers import Queue, call_helpers
from ttslog.finding.hits import Hits
from ttslog.finding.needle import Needle, id_needle
from ttslog.finding.search import search
from ttslog.sources import Damage, LineNotes, LogFile, read_text

_CHUNK_BYTES = 1 << 19  # each costs a few calls, which larger ones need less often


class Crew:
    """A search that has begun: helpers go on with it while its owner does something else.

    Args:
        files: as `list_files` gave them, none of them a stream. Twins and skipped ones are not opened.
        needles: a line with any of them is a hit.
        known: hits of files that need not be searched, by number: what an index says.
    """

    def __init__(
        self, files: Sequence[LogFile], needles: Sequence[Needle], known: Mapping[int, Hits] | None = None
    ) -> None:
        self._files = files
        self._needles = needles
        self._found: dict[int, Hits] = dict(known or {})
        to_search = [number for number, file in enumerate(files) if number not in self._found and file.is_read]
        self._largest_first = sorted(to_search, key=lambda number: -files[number].text_bytes)
        self._queue = Queue(self._largest_first)
        self._helpers = call_helpers(self._queue, self._search, most=len(to_search) - 1)

    def hits(self) -> list[Hits]:
        """Search what waits, and hear what helpers found; return the hits of each file, in the order of the files."""
        for number in self._queue:
            self._found[number] = self._search(number)
        for helper in self._helpers:
            self._found.update(helper.found())
        self._queue.close()
        for number in self._largest_first:
            if number not in self._found:
                self._found[number] = self._search(number)
        return [self._found.get(number, Hits()) for number in range(len(self._files))]

    def _search(self, number: int) -> Hits:
        damage: list[Damage] = []
        notes = LineNotes()
        text = read_text(self._files[number], damage, notes, _CHUNK_BYTES)
        return search(text, self._needles, damage, notes)


class IdSearch(msgspec.Struct, frozen=True):
    """A search for an id that has begun: in which files, for what."""

    files: Sequence[LogFile]
    needle: Needle
    crew: Crew


def search_for_id(
    request_id: str, files: Sequence[LogFile], known: Mapping[int, Hits] | None = None
) -> IdSearch | None:
    """Begin to search files for the requests whose id begins with a text; None where all has to be parsed.

    Args:
        request_id: the id, or the beginning of one.
        files: as listed.
        known: hits of files that need not be searched, by number.
    """
    needle = id_needle(request_id)
    if needle is None or not files or any(file.is_stream for file in files):
        return None
    return IdSearch(files, needle, Crew(files, [needle], known))
