"""From an open file to lines: formats told apart, pipes, limits, and what a chunk looks like."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import zlib

import pytest
import zstandard

from ttslog.sources.compression import read_chunks
from ttslog.sources.damage import Damage
from ttslog.sources.input import CHUNK_BYTES
from ttslog.sources.lines import LineNotes, as_text, split_lines

TEXT = b"".join(b"line %d\n" % number for number in range(2_000))
GZ = gzip.compress(TEXT, mtime=0)
CHUNK = CHUNK_BYTES


class Pipe(io.BytesIO):
    """What cannot be read from its start again."""

    def seekable(self) -> bool:
        return False


def chunks_of(file: io.BytesIO, limit: int | None = None) -> tuple[list[bytes], list[Damage]]:
    damage: list[Damage] = []
    return list(read_chunks(file, damage, limit)), damage


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress, lzma.compress, zstandard.compress])
@pytest.mark.parametrize("size", [0, 1, 5, 6, 7, 5_000])
def test_any_content_comes_out_as_it_went_in(pack, size):
    chunks, damage = chunks_of(io.BytesIO(pack(TEXT[:size])))

    assert b"".join(chunks) == TEXT[:size]
    assert b"" not in chunks
    assert damage == []


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_no_chunk_is_larger_than_its_bound_whatever_the_ratio(pack):
    chunks, _ = chunks_of(io.BytesIO(pack(bytes(5 << 20))))

    assert sum(map(len, chunks)) == 5 << 20
    assert max(map(len, chunks)) <= CHUNK


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, zstandard.compress])
def test_several_streams_and_padding_are_one_text(pack):
    assert b"".join(chunks_of(io.BytesIO(pack(TEXT) + bytes(600) + pack(b"more")))[0]) == TEXT + b"more"


@pytest.mark.parametrize(("pack", "place"), [(bz2.compress, 40), (lzma.compress, 60), (zstandard.compress, 30)])
def test_a_broken_stream_is_named_where_it_was_met(pack, place):
    packed = bytearray(pack(TEXT * 9))
    packed[place : place + 40] = b"\xff" * 40

    _, (fault,) = chunks_of(io.BytesIO(bytes(packed)))

    assert fault.kind == "corrupt"
    assert 0 < fault.offset <= len(packed)
    assert fault.detail.startswith("cannot be decompressed from here: ")


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress, zstandard.compress])
def test_a_cut_stream_is_named_with_its_size(pack):
    packed = pack(TEXT)[:-5]

    assert chunks_of(io.BytesIO(packed))[1] == [Damage("truncated", len(packed), "the compressed stream ends early")]


def test_a_dictionary_of_more_than_is_given_memory_is_refused(monkeypatch):
    monkeypatch.setattr("ttslog.sources.compression._XZ_MEMORY", 1 << 20)

    chunks, (fault,) = chunks_of(io.BytesIO(lzma.compress(TEXT)))

    assert chunks == []
    assert fault.kind == "corrupt"
    assert "Memory usage limit exceeded" in fault.detail


def test_only_the_bytes_within_the_limit_count():
    assert chunks_of(io.BytesIO(TEXT), 100) == ([TEXT[:6], TEXT[6:100]], [])


def test_a_file_shorter_than_its_limit_shrank():
    chunks, damage = chunks_of(io.BytesIO(TEXT[:100]), 300)

    assert b"".join(chunks) == TEXT[:100]
    assert damage == [Damage("shrank", 100, "300 bytes when listed, 100 had")]


def test_a_gzip_file_shorter_than_its_limit_shrank_and_is_cut():
    _, damage = chunks_of(io.BytesIO(GZ[:200]), len(GZ))

    assert {fault.kind for fault in damage} == {"shrank", "truncated"}


def test_a_sound_gzip_pipe_is_read_without_a_second_look():
    assert b"".join(chunks_of(Pipe(GZ + bytes(9) + GZ))[0]) == TEXT * 2


def test_a_damaged_gzip_pipe_is_read_again_from_what_was_kept():
    chunks, damage = chunks_of(Pipe(GZ[:-8] + bytes(8)))

    assert b"".join(chunks) == TEXT
    assert [fault.kind for fault in damage] == ["checksum"]


def test_a_damaged_gzip_pipe_that_is_too_long_is_named(monkeypatch):
    monkeypatch.setattr("ttslog.sources.input._HELD_BYTES", 100)
    content = gzip.compress(os.urandom(3 * CHUNK), mtime=0)[:-8] + bytes(8)

    chunks, (fault,) = chunks_of(Pipe(content))

    assert len(b"".join(chunks)) >= CHUNK
    assert fault == Damage(
        "corrupt", len(content), "the stream cannot be inflated from here, and a pipe this long cannot be read again"
    )


def test_what_the_fast_reader_gave_is_not_given_again():
    noise = os.urandom(5 * CHUNK)
    content = gzip.compress(noise, 1, mtime=0)
    cut = content[: len(content) * 4 // 5]

    had = b"".join(chunks_of(io.BytesIO(cut))[0])

    assert noise.startswith(had)
    assert len(had) > 3 * CHUNK


@pytest.mark.parametrize("broken_at", [0.5, 0.8, 0.99])
def test_the_careful_reader_takes_over_at_the_byte_where_the_fast_one_stopped(broken_at):
    text = b"".join(b"line %d %d\n" % (number, number * 7919 % 100_003) for number in range(400_000))
    packed = bytearray(gzip.compress(text, 1, mtime=0))
    place = int(len(packed) * broken_at)
    packed[place : place + 30] = b"\xff" * 30

    had = b"".join(chunks_of(io.BytesIO(bytes(packed)))[0])

    whole = zlib.decompressobj(31).decompress(bytes(packed[: place - 64]))
    assert had[: len(whole)] == whole
    assert len(whole) > 2 * CHUNK


@pytest.mark.parametrize("spare", range(-3, 4))
def test_a_member_may_begin_at_the_end_of_what_is_read_at_once(spare):
    padding = 6 + CHUNK - len(GZ) + spare

    chunks, damage = chunks_of(io.BytesIO(GZ + bytes(padding) + GZ))

    assert b"".join(chunks) == TEXT * 2
    assert damage == []


@pytest.mark.parametrize("layers", [1, 2, 3, 4])
def test_three_layers_are_opened_and_no_more(layers):
    content = TEXT
    for _ in range(layers):
        content = gzip.compress(content, mtime=0)

    assert (b"".join(chunks_of(io.BytesIO(content))[0]) == TEXT) is (layers <= 3)


def test_layers_of_different_kinds_are_opened():
    assert b"".join(chunks_of(io.BytesIO(bz2.compress(zstandard.compress(TEXT))))[0]) == TEXT


def split(chunks: list[bytes]) -> tuple[list[bytes], LineNotes]:
    notes = LineNotes()
    return [line for block in split_lines(as_text(chunks, notes)) for line in block], notes


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4_096])
def test_lines_do_not_depend_on_where_chunks_end(size):
    content = b"\xef\xbb\xbfone\n\ntwo\r\n" + "三\u2028三".encode() + b"\n\nlast"
    chunks = [content[start : start + size] for start in range(0, len(content), size)]

    assert split(chunks)[0] == [b"one", b"", b"two\r", "三\u2028三".encode(), b"", b"last"]


def test_a_gap_ends_the_line_it_falls_into():
    assert split([b"one\ntw", b"", b"ee\n", b"", b"four"])[0] == [b"one", b"tw", b"ee", b"four"]


def test_nul_bytes_are_taken_out_counted_and_placed():
    lines, notes = split([b"one\n", b"\0\0tw\0o\n", b"\0\0"])

    assert lines == [b"one", b"two"]
    assert (notes.nul_bytes, notes.nul_at) == (5, 4)


def test_utf_16_is_recoded_over_chunk_ends_and_its_odd_last_byte_is_shown():
    content = b"\xff\xfe" + "一\n二".encode("utf-16-le") + b"\x41"

    lines, notes = split([content[:1], content[1:5], content[5:]])

    assert [line.decode() for line in lines] == ["一", "二\ufffd"]
    assert notes.encoding == "utf-16-le"


def test_a_long_line_is_given_once_and_shortened(monkeypatch):
    monkeypatch.setattr("ttslog.sources.lines.MAX_LINE_BYTES", 10)

    lines, _ = split([b"aaaa\nbbbbbb", b"bbbbbb", b"bbbbbb", b"bb\ncc\n"])

    assert [len(line) for line in lines] == [4, 12, 2]
