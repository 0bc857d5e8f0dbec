"""Searching all files, two at a time: inflating leaves the interpreter to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Thread

import msgspec

from ttslog.finding.hits import Hits
from ttslog.finding.needle import Needle, id_needle
from ttslog.finding.search import search
from ttslog.sources import Damage, LineNotes, LogFile, read_text

_THREADS = 2  # more would wait for each other: a third of a search holds the interpreter
_CHUNK_BYTES = 1 << 19  # between two chunks the interpreter changes hands, which larger ones need less often


class Crew:
    """A search that has begun, and goes on while its owner does something else.

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
        self._waiting: Iterator[int] = iter(sorted(to_search, key=lambda number: -(files[number].size or 0)))
        self._failures: list[BaseException] = []
        self._threads = [Thread(target=self._work, daemon=True) for _ in to_search[:_THREADS]]
        for thread in self._threads:
            thread.start()

    def hits(self) -> list[Hits]:
        """Wait for the end of the search; return the hits of each file, in the order of the files."""
        for thread in self._threads:
            thread.join()
        if self._failures:
            raise self._failures[0]
        return [self._found.get(number, Hits()) for number in range(len(self._files))]

    def _work(self) -> None:
        """Search one file after the other until none waits; what goes wrong is raised by `hits`."""
        try:
            for number in self._waiting:
                damage: list[Damage] = []
                notes = LineNotes()
                text = read_text(self._files[number], damage, notes, _CHUNK_BYTES)
                self._found[number] = search(text, self._needles, damage, notes)
        except BaseException as failure:  # noqa: BLE001 - handed over, not swallowed
            self._failures.append(failure)


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
