"""Parts of files -> their events, as a scan of everything gives them; all other lines are counted as passed over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, tzinfo

from ttslog.balance import FileReading, Reading
from ttslog.beginnings import from_a_record
from ttslog.finding.hits import Hits, LineRange
from ttslog.finding.search import newlines
from ttslog.parsers import Clock, Event, Format, LineParser
from ttslog.reading import begin_reading, conclude
from ttslog.records import Records
from ttslog.sources import LineNotes, LogFile, read_text, split_lines

_LINES_AT_ONCE = 1_000
MOST_HEADS = 20  # some hundred requests: what more would add to a median is not worth the time of parsing it


class Parts:
    """The files of a question of which only parts are read.

    Its `reading` balances at any time: what was not read yet counts as passed over.

    Args:
        files: as `list_files` gave them.
        hits: of each of them, after the search.
        zone: of times that are written without one.
        formats: the user's own.
    """

    def __init__(
        self,
        files: Sequence[LogFile],
        hits: Sequence[Hits],
        zone: tzinfo = UTC,
        formats: Mapping[str, Format] | None = None,
    ) -> None:
        self._files = files
        self._hits = hits
        self._zone = zone
        self._formats = formats
        self.reading: Reading = begin_reading(files)
        for record, found in zip(self.reading.files, hits, strict=True):
            record.lines += found.lines
            record.passed_over = found.lines
            record.damage.extend(found.damage)
            conclude(record, found.notes)

    def heads(self, but: Mapping[int, LineRange]) -> Iterator[Iterator[Event]]:
        """Yield the events of files' beginnings, evenly chosen among those of which no part is read anyway."""
        others = [number for number, found in enumerate(self._hits) if found.head and number not in but]
        for number in others[:: -(-len(others) // MOST_HEADS) or 1]:
            head = self._hits[number].head
            yield self._part(number, LineRange(1, len(head)), iter([head]), self._parser())

    def read(self, ranges: Mapping[int, LineRange], first_hits: Mapping[int, int]) -> Iterator[Event]:
        """Yield the events of some lines, in the order of reading.

        A range within a file begins at its first line that begins a record: what stands before it may be the end of
        a traceback, of which nobody knows the rest.

        Args:
            ranges: by file, in the order of reading.
            first_hits: lines at which a record may begin for all that is known, by file.
        """
        for number, wanted in ranges.items():
            blocks: Iterator[Sequence[bytes]] = self._blocks(number, wanted)
            parser = self._parser()
            if wanted.first > 1:
                before_hit = first_hits[number] - wanted.first if number in first_hits else _LINES_AT_ONCE
                skipped, blocks = from_a_record(blocks, parser, before_hit)
                wanted = LineRange(wanted.first + skipped, wanted.last)  # noqa: PLW2901 - the same lines, less those
            yield from self._part(number, wanted, blocks, parser)

    def as_if_all(self, ranges: Mapping[int, LineRange]) -> Reading:
        """Return a reading for who counts the lines between two events, as if there were no others than some ranges.

        A request of one log is settled when so many lines went by; those of another that nobody reads are none.
        """
        lasts = (ranges[number].last if number in ranges else 0 for number in range(len(self._files)))
        return Reading([FileReading("", lines=last) for last in lasts])

    def _parser(self) -> LineParser:
        return LineParser(Clock(self._zone), self._formats)

    def _blocks(self, number: int, wanted: LineRange) -> Iterator[list[bytes]]:
        """Yield the lines of a range. The damage of the file is known from the search, and not named twice."""
        text = read_text(self._files[number], [], LineNotes())
        left = wanted.last - wanted.first + 1
        for block in split_lines(_behind(text, wanted.first - 1)):
            yield block[:left]
            left -= len(block)
            if left <= 0:
                return

    def _part(
        self, number: int, wanted: LineRange, blocks: Iterable[Sequence[bytes]], parser: LineParser
    ) -> Iterator[Event]:
        record = self.reading.files[number]
        part = FileReading(record.path, lines=wanted.first - 1)
        yield from Records(number, part, parser).read(blocks)
        record.add_part(part, part.lines - wanted.first + 1)


def _behind(text: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """Yield the text behind so many lines; an empty chunk ends the line it falls into."""
    begun = False
    for chunk in text:
        if not lines:
            yield chunk
            continue
        if not chunk:
            lines -= begun
            begun = False
            continue
        count = newlines(chunk)
        if count < lines:
            lines -= count
            begun = not chunk.endswith(b"\n")
            continue
        rest = chunk.split(b"\n", lines)[-1]
        lines = 0
        if rest:
            yield rest
