"""Searching all files, two at a time: inflating leaves the interpreter to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from threading import Thread

from ttslog.finding.hits import Hits
from ttslog.finding.needle import Needle
from ttslog.finding.search import search
from ttslog.sources import Damage, LineNotes, LogFile, read_text

_THREADS = 2  # more would wait for each other: about half of a search holds the interpreter


def find(files: Sequence[LogFile], needles: Sequence[Needle], known: Mapping[int, Hits] | None = None) -> list[Hits]:
    """Return the hits of each file, in the order of the files.

    Args:
        files: as `list_files` gave them, none of them a stream. Twins and skipped ones are not opened.
        needles: a line with any of them is a hit.
        known: hits of files that need not be searched, by number: what an index says.
    """
    found: dict[int, Hits] = dict(known or {})
    to_search = [number for number, file in enumerate(files) if number not in found and _is_read(file)]
    largest_first = sorted(to_search, key=lambda number: -(files[number].size or 0))
    waiting = iter(largest_first)
    crew = [_Searcher(files, needles, waiting, found) for _ in largest_first[:_THREADS]]
    for searcher in crew:
        searcher.start()
    for searcher in crew:
        searcher.join()
    for searcher in crew:
        if searcher.failure is not None:
            raise searcher.failure
    return [found.get(number, Hits()) for number in range(len(files))]


class _Searcher(Thread):
    """Takes one file after the other from those that wait."""

    def __init__(
        self, files: Sequence[LogFile], needles: Sequence[Needle], waiting: Iterator[int], found: dict[int, Hits]
    ) -> None:
        super().__init__(daemon=True)
        self.failure: BaseException | None = None
        self._files = files
        self._needles = needles
        self._waiting = waiting
        self._found = found

    def run(self) -> None:
        """Search until none waits; what goes wrong is raised by whoever waits for the crew."""
        try:
            for number in self._waiting:
                damage: list[Damage] = []
                notes = LineNotes()
                text = read_text(self._files[number], damage, notes)
                self._found[number] = search(text, self._needles, damage, notes)
        except BaseException as failure:  # noqa: BLE001 - handed over, not swallowed
            self.failure = failure


def _is_read(file: LogFile) -> bool:
    return file.skipped is None and file.twin is None
