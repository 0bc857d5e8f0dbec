"""systemd on the units it runs: how a main process ended, what the OOM killer did, restarts."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable
from typing import Any

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.schema import SERVICE_START, SERVICE_STOP, WORKER_KILLED

UNIT_NOTE = "unit_note"
UNIT_FAILED = "unit_failed"

_UNIT = r"(?P<unit>[\w:.\\@-]{1,255}\.(?:service|scope))"
_OF_A_UNIT = re.compile(rf"{_UNIT}: (?P<said>\S.*)", re.ASCII | re.DOTALL)
_JOB = re.compile(
    r"(?P<verb>Starting|Started|Stopping|Stopped|Finished|Reloading|Reloaded|Failed to start) "
    rf"{_UNIT}(?: - .*)?\.{{1,3}}\s*$",
    re.ASCII,
)
_MARKS = (".service", ".scope")
_LONGEST = 1_000
_ASKED_TO_END = frozenset({"SIGTERM", "SIGINT", "SIGHUP"})
_SUCCESS = frozenset({0, 128 + signal.SIGTERM})

_Means = Callable[[Event, re.Match[str]], None]


def parse(line: bytes, _: Clock) -> Event | None:
    """Read one message about a unit. It is systemd that wrote it: of the unit's own process no id is known."""
    text = decode(line[:_LONGEST])
    found = _OF_A_UNIT.match(text) or _JOB.match(text)
    if found is None:
        return None
    fields: dict[str, Any] = {"message": text.strip(), "logger": "systemd", "unit": found["unit"], "pid": None}
    event = Event(UNIT_NOTE, level="info", fields=fields)
    if "said" in found.re.groupindex:
        _give_meaning(event, found["said"])
    elif found["verb"] == "Failed to start":
        event.level = "error"
    return event


def _give_meaning(event: Event, said: str) -> None:
    for pattern, give in _MEANINGS:
        found = pattern.match(said)
        if found is not None:
            give(event, found)
            return


def _be_end(event: Event, found: re.Match[str]) -> None:
    """The main process is the service: its end is the service's."""
    event.name = SERVICE_STOP
    if found["code"] == "exited":
        exit_code = event.fields["exit_code"] = int(found["status"])
        event.level = "info" if exit_code in _SUCCESS else "error"
        return
    name = event.fields["signal"] = f"SIG{found['word']}"
    event.level = "info" if name in _ASKED_TO_END else "critical"


def _be_restart(event: Event, found: re.Match[str]) -> None:
    event.name = SERVICE_START
    event.fields["restart_count"] = int(found["count"])


def _be_kill(event: Event, found: re.Match[str]) -> None:
    event.name, event.level = WORKER_KILLED, "error"
    event.fields |= {"worker_pid": int(found["worker_pid"]), "comm": found["comm"], "signal": found["signal"]}


def _be_error(event: Event, _: re.Match[str]) -> None:
    event.level = "error"


def _be_warning(event: Event, _: re.Match[str]) -> None:
    event.name, event.level = UNIT_FAILED, "warning"


_MEANINGS: tuple[tuple[re.Pattern[str], _Means], ...] = (
    (
        re.compile(
            r"Main process exited, code=(?P<code>exited|killed|dumped), status=(?P<status>\d{1,5})/(?P<word>\S+)"
        ),
        _be_end,
    ),
    (re.compile(r"Scheduled restart job, restart counter is at (?P<count>\d{1,18})\."), _be_restart),
    (
        re.compile(r"Killing process (?P<worker_pid>\d{1,10}) \((?P<comm>[^)]*)\) with signal (?P<signal>SIGKILL)"),
        _be_kill,
    ),
    (re.compile(r"A process of this unit has been killed by the OOM killer|The kernel OOM killer killed "), _be_error),
    (re.compile(r"systemd-oomd killed |Start request repeated too quickly|Watchdog timeout"), _be_error),
    (re.compile(r"Failed with result |Failed to |State '[\w-]+' timed out"), _be_warning),
)

_KILLED = {"name": "service_stop", "level": "critical", "signal": "SIGKILL", "unit": "tts.service"}

FORMAT = Format(
    title="systemd (how a service ended, restarts)",
    parse=parse,
    url="https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html",
    marks=_MARKS,
    samples=(
        Sample("tts.service: Main process exited, code=killed, status=9/KILL", _KILLED),
        Sample(
            "tts@gpu-1.service: Main process exited, code=dumped, status=11/SEGV",
            {"name": "service_stop", "level": "critical", "signal": "SIGSEGV", "unit": "tts@gpu-1.service"},
        ),
        Sample(
            "tts.service: Main process exited, code=killed, status=15/TERM",
            {"name": "service_stop", "level": "info", "signal": "SIGTERM"},
        ),
        Sample(
            "tts.service: Main process exited, code=exited, status=203/EXEC",
            {"name": "service_stop", "level": "error", "exit_code": 203, "signal": None},
        ),
        Sample(
            "tts.service: Scheduled restart job, restart counter is at 5.",
            {"name": "service_start", "level": "info", "restart_count": 5},
        ),
        Sample(
            "tts.service: Killing process 4242 (python3) with signal SIGKILL.",
            {"name": "worker_killed", "worker_pid": 4242, "comm": "python3", "signal": "SIGKILL"},
        ),
        Sample(
            "tts.service: A process of this unit has been killed by the OOM killer.",
            {"name": "unit_note", "level": "error", "logger": "systemd"},
        ),
        Sample("tts.service: Failed with result 'oom-kill'.", {"name": "unit_failed", "level": "warning"}),
        Sample("tts.service: Consumed 1min 2.345s CPU time.", {"name": "unit_note", "level": "info"}),
        Sample("Started tts.service - Speech service.", {"name": "unit_note", "level": "info", "unit": "tts.service"}),
        Sample("Failed to start tts.service - Speech service.", {"name": "unit_note", "level": "error"}),
    ),
)
