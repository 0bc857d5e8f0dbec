"""structlog as it comes: the console, `time [level    ] event                          key=value ...`."""

from __future__ import annotations

import re
from typing import Any

from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample

_HEAD = re.compile(
    r"(?:(?P<time>\d{4}-\d\d-\d\d[T ]\d\d:\d\d[:.\d]*(?:Z|[+-]\d\d:?\d\d)?) )?\[(?P<level>[a-z]{4,8}) *\] "
)
_KEY = re.compile(r" +[A-Za-z_][\w.]*=")
_PAIRS = re.compile(r"(?: +[A-Za-z_][\w.]*=(?:'[^']*'|\"[^\"]*\"|\S*))*\s*")
_LOGGER = re.compile(r" *\[([\w.]+)\]$")
_PAIR = re.compile(r" ([A-Za-z_][\w.]*)=('[^']*'|\"[^\"]*\"|\S*)")
_WORDS = {"True": True, "False": False, "None": None}
_LONGEST = 20_000


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record; its traceback follows, in a box where rich is installed."""
    if b"[" not in line[:36] or b"] " not in line[:48] or len(line) > _LONGEST:
        return None
    text = decode(line).rstrip()
    head = _HEAD.match(text)
    if head is None:
        return None
    end = next((key.start() for key in _KEY.finditer(text, head.end()) if _PAIRS.fullmatch(text, key.start())), None)
    record: dict[str, Any] = {} if end is None else {key: _value(value) for key, value in _PAIR.findall(text, end)}
    said = text[head.end() : end].rstrip()
    logger = _LOGGER.search(said) if said.endswith("]") else None
    if logger is not None:
        said, record["logger"] = said[: logger.start()].rstrip(), logger[1]
    if head["time"]:
        record["timestamp"] = head["time"]
    return native_json.to_event({**record, "event": said, "level": head["level"]}, clock)


def _value(text: str) -> object:
    if text[:1] in ("'", '"'):
        return text[1:-1]
    return _WORDS.get(text, text)


FORMAT = Format(
    title="structlog console",
    parse=parse,
    url="https://www.structlog.org/en/stable/console-output.html",
    marks=("] ",),
    samples=(
        Sample(
            "2026-11-20 14:00:00 [info     ] synthesis_start                cache_hit=False request_id=ts_7f3a2b1c "
            "text_len=6 voice=alloy",
            {
                "name": "synthesis_start",
                "time": "2026-11-20T14:00:00Z",
                "level": "info",
                "request_id": "ts_7f3a2b1c",
                "cache_hit": False,
                "text_len": "6",
                "voice": "alloy",
            },
        ),
        Sample(
            "2026-11-20T14:00:00.123456Z [warning  ] two words here                 [app.cache] path='/app/with space' "
            "used_percent=92.7",
            {
                "name": "two words here",
                "time": "2026-11-20T14:00:00.123456Z",
                "level": "warning",
                "logger": "app.cache",
                "path": "/app/with space",
                "used_percent": "92.7",
            },
        ),
        Sample("[error    ] synthesis_failed", {"name": "synthesis_failed", "time": None, "level": "error"}),
    ),
)
