"""Kubernetes' container runtime interface: time, stream and tag before the program's line."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

# The tag is P (cut, goes on) or F (full); the specification allows more tags behind a colon.
_LINE = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) (?P<stream>stdout|stderr) "
    rb"(?P<tag>[FP])(?::\S*)? ?"
)
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    stream = found["stream"].decode()
    time_us = _clock.text(found["time"].decode())
    return Wrapped(line[found.end() :], stream, time_us, found["tag"] == b"P", {"stream": stream})


WRAPPER = Wrapper(
    title="Kubernetes CRI",
    unwrap=unwrap,
    begins=b"0123456789",
    url="https://github.com/kubernetes/design-proposals-archive/blob/main/node/kubelet-cri-logging.md",
    samples=(
        WrapperSample(
            "2026-11-20T14:00:00.123456789Z stdout F >> starting inference...",
            {"content": ">> starting inference...", "stream": "stdout", "time": "2026-11-20T14:00:00.123456Z"},
        ),
        WrapperSample(
            "2026-11-20T22:00:00.5+08:00 stderr P the first 16 kB",
            {
                "content": "the first 16 kB",
                "stream": "stderr",
                "time": "2026-11-20T14:00:00.500000Z",
                "partial": True,
            },
        ),
        WrapperSample("2026-11-20T14:00:00Z stderr F ", {"content": "", "partial": False}),
    ),
)
