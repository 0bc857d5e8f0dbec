"""Merge: pieces -> what all files together tell, as one reading of all of them would have told it.

What a piece has counted is taken as it stands where all of it counts. Where some of it lies outside the window, or
another piece knows it better, the rows are looked at (`ttslog.index.merged_rows`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING

from ttslog.answers import Answered, Answers
from ttslog.balance import Reading
from ttslog.failures import Failures
from ttslog.index.answer_times import ANSWERS_FILE, answers_in
from ttslog.index.assembly import Assembly
from ttslog.index.build import Piece
from ttslog.index.numbers import NUMBERS_FILE, Held, KeptTimings, Source, held, read_numbers
from ttslog.index.piece import ANSWERS, BEFORE, TABLES
from ttslog.lifecycle import Request
from ttslog.parsers import Event
from ttslog.schema import REQUESTS, STAGES
from ttslog.timings import Timings
from ttslog.timings.of_requests import numbers_of_requests
from ttslog.totals import Totals
from ttslog.windows import Span

if TYPE_CHECKING:
    import polars as pl

    from ttslog.index.merged_rows import MergedRows

_REQUESTS = tuple(column.name for column in REQUESTS)
_STAGES = tuple(column.name for column in STAGES)


@dataclass
class Merged:
    """What the pieces of one reading tell, in one window.

    Attributes:
        reading: the balance of all files.
        owners: number of the file in the reading for each piece's number.
        holds: what has to live as long as this: the folder of pieces that are not kept.
    """

    assembly: Assembly
    reading: Reading
    owners: Sequence[int]
    holds: object = None

    def totals(self) -> Totals:
        """Return what the requests of all pieces come to."""
        totals = Totals()
        for request in (*self._ended_singly, *self.unfinished):
            totals.take(request)
        for piece in self._counted:
            totals.add(piece.facts.tally.totals)
        for piece in self._torn:
            totals.add(self.rows.totals_in(piece))
        return totals

    def gather(self, failures: Failures, *, examples: bool) -> None:
        """Give all that did not succeed to `failures`, with whole requests as examples or without those counted."""
        for piece in self._counted:
            for group in piece.facts.tally.failures(examples=examples):
                for request in group.examples:
                    self._place(request, piece)
                failures.add(group)
        for piece in self._torn:
            for request in self.rows.failures_in(piece):
                failures.take(request)
        for request in (*self._ended_singly, *self.unfinished):
            if request.outcome != "success":
                failures.take(request)

    def service(self) -> Iterator[Event]:
        """Yield the events that tell of the service, in the order read."""
        for piece in self.assembly.pieces:
            for event in piece.facts.service:
                event.file = self.owners[piece.index]
                event.line += piece.lines_before
                yield event

    @cached_property
    def timings(self) -> Timings:
        """The timings of requests and stages."""
        sources: list[Source] = [partial(read_numbers, piece.folder / NUMBERS_FILE) for piece in self._counted]
        sources += [partial(_same, held(self.rows.timings_in(piece))) for piece in self._torn]
        single = held(numbers_of_requests((*self._ended_singly, *self.unfinished)))
        return KeptTimings([*sources, partial(_same, single)])

    @cached_property
    def rows(self) -> MergedRows:
        """The rows of all pieces."""
        from ttslog.index.merged_rows import MergedRows  # noqa: PLC0415 - brings polars, which counts do not need

        return MergedRows(self.assembly)

    @property
    def span(self) -> Span:
        """The window."""
        return self.assembly.span

    @property
    def looked_at(self) -> frozenset[str]:
        """Names of the files of a piece that hold what its facts do not: rows to count, times of access lines."""
        cut = self.span != Span() and any(map(self._may_have_answers, self.assembly.pieces))
        return (TABLES if self._torn else frozenset()) | (ANSWERS if cut else frozenset())

    def answers(self) -> Answers:
        """Return what clients were answered."""
        answers = Answers()
        for piece in self.assembly.pieces:
            path, lines_before = self.assembly.place_of(piece, before=False)
            for status, answered in self._answers_in(piece).items():
                answers.add(path, status, answered.placed(path, lines_before))
            if self.span != Span():
                answers.untimed = answers.untimed or any(one.untimed for one in piece.facts.answers.values())
        return answers

    def _answers_in(self, piece: Piece) -> dict[int, Answered]:
        if self.span == Span():
            return piece.facts.answers
        return answers_in(piece.folder / ANSWERS_FILE, self.span) if self._may_have_answers(piece) else {}

    def _may_have_answers(self, piece: Piece) -> bool:
        """Return whether some access line of a piece lies in the window."""
        return any(one.reaches_into(self.span) for one in piece.facts.answers.values())

    def requests(self, columns: Sequence[str] = _REQUESTS, _tainted: Iterable[str] = ()) -> pl.DataFrame:
        """Return the requests table; the pieces know their damage."""
        return self.rows.requests(columns)

    def rows_at(self, numbers: Sequence[int], columns: Sequence[str], _tainted: Iterable[str] = ()) -> pl.DataFrame:
        """Return columns of some rows of the requests table, by their ascending numbers from 0."""
        return self.rows.rows_at(numbers, columns)

    def stages(self, columns: Sequence[str] = _STAGES) -> pl.DataFrame:
        """Return the stages table."""
        return self.rows.stages(columns)

    @cached_property
    def _counted(self) -> list[Piece]:
        """The pieces of which all counts that was counted."""
        return [piece for piece in self._sound if piece.facts.tally.lies_in(self.span)]

    @cached_property
    def _torn(self) -> list[Piece]:
        """The pieces whose rows have to be looked at."""
        sound = {piece.index for piece in self._sound if self._is_clear(piece)}
        return [piece for piece in self.assembly.pieces if piece.index not in sound]

    def _is_clear(self, piece: Piece) -> bool:
        tally = piece.facts.tally
        return tally.lies_in(self.span) or tally.lies_outside(self.span)

    @cached_property
    def _sound(self) -> list[Piece]:
        """The pieces of whose counted requests no other knows anything."""
        return [piece for piece in self.assembly.pieces if self.assembly.rows_left_out(piece) is not None]

    @cached_property
    def _single(self) -> list[Request]:
        """The requests that are looked at one by one, of pieces whose rows are not, and of several pieces."""
        torn = {piece.index for piece in self._torn}
        loose = (
            self._place(request, piece)
            for piece in self.assembly.pieces
            if piece.index not in torn
            for request in piece.facts.tally.loose or ()
            if request.request_id not in self.assembly.left_out(piece)
        )
        return [
            request for request in (*loose, *self.assembly.seams.again) if self.assembly.span.holds(request.time_us)
        ]

    @property
    def _ended_singly(self) -> list[Request]:
        return [request for request in self._single if request.status != "incomplete"]

    @cached_property
    def unfinished(self) -> list[Request]:
        """The requests without an end that are looked at one by one, with why."""
        return list(self.assembly.with_reasons(one for one in self._single if one.status == "incomplete"))

    def _place(self, request: Request, piece: Piece) -> Request:
        """Name the lines of a request by the path of the file, and say where the file cannot be trusted."""
        lies_in = {request.first_line.startswith(BEFORE), request.last_line.startswith(BEFORE)}
        request.salvaged |= any(self.assembly.is_tainted(piece.before if before else piece.index) for before in lies_in)
        request.first_line = self._named(request.first_line, piece)
        request.last_line = self._named(request.last_line, piece)
        return request

    def _named(self, line: str, piece: Piece) -> str:
        name, _, number = line.rpartition(":")
        path, lines_before = self.assembly.place_of(piece, before=name == BEFORE)
        return f"{path}:{int(number) + lines_before}"


def _same(numbers: Held) -> Held:
    return numbers
