"""Docker's json-file driver: one JSON object a line, the program's line inside it as a string."""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers._clock import Clock
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    """All that Docker writes; with more keys a shipper has been at it, and the end of its text means something else."""

    log: str
    time: str
    stream: str = ""
    attrs: Any = None


_decode = msgspec.json.Decoder(_Line).decode
_clock = Clock()


def unwrap(line: bytes) -> Wrapped | None:
    """Read one object; a text without a line feed at its end was cut at 16 kB and goes on."""
    if not line.startswith(b"{") or b'"log"' not in line:
        return None
    try:
        found = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    text = found.log.encode("utf-8", "surrogatepass")
    fields = {"stream": found.stream} if found.stream else {}
    return Wrapped(text.removesuffix(b"\n"), found.stream, _clock.text(found.time), not text.endswith(b"\n"), fields)


WRAPPER = Wrapper(
    title="Docker json-file",
    unwrap=unwrap,
    begins=b"{",
    url="https://docs.docker.com/engine/logging/drivers/json-file/",
    samples=(
        WrapperSample(
            '{"log":"INFO:     Application startup complete.\\n","stream":"stderr",'
            '"time":"2026-11-20T14:00:00.123456789Z"}',
            {
                "content": "INFO:     Application startup complete.",
                "stream": "stderr",
                "time": "2026-11-20T14:00:00.123456Z",
                "partial": False,
            },
        ),
        WrapperSample(
            '{"log":"the first 16 kB","stream":"stdout","attrs":{"tag":"tts"},"time":"2026-11-20T14:00:00Z"}',
            {"content": "the first 16 kB", "stream": "stdout", "partial": True},
        ),
    ),
)
