"""The careful gzip reader alone: what it gives, and what it says, to the byte."""

from __future__ import annotations

import io
import random
import struct
import zlib

import pytest

from ttslog.sources.damage import Damage
from ttslog.sources.salvage import salvage_gzip

TEXT = b"".join(b"line %d %d\n" % (number, number * 7919 % 1009) for number in range(900))
FHCRC, FEXTRA, FNAME, FCOMMENT = 2, 4, 8, 16


def member(text: bytes, flags: int = 0, extra: bytes = b"") -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(text) + deflate.flush()
    trailer = struct.pack("<II", zlib.crc32(text), len(text))
    return b"\x1f\x8b\x08" + bytes([flags]) + bytes(4) + b"\2\3" + extra + body + trailer


def salvage(content: bytes, limit: int | None = None) -> tuple[list[bytes], list[Damage]]:
    damage: list[Damage] = []
    return list(salvage_gzip(io.BytesIO(content), damage, limit)), damage


ONE = member(TEXT)
HEADERS = {
    "plain": (0, b""),
    "a checksum": (FHCRC, b"\x01\x02"),
    "an extra field": (FEXTRA, b"\x03\x01" + b"\x08" * 0x103),
    "an empty extra field": (FEXTRA, b"\x00\x00"),
    "a name": (FNAME, b"app.log\0"),
    "a comment": (FCOMMENT, b"why\0"),
    "everything": (FHCRC | FEXTRA | FNAME | FCOMMENT, b"\x02\0xyname\0comment\0\x01\x02"),
}


@pytest.mark.parametrize(("flags", "extra"), HEADERS.values(), ids=HEADERS)
def test_a_header_is_skipped_whatever_it_holds(flags, extra):
    chunks, damage = salvage(member(TEXT, flags, extra))

    assert b"".join(chunks) == TEXT
    assert damage == []


@pytest.mark.parametrize(("flags", "extra"), HEADERS.values(), ids=HEADERS)
def test_a_file_that_ends_inside_a_header_says_so(flags, extra):
    header = 10 + len(extra)
    for size in range(3, header):
        assert salvage(member(TEXT, flags, extra)[:size]) == (
            [],
            [Damage("corrupt", 0, "no whole gzip header: it is broken, or the file ends in it")],
        ), size
    assert salvage(member(TEXT, flags, extra)[:header])[1][0].kind == "truncated"


@pytest.mark.parametrize("flags", [0x20, 0x40, 0x80])
def test_reserved_flags_are_no_gzip(flags):
    assert [fault.kind for fault in salvage(member(TEXT, flags))[1]] == ["corrupt"]


def test_a_cut_body_gives_what_was_whole_and_where_it_ends():
    chunks, damage = salvage(ONE[:1_000])

    had = b"".join(chunks)
    assert TEXT.startswith(had)
    assert had == zlib.decompressobj(31).decompress(ONE[:1_000])
    assert damage == [
        Damage("truncated", 1_000, f"the gzip stream ends early, {len(had)} bytes of text had from this member")
    ]


@pytest.mark.parametrize("lost", range(1, 9))
def test_a_cut_trailer_costs_no_text(lost):
    chunks, damage = salvage(ONE[:-lost])

    assert b"".join(chunks) == TEXT
    assert damage == [Damage("truncated", len(ONE) - lost, "the file ends inside the gzip trailer")]


@pytest.mark.parametrize("place", [-1, -4, -5, -8])
def test_a_wrong_trailer_is_a_checksum_fault_where_the_trailer_stands(place):
    content = bytearray(ONE)
    content[place] ^= 1

    chunks, damage = salvage(bytes(content))

    assert b"".join(chunks) == TEXT
    assert damage == [
        Damage(
            "checksum",
            len(ONE) - 8,
            "CRC or size of the gzip member does not fit its data: a record may be wrong and look right",
        )
    ]


def test_a_wrong_trailer_is_no_gap_between_members():
    wrong = ONE[:-8] + bytes(8)

    chunks, damage = salvage(wrong + ONE)

    assert b"".join(chunks) == TEXT * 2
    assert b"" not in chunks
    assert [fault.kind for fault in damage] == ["checksum"]


def test_padding_is_no_fault_and_garbage_is_measured():
    chunks, damage = salvage(ONE + bytes(700) + ONE + b"rubbish" + ONE + bytes(3) + b"\x80tail")

    assert b"".join(chunks) == TEXT * 3
    first = 2 * len(ONE) + 700
    assert damage == [
        Damage("trailing_garbage", first, "7 bytes are no gzip"),
        Damage("trailing_garbage", first + 7 + len(ONE) + 3, "5 bytes are no gzip"),
    ]


def test_nothing_behind_the_limit_is_looked_at():
    chunks, damage = salvage(ONE + b"rubbish", len(ONE))

    assert b"".join(chunks) == TEXT
    assert damage == []


def test_a_fault_in_a_body_is_named_where_it_is_met_and_leaves_a_gap_before_the_next_member():
    noise = random.Random(3).randbytes(400)
    content = ONE[:600] + noise + ONE[1_000:] + ONE

    chunks, damage = salvage(content)

    gap = chunks.index(b"")
    assert TEXT.startswith(b"".join(chunks[:gap])[:1_000])
    assert b"".join(chunks[gap:]) == TEXT
    assert len(damage) == 1
    assert damage[0].kind in ("corrupt", "checksum")
    assert damage[0].taints


def test_a_cut_member_does_not_swallow_the_one_behind_it():
    chunks, damage = salvage(ONE[:500] + ONE)

    assert b"".join(chunks).endswith(TEXT)
    assert len(damage) == 1


def full_flushes(*texts: bytes) -> list[bytes]:
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    return [*(deflate.compress(text) + deflate.flush(zlib.Z_FULL_FLUSH) for text in texts), deflate.flush()]


def test_behind_a_fault_reading_goes_on_at_the_next_full_flush():
    parts = full_flushes(TEXT, b"second\n" * 50, b"third\n" * 50)
    parts[0] = parts[0][:700] + b"\xff" * 200 + parts[0][900:]

    chunks, damage = salvage(b"".join(parts) + ONE)

    gap = chunks.index(b"")
    assert b"".join(chunks[gap:]) == b"second\n" * 50 + b"third\n" * 50 + TEXT
    assert [fault.kind for fault in damage] == ["corrupt"]
    assert damage[0].detail.startswith("cannot be inflated here, ")


def test_a_second_fault_in_a_member_is_named_too():
    parts = full_flushes(TEXT, TEXT[::-1], b"third\n" * 50)
    for place in (0, 1):
        parts[place] = parts[place][:700] + b"\xff" * 200 + parts[place][900:]

    chunks, damage = salvage(b"".join(parts))

    assert chunks.count(b"") == 2
    assert chunks[-1] == b"third\n" * 50 or b"".join(chunks).endswith(b"third\n" * 50)
    assert [fault.kind for fault in damage] == ["corrupt", "corrupt"]
    assert damage[1].detail == "what follows a full flush of a damaged member ends here"
    assert len(parts[0]) + 690 < damage[1].offset < len(parts[0]) + 910


def test_a_chunk_is_bounded_whatever_the_ratio():
    chunks, damage = salvage(member(bytes(9 << 20)))

    assert sum(map(len, chunks)) == 9 << 20
    assert max(map(len, chunks)) <= 1 << 20
    assert damage == []


def test_a_cut_bomb_gives_all_that_its_bytes_hold():
    content = member(bytes(9 << 20))[:-12]

    assert sum(map(len, salvage(content)[0])) == len(zlib.decompressobj(31).decompress(content))
