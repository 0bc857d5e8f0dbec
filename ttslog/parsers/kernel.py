"""The kernel's own log: the out-of-memory killer, segmentation faults. Its clock counts from boot: no time is known."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._message import message_event
from ttslog.schema import WORKER_KILLED

_LINE = re.compile(r"(?:<\d{1,3}>)?\[ *\d{1,9}\.\d{3,6}\](?:\[[TC ]+\d+\])? (?P<message>.*)", re.DOTALL)
_FAULT = re.compile(
    r"(?P<comm>[^\[\]]{1,50})\[(?P<worker_pid>\d{1,10})\]:? "
    r"(?:segfault at|general protection fault|trap invalid opcode|bad frame).*?(?: in (?P<library>[^\s\[]+)\[|$)"
)
_OWN_WORDS = (b"Killed process ", b"Kill process ")  # known without the clock too: a syslog wrapper takes that off


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one line of `dmesg`. The pid is the host's, which a container does not know."""
    if line[:1] not in (b"[", b"<"):
        return _killed(line, clock)
    found = _LINE.match(decode(line))
    if found is None:
        return None
    message = found["message"].removeprefix("traps: ")
    event = message_event(message, clock, logger="kernel")
    fault = _FAULT.match(message) if event.name == MESSAGE else None
    if fault is not None:
        _be_fault(event, fault)
    if event.name == WORKER_KILLED:
        event.level = "critical"
    return event


def _killed(line: bytes, clock: Clock) -> Event | None:
    if not any(words in line[:120] for words in _OWN_WORDS):
        return None
    event = message_event(decode(line), clock, level="critical", logger="kernel")
    return event if event.name == WORKER_KILLED else None


def _be_fault(event: Event, fault: re.Match[str]) -> None:
    event.name = WORKER_KILLED
    known = {name: value for name, value in fault.groupdict().items() if value is not None}
    event.fields |= known | {"worker_pid": int(fault["worker_pid"]), "signal": "SIGSEGV", "cause": "segfault"}


_OOM = (
    "Killed process 4242 (python3) total-vm:24117248kB, anon-rss:15728640kB, file-rss:0kB, shmem-rss:0kB, UID:0 "
    "pgtables:35000kB oom_score_adj:0"
)
_WORKER = {
    "name": "worker_killed",
    "time": None,
    "level": "critical",
    "worker_pid": 4242,
    "comm": "python3",
    "signal": "SIGKILL",
    "cause": "oom",
    "rss_mb": 15360.0,
}

FORMAT = Format(
    title="kernel log (out-of-memory killer)",
    parse=parse,
    url="https://docs.kernel.org/mm/oom.html",
    marks=("] ", "Kill"),
    samples=(
        Sample(f"[12345.678901] Out of memory: {_OOM}", _WORKER),
        Sample(f"[12345.678901] Memory cgroup out of memory: {_OOM}", _WORKER),
        Sample(f"Memory cgroup out of memory: {_OOM}", _WORKER),
        Sample(
            "[12345.678901] oom_reaper: reaped process 4242 (python3), now anon-rss:0kB, file-rss:0kB, shmem-rss:0kB",
            {"name": "message", "logger": "kernel", "time": None},
        ),
        Sample(
            "[  912.300000] python3[4242]: segfault at 0 ip 00007f533c435c60 sp 00007ffd error 4 in libtorch.so[7f+1]",
            {
                "name": "worker_killed",
                "worker_pid": 4242,
                "signal": "SIGSEGV",
                "cause": "segfault",
                "library": "libtorch.so",
            },
        ),
    ),
)
