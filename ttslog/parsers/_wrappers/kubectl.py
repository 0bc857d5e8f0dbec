"""`kubectl logs --prefix` and stern: the pod and the container before each line."""

from __future__ import annotations

import re

from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_NAME = rb"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?"
# Kubernetes ends the name of a pod with five letters and digits of its own, none of which make a word.
_MADE_POD = rb"[a-z0-9][a-z0-9.-]{0,245}-[bcdfghjklmnpqrstvwxz2456789]{5}"
_LINE = re.compile(
    rb"(?:\[pod/(?P<pod>" + _NAME + rb")/(?P<container>" + _NAME + rb")\]"
    rb"|(?:" + _NAME + rb" )?(?P<made>" + _MADE_POD + rb") (?P<inner>" + _NAME + rb"))(?: |$)",
    re.ASCII,
)
_SAID_BY_STERN = re.compile(rb"[+-] (?:\S+ )?\S+ \xe2\x80\xba \S+\s*")  # + pod › container


def unwrap(line: bytes) -> Wrapped | None:
    """Read one line. In a container the host's name is that of the pod."""
    if line.startswith((b"+ ", b"- ")) and _SAID_BY_STERN.fullmatch(line):
        return Wrapped(b"", "stern")
    found = _LINE.match(line)
    if found is None:
        return None
    fields = {
        "host": (found["pod"] or found["made"]).decode(),
        "container": (found["container"] or found["inner"]).decode(),
    }
    return Wrapped(line[found.end() :], " ".join(fields.values()), fields=fields)


_POD = "tts-7d9f8b6c5-x2x4z"
_READY = "INFO:     Application startup complete."
_INSIDE = {"content": _READY, "host": _POD, "container": "tts", "stream": f"{_POD} tts"}

WRAPPER = Wrapper(
    title="kubectl logs --prefix, stern",
    unwrap=unwrap,
    begins=b"[+-abcdefghijklmnopqrstuvwxyz0123456789",
    url="https://github.com/stern/stern#output",
    samples=(
        WrapperSample(f"[pod/{_POD}/tts] {_READY}", _INSIDE),
        WrapperSample("[pod/tts-0/tts] ready", {"content": "ready", "host": "tts-0"}),
        WrapperSample(f"{_POD} tts {_READY}", _INSIDE),
        WrapperSample(f"prod {_POD} tts {_READY}", _INSIDE),
        WrapperSample(f'{_POD} tts   File "tts.py", line 1', {"content": '  File "tts.py", line 1'}),
        WrapperSample(f"+ {_POD} \u203a tts", {"content": "", "stream": "stern"}),
    ),
)
