"""Heads: what the loggers that engines use write before the message."""

from __future__ import annotations

import re

# loguru: `2026-11-20 14:00:00.123 | INFO     | package.module:function:609 - `
LOGURU = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d{3,6}(?: ?[+-]\d\d:?\d\d)?) \| (?P<level>[A-Z]+) *\| "
    rb"(?P<logger>[^\s:]+):[^\s:]*:\d+ - ",
)
# logging.basicConfig: `INFO:module:`
BASIC = re.compile(rb"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL):(?P<logger>[\w.]*):")
# uvicorn's own logger, used by applications too: `INFO:     `
UVICORN = re.compile(rb"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL): {4,9}(?=\S)")
# `2026-11-20 14:00:00,123 INFO `
ASCTIME_LEVEL = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) ",
)
# `2026-11-20 14:00:00,123 - name - INFO - `, the name may be absent
ASCTIME_DASHES = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) - (?:(?P<logger>\S+) - )?"
    rb"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL) - ",
)
