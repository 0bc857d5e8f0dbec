"""Python's `warnings`: file, line, category and text; the source line follows, indented."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample

_LINE = re.compile(
    r"(?P<file>\S.{0,500}?):(?P<code_line>\d{1,9}): (?P<category>[\w.]*Warning): (?P<message>.*)", re.DOTALL
)


def parse(line: bytes, _: Clock) -> Event | None:
    """Read the first line of one warning."""
    if b"Warning: " not in line or line[:1] in b" \t{[":
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    fields = {
        "message": found["message"],
        "warning_type": found["category"],
        "source": f"{found['file']}:{found['code_line']}",
    }
    return Event(MESSAGE, level="warning", fields=fields)


FORMAT = Format(
    title="Python warnings",
    parse=parse,
    url="https://docs.python.org/3/library/warnings.html",
    marks=("Warning: ",),
    samples=(
        Sample(
            "/app/tts/engine.py:35: RuntimeWarning: invalid value encountered in divide",
            {
                "name": "message",
                "time": None,
                "level": "warning",
                "warning_type": "RuntimeWarning",
                "source": "/app/tts/engine.py:35",
                "message": "invalid value encountered in divide",
            },
        ),
        Sample("<string>:1: UserWarning: weights are old", {"source": "<string>:1"}),
    ),
)
