"""A gzip file cut at every byte, or with any one bit wrong: all whole lines before the damage, and a name for it."""

from __future__ import annotations

import io
import random
import zlib

import pytest

from tests.faults.writing import gz, requests
from ttslog.sources import LineNotes
from ttslog.sources.compression import read_chunks
from ttslog.sources.damage import Damage
from ttslog.sources.lines import as_text, split_lines

NOISE = random.Random(20)
MEMBERS = tuple(
    b"".join(
        text[:-2] + f',"salt":{NOISE.randrange(10**9)}}}\n'.encode()
        for text in requests(number).splitlines(keepends=True)
    )
    for number in (50, 80, 25)
)
FILE = b"".join(map(gz, MEMBERS))
TEXT = b"".join(MEMBERS)
LINES = TEXT.splitlines()
FLIPS = 2_000
HEADER_BYTES = 10


def read(content: bytes) -> tuple[list[bytes], list[Damage]]:
    damage: list[Damage] = []
    chunks = read_chunks(io.BytesIO(content), damage, len(content))
    return [text for block in split_lines(as_text(chunks, LineNotes())) for text in block], damage


def whole_lines_before(offset: int) -> int:
    """Return how many lines the bytes before an offset of the file surely hold."""
    had, start = b"", 0
    for text in MEMBERS:
        member = gz(text)
        had += zlib.decompressobj(31).decompress(member[: max(offset - start, 0)]) if offset > start else b""
        start += len(member)
    return had.count(b"\n")


def test_the_file_is_large_enough_to_prove_something():
    assert len(FILE) > 6_000
    assert read(FILE) == (LINES, [])


@pytest.mark.parametrize("part", range(4))
def test_cut_anywhere_it_keeps_all_whole_lines_and_is_named(part):
    ends = {sum(len(gz(text)) for text in MEMBERS[:count]) for count in range(4)}
    for size in range(max(part * len(FILE) // 4, 1), (part + 1) * len(FILE) // 4):
        lines, damage = read(FILE[:size])

        whole = whole_lines_before(size)
        assert lines[:whole] == LINES[:whole], size
        assert len(lines) <= whole + 1, size
        assert bool(damage) == (size not in ends), size


@pytest.mark.parametrize("part", range(4))
def test_with_any_one_bit_wrong_it_keeps_the_lines_before_and_is_named(part):
    choice = random.Random(part)
    for _ in range(FLIPS // 4):
        bit = choice.randrange(HEADER_BYTES * 8, len(FILE) * 8)
        content = bytearray(FILE)
        content[bit // 8] ^= 1 << bit % 8
        lines, damage = read(bytes(content))

        whole = whole_lines_before(bit // 8)
        assert lines[:whole] == LINES[:whole], bit
        assert damage or lines == LINES or is_unchecked(bit // 8), bit


def is_unchecked(offset: int) -> bool:
    """The time, level and system in a member's header mean nothing to its text; the fill bits behind it neither."""
    starts = [sum(len(gz(text)) for text in MEMBERS[:count]) for count in range(4)]
    return any(start + 4 <= offset < start + HEADER_BYTES for start in starts)


def test_damage_in_one_member_costs_no_line_of_another():
    first, second, third = map(gz, MEMBERS)
    content = first + second[:500] + bytes(64) + second[564:] + third

    lines, damage = read(content)

    assert lines[: len(MEMBERS[0].splitlines())] == MEMBERS[0].splitlines()
    assert lines[-len(MEMBERS[2].splitlines()) :] == MEMBERS[2].splitlines()
    assert damage
