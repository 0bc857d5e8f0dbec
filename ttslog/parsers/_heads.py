"""Heads: what the loggers that engines use write before the message."""

from __future__ import annotations

import re

from ttslog.parsers._templates import Head

_ASCTIME = r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3})"
_LEVEL = r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)"
_LEVELS = frozenset((b"DE", b"IN", b"WA", b"ER", b"CR"))

# All but one character is looked for four times as fast as all but a few.
# loguru: `2026-11-20 14:00:00.123 | INFO     | package.module:function:609 - `
LOGURU = Head(
    re.compile(
        r"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3,6}(?: ?[+-]\d\d:?\d\d)?) \| (?P<level>[A-Z]+) *\| "
        r"(?P<logger>[^:]+):[^:]*:\d+ - ",
        re.ASCII,
    ),
    begin=19,
    end=20,
    pieces=frozenset((b".",)),
)
# logging.basicConfig: `INFO:module:`
BASIC = Head(re.compile(_LEVEL + r":(?P<logger>[\w.]*):", re.ASCII), begin=0, end=2, pieces=_LEVELS)
# uvicorn's own logger, used by applications too: `INFO:     `
UVICORN = Head(re.compile(_LEVEL + r": {4,9}(?=\S)", re.ASCII), begin=0, end=2, pieces=_LEVELS, width=10)
# `2026-11-20 14:00:00,123 INFO `
ASCTIME_LEVEL = Head(re.compile(_ASCTIME + r" " + _LEVEL + r" ", re.ASCII), begin=24, end=26, pieces=_LEVELS)
# `2026-11-20 14:00:00,123 - name - INFO - `, the name may be absent
ASCTIME_DASHES = Head(
    re.compile(_ASCTIME + r" - (?:(?P<logger>\S+) - )?" + _LEVEL + r" - ", re.ASCII),
    begin=23,
    end=26,
    pieces=frozenset((b" - ",)),
)
