"""A time before each line: `aws logs tail --format short`, exports of CloudWatch to S3, `pm2 --time`, `ts`.

A program writes a time too. What stands behind it tells: JSON, a second time and a line of a traceback have no time
of a program before them.
"""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_TIME = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:?\d\d)?:? "
OF_ANOTHER = (
    r'(?=\{"|\[?\d{4}-\d\d-\d\d[T ]\d\d:|Traceback \(most recent|    \S|  File "'
    r"|(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception): )"
)
_LINE = re.compile(_TIME.encode() + OF_ANOTHER.encode(), re.ASCII)
_ZONED = (b"Z", b"+", b"-")
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    time = found[0].rstrip(b": ")
    if any(mark in time[19:] for mark in _ZONED):
        return Wrapped(line[found.end() :], "", _clock.text(time.decode()))
    return Wrapped(line[found.end() :], "", local_time=time.decode())


WRAPPER = Wrapper(
    title="a time before each line (CloudWatch, pm2, ts)",
    unwrap=unwrap,
    begins=b"0123456789",
    url="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html",
    samples=(
        WrapperSample(
            '2026-11-20T14:00:00.123Z {"event":"synthesis_start"}',
            {"content": '{"event":"synthesis_start"}', "time": "2026-11-20T14:00:00.123Z"},
        ),
        WrapperSample(
            "2026-11-20T14:00:00 2026-11-20 14:00:00,123 ERROR vocoder failed",
            {"content": "2026-11-20 14:00:00,123 ERROR vocoder failed", "time": None},
        ),
        WrapperSample('2026-11-20T14:00:00:   File "tts.py", line 1', {"content": '  File "tts.py", line 1'}),
        WrapperSample("2026-11-20T14:00:00.123Z RuntimeError: CUDA", {"content": "RuntimeError: CUDA"}),
    ),
)
