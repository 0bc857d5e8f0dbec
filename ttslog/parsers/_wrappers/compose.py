"""Docker compose: the container's name and a bar before each line."""

from __future__ import annotations

import re

from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_LINE = re.compile(rb"(?P<container>[A-Za-z0-9][\w.-]{0,100}) +\| ?(?=[^|]|$)", re.ASCII)


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line."""
    found = _LINE.match(line)
    if found is None:
        return None
    container = found["container"].decode()
    return Wrapped(line[found.end() :], container, fields={"container": container})


WRAPPER = Wrapper(
    title="docker compose logs",
    unwrap=unwrap,
    url="https://docs.docker.com/reference/cli/docker/compose/logs/",
    samples=(
        WrapperSample(
            "tts-1    | INFO:     Application startup complete.",
            {"content": "INFO:     Application startup complete.", "stream": "tts-1", "container": "tts-1"},
        ),
        WrapperSample("orpheus  |", {"content": "", "stream": "orpheus"}),
        WrapperSample('tts-1  |   File "tts.py", line 1', {"content": '  File "tts.py", line 1'}),
    ),
)
