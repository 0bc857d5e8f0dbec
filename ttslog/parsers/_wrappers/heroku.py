"""`heroku logs`: time, source and dyno before each line."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_LINE = re.compile(
    rb"(?P<time>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)) "
    rb"(?P<source>app|heroku)\[(?P<dyno>[\w.-]{1,100})\]: ?",
    re.ASCII,
)
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    fields = {"program": found["source"].decode(), "container": found["dyno"].decode()}
    return Wrapped(line[found.end() :], " ".join(fields.values()), _clock.text(found["time"].decode()), fields=fields)


WRAPPER = Wrapper(
    title="heroku logs",
    unwrap=unwrap,
    begins=b"0123456789",
    url="https://devcenter.heroku.com/articles/logging#log-format",
    samples=(
        WrapperSample(
            "2026-11-20T14:00:00.123456+00:00 app[web.1]: INFO:     Application startup complete.",
            {
                "content": "INFO:     Application startup complete.",
                "time": "2026-11-20T14:00:00.123456Z",
                "container": "web.1",
                "stream": "app web.1",
            },
        ),
        WrapperSample(
            "2026-11-20T14:00:00+00:00 heroku[router]: at=info method=GET", {"content": "at=info method=GET"}
        ),
    ),
)
