"""Faults of gzip: what was whole before the damage is kept, the damage is named, and clean files raise no alarm."""

from __future__ import annotations

import gzip
import os
import random
import struct
import zlib

import pytest

from tests.faults.outcome import read, write
from tests.faults.writing import gz, request, requests

NUMBER = 60
TEXT = requests(NUMBER)
WHOLE = gz(TEXT)
SPOKEN = '{"event":"message","message":"今天天气真好，今天天气真好"}\n'.encode()


def member(text: bytes, *, flags: int = 0, extra: bytes = b"", level: int = 9) -> bytes:
    """Return a gzip member with a header of our own: `extra` stands where the flags say."""
    deflate = zlib.compressobj(level, zlib.DEFLATED, -15)
    body = deflate.compress(text) + deflate.flush()
    header = b"\x1f\x8b\x08" + bytes([flags]) + bytes(4) + b"\0\x03" + extra
    return header + body + struct.pack("<II", zlib.crc32(text), len(text) & 0xFFFFFFFF)


def flushed(*texts: bytes) -> bytes:
    """Return one member whose parts end at full flushes, as pigz and rsyncable gzip write."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, 31)
    return b"".join(deflate.compress(text) + deflate.flush(zlib.Z_FULL_FLUSH) for text in texts) + deflate.flush()


def broken_at(content: bytes, offset: int, size: int = 24) -> bytes:
    noise = random.Random(7).randbytes(size)
    return content[:offset] + noise + content[offset + size :]


CLEAN = {
    "one member": WHOLE,
    "three members, cut in mid line and mid character": gz(SPOKEN[:41]) + gz(SPOKEN[41:42]) + gz(SPOKEN[42:] + TEXT),
    "zero padding": WHOLE + bytes(2_000),
    "padding between members": gz(TEXT[:900]) + bytes(512) + gz(TEXT[900:]),
    "an empty member": gz(b"") + WHOLE + gz(b""),
    "full flushes": flushed(TEXT[:5_000], TEXT[5_000:]),
    "stored blocks": member(TEXT, level=0),
    "a name": member(TEXT, flags=8, extra=b"../../etc/passwd\x1b[2J\0"),
    "a comment": member(TEXT, flags=16, extra=b"<script>\0"),
    "an extra field": member(TEXT, flags=4, extra=b"\x05\0hello"),
    "a header checksum": member(TEXT, flags=2, extra=b"\0\0"),
    "gzip in gzip": gz(WHOLE),
    "gzip in gzip, members cut anywhere": gz(WHOLE[:100]) + gz(WHOLE[100:]),
}


@pytest.mark.parametrize("content", CLEAN.values(), ids=CLEAN)
def test_a_sound_file_is_read_whole_without_an_alarm(reads, content):
    found = reads({"app.log.1.gz": content})

    assert len(found.statuses) == NUMBER
    assert found.states == {"app.log.1.gz": "ok"}
    assert found.requests[0].verified
    assert "passwd" not in str(found.files)


# What was done to the file, how many of its requests are whole, and what is said about it.
DAMAGED = {
    "cut at half": (WHOLE[: len(WHOLE) // 2], 10, {"truncated"}),
    "the last four bytes gone": (WHOLE[:-4], NUMBER, {"truncated"}),
    "the trailer gone": (WHOLE[:-8], NUMBER, {"truncated"}),
    "trailing garbage": (WHOLE + b"\x80garbage" * 9, NUMBER, {"trailing_garbage"}),
    "wrong CRC": (WHOLE[:-8] + b"\0\0\0\0" + WHOLE[-4:], NUMBER, {"checksum"}),
    "wrong size": (WHOLE[:-4] + b"\x01\0\0\0", NUMBER, {"checksum"}),
    "24 bytes overwritten": (broken_at(WHOLE, len(WHOLE) * 3 // 4), 10, None),
    "still being written": (flushed(TEXT)[:-10], NUMBER, {"truncated"}),
    "the first of three members broken": (
        broken_at(gz(TEXT), 60) + gz(requests(5, first=100)) + gz(requests(5, first=200)),
        10,
        {"corrupt"},
    ),
    "the first of three members cut": (WHOLE[:200] + gz(requests(50, first=100)), 50, None),
    "the header broken, another member behind": (
        b"\x1f\x8b\x07" + WHOLE[3:] + gz(requests(9, first=100)),
        9,
        {"corrupt"},
    ),
    "garbage between members": (WHOLE + b"garbage" + gz(requests(9, first=100)), NUMBER + 9, {"trailing_garbage"}),
    "broken before a full flush": (broken_at(flushed(TEXT, requests(9, first=100)), 30), 9, None),
}


@pytest.mark.parametrize(("content", "whole", "kinds"), DAMAGED.values(), ids=DAMAGED)
def test_damage_is_named_and_what_is_whole_is_kept(reads, content, whole, kinds):
    found = reads({"app.log.2.gz": content, "app.log": request(900, "live")})

    assert sum(status == "success" for status in found.statuses.values()) >= whole + 1
    assert found.states == {"app.log.2.gz": "damaged", "app.log": "ok"}
    assert kinds is None or found.damage == {"app.log.2.gz": kinds}
    assert found.one("live").verified


def test_every_record_of_a_file_whose_checksum_fails_is_unverified(reads):
    changed = TEXT.replace(b'"duration_ms": 500.0', b'"duration_ms": 900.0', 1)

    found = reads({"app.log.1.gz": member(changed)[:-8] + WHOLE[-8:], "app.log": request(900, "live")})

    assert found.damage == {"app.log.1.gz": {"checksum"}}
    assert {one.request_id for one in found.requests if one.verified} == {"live"}


@pytest.mark.parametrize("size", [1, 2, 3, 5, 10, 17])
def test_the_first_bytes_of_a_gzip_file_are_named_as_damage(reads, size):
    found = reads({"app.log.1.gz": WHOLE[:size], "app.log": request(0, "live")})

    assert found.states == {"app.log.1.gz": "damaged", "app.log": "ok"}
    assert found.statuses == {"live": "success"}


def test_two_faults_in_one_member_are_two_gaps_and_no_line_is_read_twice(reads):
    parts = [requests(9, first=100 * number) for number in range(6)]
    content = bytearray(flushed(*parts))
    for cut in (1, 4):
        place = len(flushed(*parts[:cut])) + 20
        content[place : place + 24] = b"\xff" * 24

    found = reads({"app.log.1.gz": bytes(content)})

    assert len(found.damage["app.log.1.gz"]) == 1
    assert len(found.files["app.log.1.gz"]["damage"]) == 2
    for number in (0, 2, 3, 5):
        assert all(found.statuses[f"r{100 * number + place:04d}"] == "success" for place in range(9))


def test_gzip_without_end_does_not_unpack_for_ever(reads):
    content = TEXT
    for _ in range(6):
        content = gz(content)

    found = reads({"app.log.1.gz": content})

    assert found.total("events") == 0
    assert found.total("bad") > 0


def test_a_damaged_gzip_from_a_pipe_is_salvaged_as_from_a_file(tmp_path):
    content = broken_at(gz(TEXT), 400) + gz(requests(5, first=100))
    reading, writing = os.pipe()
    with os.fdopen(writing, "wb") as pipe:
        pipe.write(content)
    try:
        piped = read(f"/dev/fd/{reading}")
    finally:
        os.close(reading)
    filed = read(write(tmp_path, {"app.log.1.gz": content}))

    assert piped.statuses == filed.statuses
    assert set(map(frozenset, piped.damage.values())) == set(map(frozenset, filed.damage.values()))


def test_the_offset_of_a_cut_is_the_size_of_the_file(reads):
    had = len(zlib.decompressobj(31).decompress(WHOLE[:300]))

    (fault,) = reads({"app.log.1.gz": WHOLE[:300]}).files["app.log.1.gz"]["damage"]

    assert (fault["kind"], fault["offset"]) == ("truncated", 300)
    assert f"{had} bytes" in fault["detail"]


def test_members_larger_than_one_feed_are_checked_each_with_its_own_trailer(reads):
    members = [gz(requests(700, first=1_000 * number)) for number in range(3)]
    assert min(map(len, members)) > 4_096

    found = reads({"app.log.1.gz": broken_at(members[0], 4_500) + members[1] + members[2]})

    assert len(found.files["app.log.1.gz"]["damage"]) == 1
    assert sum(status == "success" for status in found.statuses.values()) >= 1_400


def test_compress_level_and_tool_do_not_matter(reads):
    for level in (1, 6, 9):
        assert len(reads({"app.log.1.gz": gzip.compress(TEXT, level)}).statuses) == NUMBER
