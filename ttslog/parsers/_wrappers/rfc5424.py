"""syslog as RFC 5424 writes it: what rsyslog and syslog-ng send, and what clouds hand on."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._levels import level_name
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_ELEMENT = rb'\[[^\s=\]"]{1,32}(?: [^\s=\]"]{1,32}="(?:[^"\\]|\\.)*+")*+\]'
_LINE = re.compile(
    rb"(?:<(?P<priority>\d{1,3})>)?1 (?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)|-) "
    rb"(?P<host>\S{1,255}) (?P<program>\S{1,48}) (?P<process>\S{1,128}) \S{1,32} (?:-|(?:" + _ELEMENT + rb")+)"
    rb"(?: (?:\xef\xbb\xbf)?|$)",
)
_SEVERITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    said = {
        name: text.decode("utf-8", "replace") for name, text in found.groupdict(b"").items() if text not in (b"", b"-")
    }
    fields: dict[str, object] = {name: said[name] for name in ("host", "program") if name in said}
    process = said.get("process", "")
    if process.isdecimal() and process.isascii() and len(process) < 11:  # noqa: PLR2004
        fields["pid"] = int(process)
    if "priority" in said:
        fields["journal_level"] = level_name(_SEVERITIES[int(said["priority"]) % 8])
    stream = " ".join((*map(str, (said.get("host", ""), said.get("program", ""))), process))
    time_us = _clock.text(said["time"]) if "time" in said else None
    return Wrapped(line[found.end() :], stream, time_us, fields=fields)


_READY = "INFO:     Application startup complete."

WRAPPER = Wrapper(
    title="syslog (RFC 5424)",
    unwrap=unwrap,
    begins=b"<1",
    url="https://datatracker.ietf.org/doc/html/rfc5424",
    samples=(
        WrapperSample(
            f"<14>1 2026-11-20T14:00:00.123456Z gpu1 tts 41 - - {_READY}",
            {
                "content": _READY,
                "time": "2026-11-20T14:00:00.123456Z",
                "stream": "gpu1 tts 41",
                "host": "gpu1",
                "program": "tts",
                "pid": 41,
                "journal_level": "info",
            },
        ),
        WrapperSample(
            f'<11>1 2026-11-20T22:00:00+08:00 gpu1 tts - ID47 [meta sequenceId="1"][x y="a]b\\"c"] \ufeff{_READY}',
            {"content": _READY, "time": "2026-11-20T14:00:00Z", "journal_level": "error"},
        ),
        WrapperSample(f"1 - - tts - - - {_READY}", {"content": _READY, "time": None, "program": "tts"}),
    ),
)
