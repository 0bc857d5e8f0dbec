"""Mutated lines and files: every line accounted for, every answer written, no exception out of the public functions."""

from __future__ import annotations

import bz2
import json
import lzma
import os
import random

import pytest
import zstandard

from tests.faults.outcome import read
from tests.faults.writing import failed, gz, line, request, stage, start
from ttslog import api
from ttslog.commands._show import to_json
from ttslog.parsers import formats

SCALE = int(os.environ.get("TTSLOG_MUTATIONS", "1"))
LINES, FILES, BATCHES = 100_000 * SCALE, 10_000 * SCALE, 10
SAMPLES = [sample.line.encode() for format_ in formats().values() for sample in format_.samples]
NATIVE = (request(0, "a") + failed(1, "b") + start(2, "c") + stage(3, "c") + line(4, "warning")).splitlines()
POOL = [*SAMPLES, *NATIVE * (len(SAMPLES) // len(NATIVE))]
TOKENS = (
    b"\0",
    b"\n",
    b"\r",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"[",
    b",",
    b":",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\x1b[",
    b"1e999",
    b"NaN",
)
PACKERS = (bytes, bytes, gz, gz, bz2.compress, lzma.compress, zstandard.compress)


def mutated(choice: random.Random, content: bytes, *, most: int = 4) -> bytes:
    """Return the content after up to `most` accidents: bits flipped, pieces lost, doubled, moved, tokens thrown in."""
    data = bytearray(content)
    for _ in range(choice.randrange(most + 1)):
        place = choice.randrange(len(data) + 1)
        until = place + choice.randrange(24)
        match choice.randrange(5):
            case 0 if place < len(data):
                data[place] ^= 1 << choice.randrange(8)
            case 1:
                del data[place:until]
            case 2:
                data[place:place] = data[place:until]
            case 3:
                data[place:place] = choice.choice(TOKENS)
            case _:
                del data[place:]
    return bytes(data)


@pytest.mark.parametrize("seed", range(BATCHES))
def test_mutated_lines_are_all_accounted_for(tmp_path, seed):
    choice = random.Random(seed)
    text = b"\n".join(mutated(choice, choice.choice(POOL)) for _ in range(LINES // BATCHES))
    (tmp_path / "app.log").write_bytes(text)

    found = read(tmp_path)

    assert found.total("lines") == text.count(b"\n") + (not text.endswith(b"\n"))
    assert found.total("events") > LINES // BATCHES // 3


@pytest.mark.parametrize("seed", range(BATCHES))
def test_mutated_files_are_all_read_or_named(tmp_path, seed):
    choice = random.Random(seed)
    for number in range(FILES // BATCHES):
        lines = b"\n".join(choice.choices(POOL, k=choice.randrange(1, 6)))
        packed = mutated(choice, choice.choice(PACKERS)(lines), most=2)
        (tmp_path / f"log{number}.log").write_bytes(packed)

    found = read(tmp_path)

    assert len(found.reading.files) == FILES // BATCHES
    assert all(file.lines or file.damage or file.state in ("empty", "duplicate") for file in found.reading.files)
    for answer in (api.top_errors(str(tmp_path)), api.trace(found.requests[0].request_id, str(tmp_path / "log*"))):
        json.loads(to_json(answer.to_dict()))
