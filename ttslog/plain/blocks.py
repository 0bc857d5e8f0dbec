"""Blocks: the lines of a file a few at a time, as they are decoded together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

_AT_ONCE = 64  # lines decoded together: their records stay in the processor's cache, which is worth a third of the time


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


def a_few_at_a_time(blocks: Iterable[Sequence[bytes]]) -> Iterator[list[bytes]]:
    """Yield the lines a few at a time."""
    for block in blocks:
        for begin in range(0, len(block), _AT_ONCE):
            yield list(block[begin : begin + _AT_ONCE])
