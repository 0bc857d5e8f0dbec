"""Log lines and files as the fault cases need them: small, native, and easy to break."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def stamp(seconds: float) -> str:
    """Return the time `seconds` after noon as the native log line writes it."""
    return (NOON + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def line(seconds: float, event: str, request_id: str | None = None, **fields: Any) -> bytes:
    """Return one native log line with its line feed."""
    record = {"timestamp": stamp(seconds), "level": "info", "event": event, "host": "h1", "pid": 41}
    if request_id is not None:
        record["request_id"] = request_id
    return json.dumps({**record, **fields}, ensure_ascii=False).encode() + b"\n"


def start(seconds: float, request_id: str, **fields: Any) -> bytes:
    return line(seconds, "synthesis_start", request_id, **{"text_len": 6, **fields})


def stage(seconds: float, request_id: str, **fields: Any) -> bytes:
    return line(seconds, "stage_time", request_id, **{"model_stage": "acoustic", "duration_ms": 100.0, **fields})


def end(seconds: float, request_id: str, **fields: Any) -> bytes:
    return line(seconds, "synthesis_complete", request_id, **{"status": "success", "duration_ms": 500.0, **fields})


def failed(seconds: float, request_id: str, code: str = "GPU_OOM", **fields: Any) -> bytes:
    return end(seconds, request_id, status="failed", error_code=code, **fields)


def request(seconds: float, request_id: str, **fields: Any) -> bytes:
    """Return the three lines of a request that succeeds."""
    return start(seconds, request_id) + stage(seconds + 0.4, request_id) + end(seconds + 0.5, request_id, **fields)


def requests(count: int, *, first: int = 0) -> bytes:
    """Return the lines of `count` requests, one a second: r0000, r0001 ..."""
    return b"".join(request(number, f"r{number:04d}") for number in range(first, first + count))


def gz(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
