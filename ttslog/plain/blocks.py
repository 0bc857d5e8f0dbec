"""Blocks: the lines of a file a few at a time, decoded together where each is one JSON object with an event."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ttslog.plain.told import Record
from ttslog.sources import MAX_LINE_BYTES

_decode = msgspec.json.Decoder().decode
_AT_ONCE = 64  # lines decoded together: their records stay in the processor's cache, which is worth a third of the time


class CarefulRun:
    """Consecutive blocks that are not all JSON, and the block that follows them."""

    def __init__(self, first: list[bytes], rest: Iterator[tuple[list[bytes], list[Record] | None]]) -> None:
        self._first = first
        self._rest = rest
        self.after: tuple[list[bytes], list[Record] | None] | None = None

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


def decode_all(lines: list[bytes]) -> list[Record] | None:
    """Return the records of lines of which each is one JSON object with an event; None where one is not."""
    try:
        records = list(map(_decode, lines))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    sound = all(type(record) is dict and "event" in record for record in records)
    return records if sound and max(map(len, lines)) < MAX_LINE_BYTES else None
