"""Python's `logging` in the shapes people choose: a time, a level, perhaps a logger, then the message."""

from __future__ import annotations

import re
from collections.abc import Callable

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._id_in_message import looks_like_an_id, take_id
from ttslog.parsers._levels import level_name
from ttslog.parsers._message import message_event

_TIME = re.compile(
    r"\[?(\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?: ?(?:Z|[+-]\d\d:?\d\d))?)(?!\d)\]?", re.ASCII
)
_LEVEL = r"(?P<level>TRACE|DEBUG|INFO|NOTICE|SUCCESS|WARN|WARNING|ERROR|EXCEPTION|CRITICAL|FATAL)"
_LOGGER = r"(?P<logger>[\w.\-/:<>$]{1,200})"
# the usual one first; `WARN` is in `WARNING`
_LEVEL_NAMES = ("INFO", "WARN", "ERROR", "DEBUG", "CRITICAL", "TRACE", "NOTICE", "SUCCESS", "EXCEPTION", "FATAL")


def _shapes(*shapes: str) -> tuple[Callable[[str, int], re.Match[str] | None], ...]:
    return tuple(re.compile(shape, re.DOTALL).match for shape in shapes)


# What follows the time, by its first two characters. A name that ends with 32 digits is a stream's of CloudWatch.
_NAME_FIRST = rf" (?!\S*[0-9a-f]{{32}} )\[?{_LOGGER}\]? \[?{_LEVEL} *\]?:?(?: -)? (?P<message>.*)"
_SHAPES = {
    # `asctime - name - levelname - message` is the shape of the documentation, and ModelScope's.
    " -": _shapes(
        rf" - {_LOGGER} - {_LEVEL} - (?P<message>.*)", rf" - (?P<logger>){_LEVEL} - (?P<message>.*)", _NAME_FIRST
    ),
    # A plain word behind the level may be the message's own.
    " [": _shapes(rf" \[{_LEVEL} *\]:? (?:(?=[\w.]*[._]){_LOGGER}: )?(?P<message>.*)", _NAME_FIRST),
}
_OTHER_SHAPES = _shapes(
    rf" {_LEVEL} in {_LOGGER}: (?P<message>.*)",
    # uvicorn's `levelprefix` is filled up with blanks
    rf"(?: \.{{3}})? {_LEVEL} *(?:\[{_LOGGER}\]:?|:(?: {{3,8}}(?= \S))?+|)(?: |$)(?P<message>.*)",
    _NAME_FIRST,
    rf"(?:: |:| : |, )(?P<logger>){_LEVEL} *(?:: |:| : |, )(?P<message>.*)",
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record; a traceback below it is joined by the reading."""
    if not line[:4].isdigit() and not (line[:1] == b"[" and line[1:5].isdigit()):
        return None
    text = decode(line)
    time = _TIME.match(text)
    if time is None:
        return None
    end = time.end()
    for match in _SHAPES.get(text[end : end + 2], _OTHER_SHAPES):
        found = match(text, end)
        if found is not None:
            return _event(found, clock.text(time[1]), clock)
    return None


def _event(found: re.Match[str], time_us: int | None, clock: Clock) -> Event:
    logger, level, message = found.group("logger", "level", "message")
    event = message_event(message, clock, time_us=time_us, level=level_name(level))
    if logger and event.request_id is None and looks_like_an_id(logger):
        take_id(event, logger)  # `INFO [7f3a2b1c] ...`, where others name the logger
    elif logger:
        event.fields.setdefault("logger", logger)
    return event


_TOLD = {"name": "message", "time": "2026-11-20T14:00:00.105000Z", "level": "error", "message": "vocoder failed"}

FORMAT = Format(
    title="Python logging",
    parse=parse,
    url="https://docs.python.org/3/library/logging.html#logrecord-attributes",
    marks=_LEVEL_NAMES,
    begins=b"0123456789[",
    samples=(
        Sample(
            "2024-06-12 14:22:38,105 - app.tts_engine - ERROR - scipy.fft failed on input len=1024, "
            "exc=RuntimeWarning: invalid value encountered in true_divide",
            {
                "name": "message",
                "time": "2024-06-12T14:22:38.105000Z",
                "level": "error",
                "logger": "app.tts_engine",
                "message": "scipy.fft failed on input len=1024, "
                "exc=RuntimeWarning: invalid value encountered in true_divide",
            },
        ),
        Sample(
            "2024-06-12 14:22:38,105 ... ERROR: scipy.fft failed on input len=1024",
            {"level": "error", "message": "scipy.fft failed on input len=1024"},
        ),
        Sample(
            "2026-11-20 14:00:00,105 - modelscope - INFO - Loading done! Current index file version is 1.30.0",
            {"level": "info", "logger": "modelscope", "message": "Loading done! Current index file version is 1.30.0"},
        ),
        Sample("2026-11-20 14:00:00,105 ERROR vocoder failed", _TOLD),
        Sample("2026-11-20 14:00:00,105 - ERROR - vocoder failed", _TOLD),
        Sample("2026-11-20 14:00:00,105 - ERROR - ", {"level": "error", "message": ""}),
        Sample("2026-11-20 14:00:00,105 [ERROR] app.tts: vocoder failed", {**_TOLD, "logger": "app.tts"}),
        Sample("2026-11-20 14:00:00.105 [ERROR] vocoder failed", _TOLD),
        Sample("2026-11-20 14:00:00.105 [ERROR] vocoder: 3200 ms", {"logger": None, "message": "vocoder: 3200 ms"}),
        Sample("[2026-11-20 14:00:00,105] [ERROR] vocoder failed", _TOLD),
        Sample("[2026-11-20 14:00:00,105] ERROR in engine: vocoder failed", {**_TOLD, "logger": "engine"}),
        Sample("2026-11-20 14:00:00,105 ERROR: vocoder failed", _TOLD),
        Sample("2026-11-20 14:00:00,105 ERROR [app.tts] vocoder failed", {**_TOLD, "logger": "app.tts"}),
        Sample("2026-11-20 14:00:00,105 app.tts ERROR vocoder failed", {**_TOLD, "logger": "app.tts"}),
        Sample("2026-11-20 14:00:00,105 app.tts ERROR: vocoder failed", {**_TOLD, "logger": "app.tts"}),
        Sample("2026-11-20 14:00:00,105:ERROR:vocoder failed", _TOLD),
        Sample("2026/11/20 22:00:00.105+08:00 ERROR vocoder failed", _TOLD),
        Sample(
            "2026-11-20 14:00:00 WARNING slow",
            {"time": "2026-11-20T14:00:00Z", "level": "warning", "message": "slow"},
        ),
        Sample(
            "[2026-11-20 14:00:00,105] ERROR in app: Exception on /v1/audio/speech [POST]",
            {
                "name": "exception",
                "time": "2026-11-20T14:00:00.105000Z",
                "level": "error",
                "logger": "app",
                "http_path": "/v1/audio/speech",
                "http_method": "POST",
            },
        ),
        Sample(
            '2026-11-20 14:00:00 INFO:     127.0.0.1:47432 - "POST /v1/audio/speech HTTP/1.1" 500 Internal',
            {"name": "http_access", "level": "info", "connection": "127.0.0.1:47432", "http_status": 500},
        ),
        Sample(
            '2026-11-20 14:00:00,105 - app.tts - ERROR - {"event": "synthesis_failed", "request_id": "ts_7f3a2b1c"}',
            {
                "name": "synthesis_failed",
                "time": "2026-11-20T14:00:00.105000Z",
                "level": "error",
                "request_id": "ts_7f3a2b1c",
                "logger": "app.tts",
            },
        ),
        Sample(
            '2026-11-20 14:00:00,105 - uvicorn.access - INFO - 127.0.0.1:47432 - "POST /v1/audio/speech HTTP/1.1" 200',
            {
                "name": "http_access",
                "logger": "uvicorn.access",
                "connection": "127.0.0.1:47432",
                "http_method": "POST",
                "http_status": 200,
            },
        ),
    ),
)
