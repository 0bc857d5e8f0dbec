"""A name and a bar before each line: the container's by docker compose, the process's by pm2, foreman and honcho."""

from __future__ import annotations

import re

from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

# pm2 writes its number before the name, foreman the time of day.
_LINE = re.compile(rb"(?:\d\d:\d\d:\d\d |\d{1,4}\|)?(?P<container>[A-Za-z0-9][\w.-]{0,100}) +\| ?(?=[^|]|$)", re.ASCII)


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    container = found["container"].decode()
    return Wrapped(line[found.end() :], container, fields={"container": container})


WRAPPER = Wrapper(
    title="docker compose logs, pm2 logs, foreman, honcho",
    unwrap=unwrap,
    url="https://docs.docker.com/reference/cli/docker/compose/logs/",
    samples=(
        WrapperSample(
            "tts-1    | INFO:     Application startup complete.",
            {"content": "INFO:     Application startup complete.", "stream": "tts-1", "container": "tts-1"},
        ),
        WrapperSample("0|tts      | ready", {"content": "ready", "stream": "tts"}),
        WrapperSample("14:00:00 web.1  | ready", {"content": "ready", "stream": "web.1"}),
        WrapperSample("orpheus  |", {"content": "", "stream": "orpheus"}),
        WrapperSample('tts-1  |   File "tts.py", line 1', {"content": '  File "tts.py", line 1'}),
    ),
)
