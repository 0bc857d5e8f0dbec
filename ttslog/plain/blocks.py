"""Blocks: the lines of a file a few at a time, decoded together where each is one JSON object with an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ttslog.plain.shapes import Record

_AT_ONCE = 64  # lines decoded together: their records stay in the processor's cache, which is worth a third of the time

Decoded = tuple[list[bytes], list[Record | None] | None]  # lines, and their records where all are JSON


class Block:
    """Lines that were read together, as one text: one object is let go of sooner than many, and rarely asked again.

    Attributes:
        first: number of the first line in its file.
    """

    __slots__ = ("_text", "first")

    def __init__(self, lines: Sequence[bytes], first: int) -> None:
        self._text = b"\n".join(lines)
        self.first = first

    def lines(self) -> list[bytes]:
        """Return the lines."""
        return self._text.split(b"\n")


class CarefulRun:
    """Consecutive blocks that are not all JSON, and the block that follows them."""

    def __init__(self, first: list[bytes], rest: Iterator[Decoded]) -> None:
        self._first = first
        self._rest = rest
        self.after: Decoded | None = None

    def __iter__(self) -> Iterator[list[bytes]]:
        yield self._first
        for lines, records in self._rest:
            if records is not None:
                self.after = lines, records
                return
            yield lines


def a_few_at_a_time(blocks: Iterable[Sequence[bytes]]) -> Iterator[list[bytes]]:
    """Yield the lines a few at a time; the last of each block goes before the next, which may begin with its rest."""
    held: list[bytes] = []
    for block in blocks:
        for begin in range(0, len(block), _AT_ONCE):
            lines = [*held, *block[begin : begin + _AT_ONCE]]
            held = [lines.pop()]
            if lines:
                yield lines
    if held:
        yield held
