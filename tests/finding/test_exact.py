"""A narrow reading gives of a request exactly what a full parse gives, whatever lies around it."""

from __future__ import annotations

import gzip
import json
import os
import random
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.writing import end, failed, gz, line, request, stage, start
from ttslog.errors import TtslogError
from ttslog.logs import Logs
from ttslog.parsers import formats
from ttslog.questions.trace import Limits, trace

LOGS = int(os.environ.get("TTSLOG_NARROW_LOGS", "150"))
NARROW = Limits(margin=15, whole_bytes=0)
TRACEBACK = b"""Traceback (most recent call last):
  File "/app/tts.py", line 12, in speak
    vocoder(mel)
RuntimeError: CUDA out of memory
"""
Chunks = list[bytes]


def plain(at: float, name: str, rng: random.Random) -> Chunks:
    return [start(at, name), stage(at + 0.1, name), *rare(at, rng), end(at + 0.5, name, audio_seconds=1.5)]


def rare(at: float, rng: random.Random) -> Chunks:
    """Lines without an id that may fall among those of any request."""
    loose = (
        line(at + 0.2, "message", level="warning", message="a library complains"),
        b"2026-11-20 12:00:00,500 ERROR something failed\n" + TRACEBACK,
        b'INFO:     10.0.0.7:51234 - "POST /v1/audio/speech HTTP/1.1" 200 OK\n',
        b"\n",
        b"nobody knows this line\n",
    )
    return [rng.choice(loose)] if rng.random() < 0.15 else []


def traced(at: float, name: str, rng: random.Random) -> Chunks:
    key = f"{rng.randrange(4):032x}"
    worker = line(at + 0.3, "stage_time", model_stage="worker", duration_ms=5.0, trace_id=key)
    later = [line(at + 0.9, "message", message="stored", trace_id=key)] if rng.random() < 0.5 else []
    return [start(at, name, trace_id=key), worker, end(at + 0.5, name, trace_id=key), *later]


def failing(at: float, name: str, rng: random.Random) -> Chunks:
    error = line(at + 0.2, "synthesis_failed", name, level="error", error_message="no memory") + TRACEBACK
    ends = [failed(at + 0.4, name)] if rng.random() < 0.7 else []
    return [start(at, name), error, *ends]


def unended(at: float, name: str, _: random.Random) -> Chunks:
    return [start(at, name), stage(at + 0.1, name)]


def again(at: float, name: str, _: random.Random) -> Chunks:
    return [request(at, name), request(at + 30, name)]


def escaped(at: float, name: str, _: random.Random) -> Chunks:
    written = json.dumps(name).replace(name[0], f"\\u{ord(name[0]):04x}", 1).encode()
    return [part.replace(json.dumps(name).encode(), written) for part in plain(at, name, random.Random(1))]


def coloured(at: float, name: str, _: random.Random) -> Chunks:
    cut = f"{name[:3]}\x1b[31m{name[3:]}".encode()
    console = b"2026-11-20 12:00:00 [info     ] stage_time   model_stage=g2p duration_ms=3 request_id=" + cut + b"\n"
    return [start(at, name), console, end(at + 0.5, name)]


def spoken_of(at: float, name: str, _: random.Random) -> Chunks:
    return [line(at, "message", message=f"somebody asks for {name}")]


def engine(at: float, _: str, __: random.Random) -> Chunks:
    stamp = f"2026-11-20 12:{int(at) // 60 % 60:02}:{int(at) % 60:02},000 INFO "
    said = ("get sft inference request", "synthesis text abc", "yield speech len 1.5, rtf 0.5")
    return [f"{stamp}{text}\n".encode() for text in said]


def in_own_words(at: float, name: str, rng: random.Random) -> Chunks:
    if rng.random() < 0.3:
        return [line(at, "tts_request", name, status=rng.choice(("ok", "failed")), duration_ms=500.0)]
    inner = [line(at + 0.1, "tts_started", name), stage(at + 0.2, name), line(at + 0.3, "tts_finished", name)]
    ends = [line(at + 0.5, "message", name, message="Request completed")] if rng.random() < 0.7 else []
    return [line(at, "request_received", name), *inner, *ends]


def in_messages(at: float, name: str, rng: random.Random) -> Chunks:
    """No line has a field for the id; messages name it."""
    says = rng.choice(("[{0}] {1}", "{1} request_id={0}", "request {0}: {1}", "{1} (rid: {0})"))
    ends = rng.choice((["synthesis complete, took 0.4 s voice=amy"], ["synthesis failed: no memory"], []))
    said = [says.format(name, words) for words in ("synthesis started", "vocoder done in 5 ms", *ends)]
    if rng.random() < 0.3:
        return [line(at + second, "message", message=text) for second, text in enumerate(said)]
    minute = f"2026-11-20 12:{int(at) // 60 % 60:02}"
    return [f"{minute}:{int(at + second) % 60:02},000 INFO {text}\n".encode() for second, text in enumerate(said)]


def in_one_line_behind_its_engine(at: float, name: str, rng: random.Random) -> Chunks:
    took_ms = rng.choice((1_500.0, 1_500.0, 20_000.0))
    return [*engine(at, name, rng), line(at + 1, "tts_request", name, status="ok", duration_ms=took_ms)]


def restart(at: float, _: str, __: random.Random) -> Chunks:
    return [line(at, "service_stop"), line(at + 1, "service_start")]


KINDS = (
    *(plain, plain, plain, traced, failing, unended, again, escaped, coloured),
    *(in_own_words, in_messages, in_one_line_behind_its_engine, spoken_of, engine, restart),
)


def write_log(rng: random.Random) -> list[bytes]:
    """Return the lines of a log: requests that overlap, amid others that do not."""
    waiting: list[tuple[float, Chunks]] = []
    at = 0.0
    for number in range(rng.randrange(60, 160)):
        at += rng.choice((0.1, 0.3, 3.0, 30.0))
        name = f"req_{number - rng.choice((0, 0, 0, 0, 1, 5)):04x}"
        waiting.append((at, rng.choice(KINDS)(at, name, rng)))
    lines: list[tuple[float, bytes]] = []
    for at, chunks in waiting:
        lines.extend((at + index * rng.choice((0.1, 0.4)), chunk) for index, chunk in enumerate(chunks))
    return [chunk for _, chunk in sorted(lines, key=lambda pair: pair[0])]


def in_docker(lines: Chunks, rng: random.Random) -> Chunks:
    return [_docker(part) for text in b"".join(lines).splitlines(keepends=True) for part in _cut(text, rng)]


def _docker(part: bytes) -> bytes:
    record = {"log": part.decode(), "stream": "stdout", "time": "2026-11-20T12:00:00.000000001Z"}
    return json.dumps(record).encode() + b"\n"


def in_cri(lines: Chunks, rng: random.Random) -> Chunks:
    texts = [part for text in b"".join(lines).splitlines(keepends=True) for part in _cut(text, rng)]
    return [
        b"2026-11-20T12:00:00.000000001Z stdout %s %s\n" % (b"F" if text.endswith(b"\n") else b"P", text.rstrip(b"\n"))
        for text in texts
    ]


def _cut(text: bytes, rng: random.Random) -> Chunks:
    """Cut a line where it pleases a container runtime: here within an id."""
    at = text.find(b"req_")
    if at < 0 or rng.random() < 0.7:
        return [text]
    places = sorted({at + rng.randrange(1, 8), at + rng.randrange(1, 8)})
    return [text[low:high] for low, high in pairwise([0, *places, len(text)])]


def as_it_is(lines: Chunks, _: random.Random) -> Chunks:
    return lines


def lay(folder: Path, seed: int) -> None:
    """Write a log of a seed as rotated files, some of them compressed, some damaged."""
    rng = random.Random(seed)
    for old in folder.iterdir():
        old.unlink()
    text = b"".join(rng.choice((as_it_is, as_it_is, in_docker, in_cri))(write_log(rng), rng))
    lines = text.splitlines(keepends=True)
    places = sorted(rng.randrange(len(lines)) for _ in range(rng.randrange(3)))
    files = [b"".join(lines[low:high]) for low, high in pairwise([0, *places, len(lines)])]
    for age, content in enumerate(reversed(files)):
        kind = rng.choice(("plain", "gz", "gz", "damaged", "holed", "utf-16"))
        name = f"app.log.{age}" if age else "app.log"
        if kind == "damaged" and len(content) > 200:
            (folder / name).write_bytes(gz(content)[:-40])
        elif kind == "holed":
            half = len(content) // 2
            (folder / name).write_bytes(content[:half] + b"\0" * 9 + content[half:])
        elif kind == "utf-16":
            (folder / name).write_bytes(content.decode().encode("utf-16"))
        else:
            (folder / name).write_bytes(gzip.compress(content) if kind == "gz" else content)


def told(request_id: str, folder: Path, limits: Limits | None) -> dict[str, Any] | str:
    """Return what a trace says of the request itself, or which mistake it names."""
    try:
        answer = trace(request_id, Logs((str(folder),)), limits).to_dict(show_text=True)
    except TtslogError as error:
        return type(error).__name__
    assert_balanced(answer["reading"])
    own = {name: answer[name] for name in ("request", "events", "attempts")}
    return {**own, "stages": [{k: v for k, v in one.items() if "baseline" not in k} for one in answer["stages"]]}


def assert_balanced(reading: dict[str, Any]) -> None:
    counts = ("events", "continuations", "blank", "duplicates", "bad", "passed_over")
    for file in (*reading["files"], reading):
        assert file["lines"] == sum(file[name] for name in counts)


@settings(
    max_examples=LOGS,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 1 << 32), wanted=st.integers(0, 160))
def test_a_narrow_reading_says_what_a_full_parse_says(tmp_path: Path, seed: int, wanted: int) -> None:
    lay(tmp_path, seed)
    request_id = f"req_{wanted:04x}"

    assert told(request_id, tmp_path, NARROW) == told(request_id, tmp_path, None)


def test_a_line_of_one_of_two_that_share_a_trace_is_nobody_s_however_long_ago_the_other_began(tmp_path: Path) -> None:
    others = (request(10 + number, f"req_{number:04x}") for number in range(100))
    lines = [
        start(0, "req_old", trace_id="t-1"),
        *others,
        start(200, "req_new", trace_id="t-1"),
        line(200.3, "stage_time", model_stage="worker", duration_ms=5.0, trace_id="t-1"),
        end(200.5, "req_new", trace_id="t-1"),
        *(request(300 + number, f"req_1{number:03x}") for number in range(100)),
    ]
    (tmp_path / "app.log").write_bytes(b"".join(lines))

    narrow = told("req_new", tmp_path, NARROW)

    assert [event["event"] for event in narrow["events"]] == ["synthesis_start", "synthesis_complete"]
    assert narrow == told("req_new", tmp_path, None)


@pytest.mark.parametrize("prefix", ["req_00", "req_0", "req_000"])
def test_the_beginning_of_an_id_is_answered_alike(tmp_path: Path, prefix: str) -> None:
    for seed in range(20):
        lay(tmp_path, seed)
        assert told(prefix, tmp_path, NARROW) == told(prefix, tmp_path, None)


DATA = Path(__file__).parents[1] / "data" / "infrastructure"
CORPORA = {path.name: path.read_bytes() for path in sorted(DATA.glob("*.log"))}
CORPORA["samples"] = b"".join(
    sample.line.encode() + b"\n" for one in formats().values() for sample in one.samples if "\n" not in sample.line
)


@pytest.mark.parametrize("corpus", CORPORA.values(), ids=CORPORA)
def test_every_request_of_real_logs_is_told_alike(tmp_path: Path, corpus: bytes) -> None:
    around = b"".join(request(number * 3, f"pad{number:04d}") for number in range(150))
    lines = corpus.splitlines(keepends=True)
    half = len(lines) // 2
    (tmp_path / "app.log.1.gz").write_bytes(gz(around + b"".join(lines[:half])))
    (tmp_path / "app.log").write_bytes(b"".join(lines[half:]) + b"\n" + around)

    ids = {one.request_id for one in Logs((str(tmp_path),)).open().requests()}

    for request_id in sorted(ids - {f"pad{number:04d}" for number in range(3, 150)})[:40]:
        assert told(request_id, tmp_path, NARROW) == told(request_id, tmp_path, None), request_id
