"""Fluentd's file output: time, tag and a JSON object with tabs between them."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_LINE = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d))\t(?P<tag>[^\t{]{0,250})\t(?=\{)",
    re.ASCII,
)
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    tag = found["tag"].decode("utf-8", "replace")
    return Wrapped(line[found.end() :], tag, _clock.text(found["time"].decode()), fields={"tag": tag} if tag else {})


WRAPPER = Wrapper(
    title="Fluentd, file output",
    unwrap=unwrap,
    begins=b"0123456789",
    url="https://docs.fluentd.org/output/file",
    samples=(
        WrapperSample(
            '2026-11-20T14:00:00+00:00\ttts.app\t{"event":"synthesis_start"}',
            {"content": '{"event":"synthesis_start"}', "time": "2026-11-20T14:00:00Z", "stream": "tts.app"},
        ),
    ),
)
