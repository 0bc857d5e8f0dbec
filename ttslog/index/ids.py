"""Ids: where in a file each request stands, so that one is found without opening a table, a log or a library.

A file of blocks: sorted lines of id, first and last line (negative in the file before), about BLOCK_BYTES each. Its
first line is a JSON object that says where each block lies and with which id it begins; every part has its checksum.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from isal import isal_zlib

from ttslog.index.damage import DamagedPiece
from ttslog.index.plain_json import from_json, to_json

IDS_FILE = "ids"
BLOCK_BYTES = 1 << 15
_CRC_DIGITS = 8
_in_quotes = json.JSONEncoder(ensure_ascii=False).encode  # `json.dumps` would make one for every id


class Place(NamedTuple):
    """Where a request stands: first and last line, negative what lies in the file before."""

    request_id: str
    first: int
    last: int


def write_ids(path: Path, places: Iterable[Place], about: dict[str, Any]) -> None:
    """Write the places of the requests of one file.

    Args:
        path: of the file to write.
        places: in any order.
        about: plain values, to be had back with any answer.
    """
    blocks = list(_blocks(sorted(_line(place) for place in places)))
    table, offset = [], 0
    for block in blocks:
        table.append([block.split(b"\t", 1)[0].decode(), offset, len(block), isal_zlib.crc32(block)])
        offset += len(block)
    head = to_json({"blocks": table, "about": about}).encode()
    with path.open("wb") as file:
        file.write(b"%08x%s\n" % (isal_zlib.crc32(head), head))
        file.writelines(blocks)


def _line(place: Place) -> bytes:
    return b"%s\t%d\t%d\n" % (_written(place.request_id), place.first, place.last)


def _written(request_id: str) -> bytes:
    return _in_quotes(request_id).encode("utf-8", "surrogatepass")[1:-1]


def _blocks(lines: Sequence[bytes]) -> Iterator[bytes]:
    held: list[bytes] = []
    size = 0
    for line in lines:
        held.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


def find_ids(path: Path, beginning: str) -> tuple[list[Place], dict[str, Any]]:
    """Return the requests whose id begins with a text, and what was written about them all.

    Raises:
        DamagedPiece: the file is not as it was written.
    """
    wanted = _written(beginning)
    try:
        with path.open("rb") as file:
            head = file.readline()
            if int(head[:_CRC_DIGITS], 16) != isal_zlib.crc32(head[_CRC_DIGITS:-1]):
                raise DamagedPiece(path)
            told = from_json(head[_CRC_DIGITS:])
            lines = [line for block in _near(told["blocks"], wanted) for line in _read(file, len(head), block)]
    except (OSError, ValueError) as error:
        raise DamagedPiece(path) from error
    return [_place(line) for line in lines if line.startswith(wanted)], told["about"]


def _near(blocks: Sequence[Sequence[Any]], wanted: bytes) -> Sequence[Sequence[Any]]:
    """Return the blocks in which lines that begin with a text can stand."""
    firsts = [block[0].encode("utf-8", "surrogatepass") for block in blocks]
    return blocks[max(bisect_left(firsts, wanted) - 1, 0) : bisect_right(firsts, wanted + b"\xff")]


def _read(file: BinaryIO, begin: int, block: Sequence[Any]) -> list[bytes]:
    _, offset, length, checksum = block
    file.seek(begin + offset)
    content = file.read(length)
    if isal_zlib.crc32(content) != checksum:
        raise ValueError(f"block at {offset} is not as it was written")
    return content.splitlines()


def _place(line: bytes) -> Place:
    written, first, last = line.rsplit(b"\t", 2)
    return Place(from_json(b'"%s"' % written), int(first), int(last))
