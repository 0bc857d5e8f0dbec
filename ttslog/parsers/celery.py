"""Celery workers: time, level and process in one pair of brackets; what became of a task, and of a worker process."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event
from ttslog.schema import WORKER_KILLED

_LINE = re.compile(
    r"\[(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}): (?P<level>[A-Z]{4,8})/(?P<process>[\w-]{1,100})\] "
    r"(?P<message>.*)",
    re.ASCII | re.DOTALL,
)
_ID = r"(?P<task_id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_TASK = re.compile(rf"(?:Task )?(?P<task>[\w.]{{1,200}})\[{_ID}\](?:: | |$)", re.ASCII)
_SUCCEEDED = re.compile(r"succeeded in (?P<seconds>\d{1,9}(?:\.\d{1,18})?)s", re.ASCII)
_KILLED = re.compile(r"Process '[^']*' pid:(?P<pid>\d{1,10}) exited with 'signal \d+ \((?P<signal>SIG\w+)\)'", re.ASCII)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record. A task may be anything, so that its id is no request's."""
    if line[:1] != b"[" or line[24:26] != b": ":
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    time, level, process, message = found.groups()
    event = message_event(message, clock, time_us=clock.text(time), level=level_name(level), worker=process)
    killed, task = _KILLED.match(message), _TASK.match(message)
    if killed is not None:
        event.name = WORKER_KILLED
        event.fields |= {"worker_pid": int(killed["pid"]), "signal": killed["signal"]}
    elif task is not None:
        event.fields |= task.groupdict()
        _say_how_it_went(event, message[task.end() :], message)
    return event


def _say_how_it_went(event: Event, said: str, message: str) -> None:
    succeeded = _SUCCEEDED.match(said)
    if succeeded is not None:
        event.fields["task_ms"] = round(float(succeeded["seconds"]) * 1000, 3)
        event.fields["message"] = message[: len(message) - len(said) + succeeded.end()]  # the result may be anything


_HEAD = "[2026-11-20 14:00:00,123: {}] "
_UUID = "5f3c9a2e-0c1e-4f0c-9a77-1d2c3b4a5f60"

FORMAT = Format(
    title="Celery worker",
    parse=parse,
    url="https://docs.celeryq.dev/en/stable/userguide/configuration.html#worker-log-format",
    marks=("/",),
    begins=b"[",
    samples=(
        Sample(
            f"{_HEAD.format('ERROR/ForkPoolWorker-2')}Task tts.speak[{_UUID}] raised unexpected: RuntimeError('CUDA')",
            {
                "name": "message",
                "time": "2026-11-20T14:00:00.123Z",
                "level": "error",
                "worker": "ForkPoolWorker-2",
                "task": "tts.speak",
                "task_id": _UUID,
                "request_id": None,
            },
        ),
        Sample(
            f"{_HEAD.format('INFO/ForkPoolWorker-2')}Task tts.speak[{_UUID}] succeeded in 1.2043s: 'spoken text'",
            {"level": "info", "task_ms": 1204.3, "message": f"Task tts.speak[{_UUID}] succeeded in 1.2043s"},
        ),
        Sample(
            f"{_HEAD.format('ERROR/MainProcess')}Process 'ForkPoolWorker-2' pid:4242 exited with 'signal 9 (SIGKILL)'",
            {"name": "worker_killed", "worker_pid": 4242, "signal": "SIGKILL"},
        ),
        Sample(
            f'{_HEAD.format("INFO/MainProcess")}{{"event": "synthesis_start", "request_id": "ts_7f3a2b1c"}}',
            {"name": "synthesis_start", "request_id": "ts_7f3a2b1c"},
        ),
    ),
)
