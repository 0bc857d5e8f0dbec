"""Assembly: pieces put beside each other, and what is known of them together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ttslog.balance import Reading
from ttslog.index.build import Piece
from ttslog.index.seams import Seams
from ttslog.lifecycle import Request
from ttslog.lifecycle.processes import Processes
from ttslog.windows import Span


@dataclass
class Assembly:
    """The pieces of one reading, in one window.

    Attributes:
        seams: what several of them know.
        parts: the balance of the pieces' files, live files in parts; its files' numbers are the pieces'.
    """

    pieces: Sequence[Piece]
    seams: Seams
    parts: Reading
    span: Span

    def left_out(self, piece: Piece) -> Counter[str]:
        """Return the ids that another piece knows better, and how many attempts of each a piece knows."""
        return self.seams.left_out.get(piece.index, Counter())

    def rows_left_out(self, piece: Piece) -> list[int] | None:
        """Return the numbers of the rows of these ids; None where they stand among those that are counted too."""
        tally, left_out = piece.facts.tally, self.left_out(piece)
        if tally.loose is None:
            return None
        known = Counter(request.request_id for request in tally.loose)
        if any(known[request_id] != attempts for request_id, attempts in left_out.items()):
            return None
        loose = zip(tally.loose_rows, tally.loose, strict=True)
        return [row for row, request in loose if request.request_id in left_out]

    def with_reasons(self, unfinished: Iterable[Request]) -> Iterator[Request]:
        """Yield requests without an end, with why: what all files together know of their processes."""
        for request in unfinished:
            request.reason = self._processes.why_unfinished(request)
            yield request

    @cached_property
    def _processes(self) -> Processes:
        processes = Processes()
        for piece in self.pieces:
            processes.merge(piece.facts.processes)
        return processes

    def place_of(self, piece: Piece, *, before: bool) -> tuple[str, int]:
        """Return the path of a piece's file, or of the one before, and how many lines of it stand before the piece."""
        if not before or piece.before is None:
            return self.parts.files[piece.index].path, piece.lines_before
        return self.parts.files[piece.before].path, self._lines_before.get(piece.before, 0)

    @cached_property
    def _lines_before(self) -> dict[int, int]:
        return {piece.index: piece.lines_before for piece in self.pieces}

    def is_tainted(self, number: int | None) -> bool:
        """Return whether a file is known to be not what was written."""
        return number is not None and not self.parts.files[number].verified
