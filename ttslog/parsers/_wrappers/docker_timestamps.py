"""`docker logs -t`, `docker compose logs -t`, `kubectl logs --timestamps`: a time with nanoseconds before each line."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

# Trailing zeros are not written, so that a rare line has fewer than nine digits; other loggers write six at most. An
# offset is that of a node which is not set to UTC; with six digits it is rather syslog's.
_LINE = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.(?:\d{5,9}Z|\d{7,9}[+-]\d\d:\d\d)) (?!std(?:out|err) [FP])", re.ASCII
)
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    return Wrapped(line[found.end() :], "", _clock.text(found["time"].decode()))


WRAPPER = Wrapper(
    title="docker logs -t, kubectl logs --timestamps",
    unwrap=unwrap,
    begins=b"0123456789",
    url="https://docs.docker.com/reference/cli/docker/container/logs/",
    samples=(
        WrapperSample(
            "2026-11-20T14:00:00.123456789Z >> gpt_gen_time: 1.52 seconds",
            {"content": ">> gpt_gen_time: 1.52 seconds", "stream": "", "time": "2026-11-20T14:00:00.123456Z"},
        ),
        WrapperSample(
            "2026-11-20T22:00:00.123456789+08:00 ready", {"content": "ready", "time": "2026-11-20T14:00:00.123456Z"}
        ),
        WrapperSample("2026-11-20T14:00:00.12345Z ", {"content": "", "time": "2026-11-20T14:00:00.123450Z"}),
    ),
)
