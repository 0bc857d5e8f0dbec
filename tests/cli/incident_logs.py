"""A small incident in the native format: four requests over three files of one rotated set."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

START = datetime(2026, 11, 20, 14, 0, 0, tzinfo=UTC)
SLOW, SPLIT, FAILED, KILLED = "ts_00000000aaaa0001", "ts_00000000aaaa0002", "ts_00000000bbbb0003", "ts_00000000cccc0004"


def line(seconds: float, event: str, request_id: str | None = None, *, level: str = "info", **fields: Any) -> str:
    """Return one native log line, `seconds` behind 14:00:00 UTC."""
    when = (START + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    record = {"timestamp": when, "level": level, "event": event, "service": "demo", "host": "h1", "pid": 41, **fields}
    if request_id:
        record["request_id"] = request_id
    return json.dumps(record, ensure_ascii=False)


def request(seconds: float, request_id: str, **end: Any) -> list[str]:
    """Return the lines of one request that ends 0.5 s after its start, with two stages of 100 and 300 ms."""
    done = {"status": "success", "duration_ms": 500.0, "text_len": 6, "http_status": 200, **end}
    stages = (("g2p", "frontend", 0.1, 100.0), ("acoustic", "inference", 0.4, 300.0))
    return [
        line(seconds, "synthesis_start", request_id, text_len=6, voice="heart"),
        *(
            line(seconds + at, "stage_time", request_id, model_stage=name, stage_family=family, duration_ms=took)
            for name, family, at, took in stages
        ),
        line(
            seconds + 0.5, "synthesis_complete", request_id, level="error" if "error_code" in done else "info", **done
        ),
    ]


def write(folder: Path) -> Path:
    """Write app.log.2.gz, app.log.1.gz and app.log into `folder`: the oldest request is first, the killed one last."""
    slow, split, failed = request(0, SLOW), request(60, SPLIT), request(120, FAILED, **_FAILURE)
    killed = request(600, KILLED)[:2]
    death = line(601, "worker_killed", level="error", worker_pid=41, signal="SIGKILL", pid=7)
    _gzip(folder / "app.log.2.gz", [*slow, *split[:2]])
    _gzip(folder / "app.log.1.gz", [*split[2:], *failed])
    (folder / "app.log").write_text("\n".join([*killed, death]) + "\n", "utf-8")
    return folder


_FAILURE = {
    "status": "failed",
    "http_status": 400,
    "error_code": "TEXT_EMPTY",
    "error_message": "nothing to speak <script>alert(1)</script>",
    "model_stage": "g2p",
}


def _gzip(path: Path, lines: list[str]) -> None:
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
