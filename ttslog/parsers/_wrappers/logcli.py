"""Loki's `logcli query`: time and labels before each line."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_LINE = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)) "
    rb'(?P<labels>\{(?:[A-Za-z_]\w*="(?:[^"\\]|\\.)*+"(?:, ?)?)*+\})(?: |$)',
    re.ASCII,
)
_POD = re.compile(rb'[{ ,]pod="([^"\\]+)"')
_CONTAINER = re.compile(rb'[{ ,]container(?:_name)?="([^"\\]+)"')
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line. In a container the host's name is that of the pod."""
    found = _LINE.match(line)
    if found is None:
        return None
    labels = found["labels"]
    named = {"host": _POD.search(labels), "container": _CONTAINER.search(labels)}
    fields = {name: label[1].decode("utf-8", "replace") for name, label in named.items() if label is not None}
    time_us = _clock.text(found["time"].decode())
    return Wrapped(line[found.end() :], labels.decode("utf-8", "replace"), time_us, fields=fields)


WRAPPER = Wrapper(
    title="logcli (Loki)",
    unwrap=unwrap,
    begins=b"0123456789",
    url="https://grafana.com/docs/loki/latest/query/logcli/",
    samples=(
        WrapperSample(
            '2026-11-20T14:00:00Z {app="tts", pod="tts-0", container="tts"} INFO:     Application startup complete.',
            {
                "content": "INFO:     Application startup complete.",
                "time": "2026-11-20T14:00:00Z",
                "host": "tts-0",
                "container": "tts",
            },
        ),
        WrapperSample("2026-11-20T22:00:00+08:00 {} ready", {"content": "ready", "time": "2026-11-20T14:00:00Z"}),
    ),
)
