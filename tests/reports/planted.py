"""A planted incident: four hours of a service whose cache disk fills, whose worker is killed, whose audio goes bad.

The web server in front of it answered some requests by itself: 502 while there was no worker, 504 when all were slow.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 11, 20, 10, 0, 0, tzinfo=UTC)
REQUESTS = 480  # one every half minute
CACHE_FULL_FROM = 300
KILLED = 350
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}} \x1b[31m \u202egnp.exe \x00 $x$ <b>"
_STAGES = (("g2p", "frontend", 4), ("acoustic", "inference", 120), ("vocoder", "render", 60), ("encode", "render", 3))


def line(second: float, event: str, request_id: str | None = None, *, level: str = "info", **fields: Any) -> str:
    """Return one native log line, `second` behind the start."""
    when = (START + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    known = {"timestamp": when, "level": level, "event": event, "service": "planted", "host": "h1", "pid": 40}
    return json.dumps(known | ({"request_id": request_id} if request_id else {}) | fields)


def write(folder: Path) -> Path:
    """Write a rotated set of three files, the oldest cut in the middle of its compressed bytes, and an access log."""
    lines = list(_lines())
    third = len(lines) // 3
    oldest = gzip.compress("\n".join(lines[:third]).encode() + b"\n")
    (folder / "app.log.2.gz").write_bytes(oldest[: len(oldest) * 9 // 10])
    (folder / "app.log.1.gz").write_bytes(gzip.compress("\n".join(lines[third : 2 * third]).encode() + b"\n"))
    (folder / "app.log").write_text("\n".join(lines[2 * third :]) + "\nno record at all\n", "utf-8")
    (folder / "access.log").write_text("".join(_access_lines()), "utf-8")
    return folder


def _lines() -> Iterator[str]:
    yield line(0, "service_start", release="1.4.0", ppid=1)
    for number in range(REQUESTS):
        second = number * 30.0
        if number % 10 == 0:
            yield _disk(second, 55 + number / 12)
        yield from _request(number, second)
    yield line(REQUESTS * 30.0, "service_stop", release="1.4.0", ppid=1)


def _access_lines() -> Iterator[str]:
    for number in range(REQUESTS):
        yield _answered(number * 30 + 2, _status(number))
    for second in range(3):
        yield _answered(REQUESTS * 30 + second, 504)


def _status(number: int) -> int:
    return 502 if number == KILLED else _end(number, 40, 1.0).get("http_status", 200)


def _answered(second: float, status: int) -> str:
    when = (START + timedelta(seconds=second)).strftime("%d/%b/%Y:%H:%M:%S +0000")
    return f'127.0.0.1 - - [{when}] "POST /v1/tts HTTP/1.1" {status} 512 "-" "curl/8"\n'


def _disk(second: float, used: float) -> str:
    over = {"warning_code": "CACHE_DIR_USAGE"} if used >= 78 else {}
    level = "warning" if over else "info"
    return line(second, "cache_health", level=level, path="/var/cache/tts", used_percent=used, threshold=78.0, **over)


def _request(number: int, second: float) -> Iterator[str]:
    request_id = f"ts_{number:08x}"
    length = 40 + number * 7 % 60
    yield line(second, "synthesis_start", request_id, text_len=length, voice="heart", lang="en-US", release="1.4.0")
    if number == KILLED:
        yield line(second + 1, "worker_killed", level="error", worker_pid=40, signal="SIGKILL", pid=1)
        return
    at = second
    slow = 3 if number >= CACHE_FULL_FROM else 1
    for name, family, usual_ms in _STAGES:
        took_ms = usual_ms * slow * (1 + number % 7 / 10)
        at += took_ms / 1000
        yield line(at, "stage_time", request_id, model_stage=name, stage_family=family, duration_ms=took_ms)
    yield line(at + 0.01, "synthesis_complete", request_id, **_end(number, length, (at - second + 0.01) * 1000))


def _end(number: int, length: int, duration_ms: float) -> dict[str, Any]:
    done = {"status": "success", "duration_ms": duration_ms, "text_len": length, "http_status": 200}
    if number >= CACHE_FULL_FROM and number % 9 == 0:
        return {**done, **_failure("DISK_FULL", f"No space left on device: {HOSTILE}"), "level": "error"}
    if number % 61 == 0:
        return {**done, **_failure("TEXT_EMPTY", "nothing to speak"), "http_status": 422, "level": "error"}
    return {
        **done,
        **_audio(number, length),
        "cache_hit": number % 4 == 0,
        "cache_saved": number % 4 != 0 and number < CACHE_FULL_FROM,
        "rtf": duration_ms / 1000 / (length * 0.08),
    }


def _failure(code: str, message: str) -> dict[str, Any]:
    traceback = f'Traceback (most recent call last):\n  File "/srv/tts/cache.py", line 88, in put\nOSError: {message}'
    return {
        "status": "failed",
        "http_status": 500,
        "error_code": code,
        "error_type": "OSError",
        "error_message": message,
        "traceback": traceback,
    }


def _audio(number: int, length: int) -> dict[str, Any]:
    numbers = {
        "audio_seconds": length * (0.08 + number % 5 / 1000),
        "audio_rms": 0.04 + number % 3 / 100,
        "audio_peak": 0.4,
        "silence_ratio": 0.2,
        "clipping_ratio": 0.0,
        "spectral_centroid_hz": 2500.0 + number % 11 * 20,
    }
    odd = {110: {"audio_rms": 0.0002}, 210: {"audio_seconds": 0.6}, 215: {"spectral_centroid_hz": 700.0}}
    return numbers | odd.get(number, {})
