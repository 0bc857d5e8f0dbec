"""Any line that begins with a date and a time: the last to be asked."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._message import message_event
from ttslog.parsers._wrappers.timestamps import OF_ANOTHER

# Nanoseconds, a stream's name, labels, or host and program behind the time: a wrapper, not a line of the program.
_LINE = re.compile(
    r"(?!\S{10}T\S+ (?:[\w.:-]{1,255} [^\s:\[\]]{1,100}(?:\[\d+\])?: |(?:app|heroku)\[[\w.-]+\]: ?"
    r"|[^\s{]{0,400}[0-9a-f]{32} |\{(?:\}|[A-Za-z_]\w*=\")))"
    r"\[?(?P<time>\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?+(?: ?(?:Z|[+-]\d\d:?\d\d))?+)\]?+(?!\d)(?!:? "
    + OF_ANOTHER
    + r")[ :|,-]+"
    r"(?!std(?:out|err) [FP])(?P<message>\S.*)",
    re.ASCII | re.DOTALL,
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one line."""
    if not line[:4].isdigit() and not (line[:1] == b"[" and line[1:5].isdigit()):
        return None
    found = _LINE.match(decode(line))
    time_us = None if found is None else clock.text(found["time"])
    return None if found is None or time_us is None else message_event(found["message"], clock, time_us=time_us)


FORMAT = Format(
    title="time and text",
    parse=parse,
    begins=b"0123456789[",
    samples=(
        Sample(
            "2026-11-20 14:00:00 loading the model",
            {"name": "message", "time": "2026-11-20T14:00:00Z", "level": None, "message": "loading the model"},
        ),
        Sample(
            "[2026-11-20T22:00:00.5+08:00] loading the model",
            {"time": "2026-11-20T14:00:00.500000Z", "message": "loading the model"},
        ),
        Sample("2026/11/20 14:00:00: ready", {"message": "ready"}),
    ),
)
