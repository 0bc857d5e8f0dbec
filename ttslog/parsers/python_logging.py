"""Python's `logging` in its usual shape: `asctime - logger - LEVEL - message`."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name

_LINE = re.compile(
    r"(?P<time>\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?)"
    r"(?: - (?P<logger>\S+) - (?P<level>[A-Za-z]+) - | \.{3} (?P<bare>[A-Z]+): )(?P<message>.*)$",
    re.DOTALL,
)


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one record; a traceback below it is joined by the reading."""
    if not line[:4].isdigit():
        return None
    found = _LINE.match(line.decode("utf-8", "replace").rstrip("\r"))
    if found is None:
        return None
    fields = {"message": found["message"]}
    if found["logger"]:
        fields["logger"] = found["logger"]
    return Event(
        "message",
        time_us=clock.text(found["time"]),
        level=level_name(found["level"] or found["bare"]),
        fields=fields,
    )


FORMAT = Format(
    title="Python logging",
    parse=parse,
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
    ),
)
