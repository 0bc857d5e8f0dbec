"""The law of plain requests: what is taken out of the lines says what reading line by line says, whatever they hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.faults.writing import NOON, request
from tests.index.answers import assert_alike

KEYS = (
    *(
        "timestamp",
        "level",
        "event",
        "request_id",
        "model_stage",
        "stage_family",
        "duration_ms",
        "status",
        "host",
        "pid",
    ),
    *("voice", "engine", "text_len", "rtf", "queue_ms", "audio_seconds", "audio_rms", "clipping_ratio", "cache_hit"),
    *("error_code", "warning_code", "ts", "rms", "stage", "note", "trace_id"),
)
VALUES = st.sampled_from(
    [
        *(None, True, False, 0, 1, -1, 7, 0.5, 1e9, 10**20, "", "-", "7", "success", "failed", "x", [1], {"a": 1}),
        *("info", "warning", "INFO", "stage_time", "synthesis_start", "synthesis_complete", "stage", "r0", "r1"),
        *(
            "2026-11-20T12:00:03.000000Z",
            "2026-11-20 12:00:03.000000Z",
            "2026-11-20T12:00:03.0000000",
            "2026-11-20T12:00:03Z",
        ),
    ]
)
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 200),
        st.sampled_from(["set", "set", "set", "drop", "double", "repeat", "swap", "reverse"]),
        st.sampled_from(KEYS),
        VALUES,
    ),
    max_size=6,
)


def changed(lines: list[bytes], place: int, how: str, key: str, value: object) -> list[bytes]:
    """Return the lines with one change, which may be a line more or two that changed places."""
    at = place % len(lines)
    record = json.loads(lines[at])
    if how == "repeat":
        return [*lines, lines[at]]
    if how == "swap":
        return [*lines[:at], *reversed(lines[at : at + 2]), *lines[at + 2 :]]
    if how == "double":
        double = lines[at][:-1] + f', "{key}": {json.dumps(value)}}}'.encode()
        return [*lines[:at], double, *lines[at + 1 :]]
    if how == "reverse":
        record = dict(reversed(record.items()))
    elif how == "drop":
        record.pop(key, None)
    else:
        record[key] = value
    return [*lines[:at], json.dumps(record).encode(), *lines[at + 1 :]]


TRACEBACK = (
    b"Traceback (most recent call last):",
    b'  File "tts.py", line 12, in speak',
    b"    audio = vocoder(mel)",
    b"RuntimeError: shape mismatch",
)
TEXTS: tuple[tuple[bytes, ...], ...] = (
    (b'127.0.0.1 - - [20/Nov/2026:12:00:02 +0000] "POST /v1/audio/speech HTTP/1.1" 200 512 "-" "curl/8"',),
    (b'INFO:     127.0.0.1:34648 - "POST /v1/audio/speech HTTP/1.1" 200 OK',),
    (b'INFO:     127.0.0.1:34648 - "POST /v1/audio/speech HTTP/1.1" 500 Internal Server Error',),
    (b'INFO:     127.0.0.1:34648 - "GET /healthz HTTP/1.1" 200 OK',),
    (b"2026-11-20 12:00:02,500 INFO tts: warmed up",),
    (b"2026-11-20 12:00:02,500 ERROR tts: no kernel image is available", *TRACEBACK),
    (b"2026-11-20 12:00:02,500 WARNING tts: slow disk",),
    TRACEBACK,
    TRACEBACK[:2],
    (b"",),
    (b"    the rest of a message",),
    (b"nobody knows this line",),
    (b'{"timestamp": "2026-11-20T12:00:02.000000Z", "level": "info", "ev',),
    (b'{"log": "2026-11-20 12:00:02,500 INFO tts: boxed\\n", "stream": "stdout", "time": "2026-11-20T12:00:02.5Z"}',),
    (b"Killed",),
    (b">> gpt_gen_time: 1.50 seconds",),
    (b">> Total inference time: 3.00 seconds", b">> Generated audio length: 2.00 seconds", b">> RTF: 1.5000"),
    (b" 40%|####      | 4/10 [00:01<00:02,  2.50it/s]",),
    (b"[2026-11-20 12:00:02 +0000] [41] [INFO] Booting worker with pid: 41",),
    (b"time=2026-11-20T12:00:02Z level=error request_id=r1 msg=late",),
)
_CLIENT = "127.0.0.1 - - [20/Nov/2026:12:00:{second:02d} +0000]"
ACCESS_LINES = st.sampled_from(
    [
        f'{_CLIENT} "POST /v1/audio/speech HTTP/1.1" 200 512 "-" "curl/8"',
        f'{_CLIENT} "POST /v1/audio/speech HTTP/1.1" 500 512 "-" "curl/8" rt=0.5',
        f'{_CLIENT} "GET /v1/audio/speech HTTP/1.1" 200 5 "-" "-" request_id=r1',
        f'{_CLIENT} "GET /healthz HTTP/1.1" 200 2 "-" "curl/8"',
        "2026-11-20 12:00:{second:02d},500 ERROR worker: no kernel image is available",
    ]
)
_SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@settings(_SETTINGS, max_examples=50)
@given(count=st.integers(1, 6), changes=CHANGES)
def test_requests_of_which_lines_were_changed_are_told_alike(tmp_path: Path, count: int, changes):
    lines = [line for number in range(count) for line in request(number * 2, f"r{number}").splitlines()]
    for change in changes:
        lines = changed(lines, *change)
    (tmp_path / "app.log").write_bytes(b"".join(line + b"\n" for line in lines))
    assert_alike((str(tmp_path),))


@settings(_SETTINGS, max_examples=75)
@given(
    count=st.integers(1, 5),
    texts=st.lists(st.tuples(st.integers(0, 200), st.sampled_from(TEXTS)), min_size=1, max_size=6),
    changes=st.one_of(st.just([]), CHANGES),
)
def test_requests_between_which_there_is_text_are_told_alike(tmp_path: Path, count: int, texts, changes):
    lines = [line for number in range(count) for line in request(number * 2, f"r{number}").splitlines()]
    for change in changes:
        lines = changed(lines, *change)
    for place, text in texts:
        at = place % (len(lines) + 1)
        lines[at:at] = text
    (tmp_path / "app.log").write_bytes(b"".join(line + b"\n" for line in lines))
    assert_alike((str(tmp_path),))


@settings(_SETTINGS, max_examples=40)
@given(
    count=st.integers(1, 5),
    access=st.lists(st.tuples(st.integers(0, 12), ACCESS_LINES), min_size=1, max_size=6),
    changes=st.one_of(st.just([]), CHANGES),
    name=st.sampled_from(["access.log", "web.log"]),
)
def test_requests_beside_another_log_are_told_alike(tmp_path: Path, count: int, access, changes, name: str):
    lines = [line for number in range(count) for line in request(number * 2, f"r{number}").splitlines()]
    for change in changes:
        lines = changed(lines, *change)
    (tmp_path / "app.log").write_bytes(b"".join(line + b"\n" for line in lines))
    (tmp_path / "access.log").unlink(missing_ok=True)
    (tmp_path / "web.log").unlink(missing_ok=True)
    (tmp_path / name).write_text("".join(line.format(second=second) + "\n" for second, line in sorted(access)))
    assert_alike((str(tmp_path),))


OTHER_NAMES = st.fixed_dictionaries(
    {},
    optional={
        "timestamp": st.sampled_from(["ts", "time", "@timestamp"]),
        "level": st.sampled_from(["levelname", "severity"]),
        "request_id": st.sampled_from(["req_id", "correlationId", "id", "trace_id"]),
        "model_stage": st.just("stage"),
        "duration_ms": st.sampled_from(["elapsed_ms", "dur_ms", "rtf"]),
        "host": st.sampled_from(["host.name", "hostname", "node"]),
        "pid": st.sampled_from(["process.pid", "voice_id"]),
        "text_len": st.sampled_from(["characters_count", "usage"]),
        "event": st.sampled_from(["message", "msg"]),
        "status": st.sampled_from(["success", "http_status"]),
        "synthesis_start": st.just("tts.request.start"),
        "synthesis_complete": st.just("tts.request.complete"),
        "stage_time": st.sampled_from(["stage", "tts.stage"]),
    },
)


@settings(_SETTINGS, max_examples=40)
@given(
    count=st.integers(1, 5),
    changes=st.one_of(st.just([]), CHANGES),
    names=OTHER_NAMES,
    few=st.sets(st.integers(0, 14), max_size=5),
    rarely=st.booleans(),
)
def test_requests_of_a_service_with_other_names_are_told_alike(tmp_path: Path, count, changes, names, few, rarely):
    lines = [line for number in range(count) for line in request(number * 2, f"r{number}").splitlines()]
    for number, line in enumerate(lines):
        if (number in few) is rarely:
            record = {names.get(key, key): value for key, value in json.loads(line).items()}
            event = record.get("event")
            lines[number] = json.dumps({**record, **({"event": names.get(event, event)} if event else {})}).encode()
    for change in changes:
        lines = changed(lines, *change)
    (tmp_path / "app.log").write_bytes(b"".join(line + b"\n" for line in lines))
    assert_alike((str(tmp_path),))


ZONES = [ZoneInfo("UTC"), ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")]
SUMMER_ENDS = datetime(2026, 10, 25, 0, 59, 57, tzinfo=UTC)  # in Berlin the hour that follows comes again
FORMS = {
    "UTC, milliseconds": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
    "UTC, seconds": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "offset, seconds where it is whole": datetime.isoformat,
    "offset, milliseconds": lambda at: at.isoformat(timespec="milliseconds"),
    "offset without a colon": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.%f%z"),
    "seconds since 1970": datetime.timestamp,
    "whole seconds since 1970": lambda at: int(at.timestamp()),
    "milliseconds since 1970": lambda at: round(at.timestamp() * 1000),
    "nanoseconds since 1970": lambda at: round(at.timestamp() * 1_000_000) * 1000,
    "local": lambda at: at.strftime("%Y-%m-%d %H:%M:%S.%f"),
    "local, seconds": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S"),
    "local, comma": lambda at: at.strftime("%Y-%m-%d %H:%M:%S,%f")[:-3],
}


def rewritten(line: bytes, begin: datetime, zone: ZoneInfo, form: str) -> bytes:
    """Return a line with its time, if it has one, moved from noon to `begin`, and written in another form."""
    record = json.loads(line)
    try:
        at = datetime.fromisoformat(record["timestamp"])
    except (KeyError, TypeError, ValueError):
        return line
    record["timestamp"] = FORMS[form]((at - NOON + begin).astimezone(zone))
    return json.dumps(record).encode()


@settings(_SETTINGS, max_examples=40)
@given(
    count=st.integers(1, 5),
    changes=st.one_of(st.just([]), CHANGES),
    clock=st.tuples(st.sampled_from([NOON, SUMMER_ENDS]), st.sampled_from(ZONES)),
    forms=st.lists(st.sampled_from(list(FORMS)), min_size=1, max_size=2),
    others=st.sets(st.integers(0, 14), max_size=5),
)
def test_requests_whose_times_are_of_any_form_are_told_alike(tmp_path: Path, count, changes, clock, forms, others):
    lines = [line for number in range(count) for line in request(number * 2, f"r{number}").splitlines()]
    for change in changes:
        lines = changed(lines, *change)
    lines = [rewritten(line, *clock, forms[-(number in others)]) for number, line in enumerate(lines)]
    (tmp_path / "app.log").write_bytes(b"".join(line + b"\n" for line in lines))
    assert_alike((str(tmp_path),), zone=clock[1])
