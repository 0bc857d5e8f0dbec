"""syslog files and `journalctl` as it comes: time, host and program before the line.

The usual time has no year. When a file was last written does not tell it either: copied, the same bytes would say
another time, and what the index keeps goes by the bytes alone. So that time stays unknown; `journalctl -o short-iso`
writes one.
"""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_LINE = re.compile(
    rb"(?:<\d{1,3}>)?(?:(?:[A-Z][a-z]{2}|[ 1]?\d\xe6\x9c\x88) [ \d]\d \d\d:\d\d:\d\d(?:\.\d{1,6})?"  # Nov or 11月
    rb"|[^\s\d]{2,12} (?P<day>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (?P<zone>[A-Z]{2,5}|[+-]\d\d)"  # -o short-full
    rb"|(?P<time>\d{10}\.\d{6}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d))) "
    rb"(?P<host>[\w.:-]{1,255}) (?P<program>[^\s:\[\]]{1,100})(?:\[(?P<pid>\d{1,10})\])?: ?",
    re.ASCII,
)
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    fields = {"host": found["host"].decode(), "program": found["program"].decode("utf-8", "replace")}
    stream = " ".join((*fields.values(), (found["pid"] or b"").decode()))
    time_us = _clock.text(found["time"].decode()) if found["time"] else _full_us(found)
    local_time = found["day"].decode() if found["day"] and time_us is None else ""
    pid = {"pid": int(found["pid"])} if found["pid"] else {}
    return Wrapped(line[found.end() :], stream, time_us, fields=fields | pid, local_time=local_time)


def _full_us(found: re.Match[bytes]) -> int | None:
    """Read `Fri 2026-11-20 14:00:00 UTC`; any other name of a zone means several, and is taken for the reader's own."""
    return _clock.text(f"{found['day'].decode()}Z") if found["zone"] in (b"UTC", b"GMT") else None


WRAPPER = Wrapper(
    title="syslog, journalctl (times with a year: journalctl -o short-iso)",
    unwrap=unwrap,
    url="https://datatracker.ietf.org/doc/html/rfc3164",
    samples=(
        WrapperSample(
            "Nov 20 14:00:00 gpu1 python3[41]: INFO:     Application startup complete.",
            {
                "content": "INFO:     Application startup complete.",
                "time": None,
                "host": "gpu1",
                "program": "python3",
                "pid": 41,
            },
        ),
        WrapperSample(
            "11月 20 14:00:00 gpu1 python3[41]: 合成失败",
            {"content": "合成失败", "time": None, "host": "gpu1", "pid": 41},
        ),
        WrapperSample(
            "1795183200.123456 gpu1 python3[41]: ready", {"content": "ready", "time": "2026-11-20T14:00:00.123456Z"}
        ),
        WrapperSample(
            "Fri 2026-11-20 14:00:00 UTC gpu1 python3[41]: ready", {"content": "ready", "time": "2026-11-20T14:00:00Z"}
        ),
        WrapperSample("五 2026-11-20 22:00:00 CST gpu1 python3[41]: ready", {"content": "ready", "time": None}),
        WrapperSample(
            "2026-11-20T14:00:00.123456+00:00 gpu1 kernel: [  912.3] oom_reaper: reaped process 4242",
            {"content": "[  912.3] oom_reaper: reaped process 4242", "time": "2026-11-20T14:00:00.123456Z"},
        ),
    ),
)
