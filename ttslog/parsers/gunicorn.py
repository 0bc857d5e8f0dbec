"""gunicorn's error log: time with zone, process and level in brackets."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event
from ttslog.parsers._zoned import zoned_us

_LINE = re.compile(
    r"\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) ([+-]\d{4})\] \[(\d{1,10})\] \[([A-Z]+)\] (.*)",
    re.ASCII | re.DOTALL,
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record. Its pid is the writer's; one that the message names wins."""
    if line[:1] != b"[" or line[26:29] != b"] [":
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    local, offset, pid, level, message = found.groups()
    time_us = zoned_us(local, offset, clock)
    return message_event(message, clock, time_us=time_us, level=level_name(level), pid=int(pid))


_HEAD = "[2026-11-20 22:00:00 +0800] [{}] [{}] "
_MASTER = _HEAD.format(41, "INFO")

FORMAT = Format(
    title="gunicorn error log",
    parse=parse,
    url="https://docs.gunicorn.org/en/stable/settings.html#errorlog",
    marks=("] [",),
    samples=(
        Sample(
            f"{_MASTER}Starting gunicorn 27.0.1",
            {
                "name": "service_start",
                "time": "2026-11-20T14:00:00Z",
                "level": "info",
                "pid": 41,
                "server_version": "27.0.1",
            },
        ),
        Sample(f"{_HEAD.format(42, 'INFO')}Booting worker with pid: 42", {"name": "service_start", "pid": 42}),
        Sample(
            f"{_HEAD.format(41, 'CRITICAL')}WORKER TIMEOUT (pid:42)",
            {"name": "worker_timeout", "level": "critical", "worker_pid": 42, "pid": 41},
        ),
        Sample(
            f"{_HEAD.format(41, 'ERROR')}Worker (pid:42) was sent SIGKILL! Perhaps out of memory?",
            {"name": "worker_killed", "level": "error", "worker_pid": 42, "signal": "SIGKILL", "cause": None},
        ),
        Sample(
            f"{_HEAD.format(41, 'ERROR')}Worker (pid:42) was sent SIGSEGV!",
            {"name": "worker_killed", "signal": "SIGSEGV"},
        ),
        Sample(f"{_HEAD.format(41, 'ERROR')}Worker (pid:42) exited with code 3", {"name": "service_stop", "pid": 42}),
        Sample(f"{_HEAD.format(42, 'INFO')}Worker exiting (pid: 42)", {"name": "service_stop", "pid": 42}),
        Sample(
            f"{_HEAD.format(42, 'ERROR')}Error handling request GET /v1/audio/speech?text=x",
            {"name": "exception", "http_method": "GET", "http_path": "/v1/audio/speech"},
        ),
        Sample(
            f"{_HEAD.format(42, 'ERROR')}Error handling request /api/tts",
            {"name": "exception", "http_path": "/api/tts"},
        ),
        Sample(f"{_MASTER}Shutting down: Master", {"name": "service_stop", "pid": 41}),
        Sample(f"{_HEAD.format(41, 'ERROR')}Worker failed to boot.", {"message": "Worker failed to boot."}),
    ),
)
