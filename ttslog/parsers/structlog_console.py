"""structlog as it comes: the console, `time [level    ] event                          key=value ...`."""

from __future__ import annotations

import re
from typing import Any

from ttslog.parsers import native_json
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample

_HEAD = re.compile(r"(?:(\d{4}-\d\d-\d\d[T ]\d\d:\d\d[:.\d]*(?:Z|[+-]\d\d:?\d\d)?) )?\[([a-z]{4,8}) *\] ")
# Possessive, so that the blanks that pad the event are not tried one by one.
_KEY = re.compile(r" ++[A-Za-z_][\w.]*+=")
_PAIRS = re.compile(r"(?: ++[A-Za-z_][\w.]*+=(?:'[^']*'|\"[^\"]*\"|\S*+))*\s*")
_LOGGER = re.compile(r"\[([\w.]+)\]")
_PAIR = re.compile(r" ([A-Za-z_][\w.]*+)=('[^']*'|\"[^\"]*\"|\S*+)")
_WORDS = {"True": True, "False": False, "None": None}
_BRACKET = ord("[")
_QUOTES = ("'", '"')
_LONGEST = 20_000


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record; its traceback follows, in a box where rich is installed."""
    if _BRACKET not in line[:36] or line.find(b"] ", 0, 48) < 0 or len(line) > _LONGEST:
        return None
    text = decode(line).rstrip()
    head = _HEAD.match(text)
    if head is None:
        return None
    begin = head.end()
    end = _pairs_at(text, begin) if "=" in text else len(text)
    record = _pairs(text[end:]) if end < len(text) else {}
    said = text[begin:end].rstrip()
    logger = _LOGGER.fullmatch(said, said.rfind("[")) if said.endswith("]") and "[" in said else None
    if logger is not None:
        said, record["logger"] = said[: logger.start()].rstrip(), logger[1]
    time, record["level"] = head.groups()
    if time:
        record["timestamp"] = time
    record["event"] = said
    return native_json.to_event(record, clock)


def _pairs_at(text: str, begin: int) -> int:
    """Return where the pairs begin that end the text; what looks like one before may be said of the event."""
    first = text.rfind(" ", begin, text.find("=", begin))
    if first >= 0 and _PAIRS.fullmatch(text, first):
        return first
    for key in _KEY.finditer(text, begin):
        if _PAIRS.fullmatch(text, key.start()):
            return key.start()
    return len(text)


def _pairs(text: str) -> dict[str, Any]:
    """Read what is nothing but pairs. Where each has one `=` and no quotes, splitting does, in half the time."""
    if "'" not in text and '"' not in text:
        words = text.replace("=", " ").split()
        if len(words) == 2 * text.count("=") == 2 * len(text.split()):
            return {key: _WORDS.get(value, value) for key, value in zip(words[::2], words[1::2], strict=True)}
    return {
        key: value[1:-1] if value[:1] in _QUOTES else _WORDS.get(value, value) for key, value in _PAIR.findall(text)
    }


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
