"""Beginnings: the first record in lines that begin somewhere in a file, perhaps within a traceback."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from ttslog.parsers import LineParser, Unwrapper


def from_a_record(
    blocks: Iterator[Sequence[bytes]], parser: LineParser, most: int
) -> tuple[int, Iterator[Sequence[bytes]]]:
    """Return how many lines stand before the first that begins a record, and the lines from there on.

    Args:
        blocks: lines.
        parser: of the file.
        most: that many are skipped at most.
    """
    unwrap = Unwrapper()
    skipped = 0
    for block in blocks:
        for at, line in enumerate(block):
            if skipped >= most or _begins_record(line, parser, unwrap):
                return skipped, chain([block[at:]], blocks)
            skipped += 1
    return skipped, iter(())


def _begins_record(line: bytes, parser: LineParser, unwrap: Unwrapper) -> bool:
    """Return whether a line is a record by itself; one of JSON, the usual line, brings no other format in."""
    if parser.parse_json(line) is not None:
        return True
    wrapped = unwrap(line)
    content = line if wrapped is None else wrapped.content
    return content[:1] not in b" \t|+" and parser.parse(content) is not None
