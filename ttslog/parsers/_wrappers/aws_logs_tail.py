"""`aws logs tail`: time and log stream before each line."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

# The stream of a task or of a function ends with its number of 32 digits.
_LINE = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?\+00:00) (?P<stream>[^\s{]{0,400}[0-9a-f]{32}) ", re.ASCII
)
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    stream = found["stream"].decode("utf-8", "replace")
    time_us = _clock.text(found["time"].decode())
    return Wrapped(line[found.end() :], stream, time_us, fields={"container": stream})


_TASK = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

WRAPPER = Wrapper(
    title="aws logs tail",
    unwrap=unwrap,
    begins=b"0123456789",
    url="https://docs.aws.amazon.com/cli/latest/reference/logs/tail.html",
    samples=(
        WrapperSample(
            f"2026-11-20T14:00:00.123000+00:00 tts/tts/{_TASK} INFO:     Application startup complete.",
            {
                "content": "INFO:     Application startup complete.",
                "time": "2026-11-20T14:00:00.123Z",
                "stream": f"tts/tts/{_TASK}",
            },
        ),
        WrapperSample(f"2026-11-20T14:00:00+00:00 2026/11/20/[$LATEST]{_TASK} ready", {"content": "ready"}),
    ),
)
