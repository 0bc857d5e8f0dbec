"""`journalctl -o json`: all values are strings, a message that is no UTF-8 is an array of its bytes.

A file of `journalctl -o export` is recoded into such lines (`ttslog.sources.journal_export`).
"""

from __future__ import annotations

from typing import Any

import msgspec

from ttslog.parsers._clock import epoch_us
from ttslog.parsers._levels import level_name
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_FIELDS = {"_HOSTNAME": "host", "_SYSTEMD_UNIT": "unit", "SYSLOG_IDENTIFIER": "program"}
_PRIORITIES = ("emerg", "alert", "crit", "err", "warning", "notice", "info", "debug")


def unwrap(line: bytes) -> Wrapped | None:
    """Read one entry."""
    if b'"__REALTIME_TIMESTAMP"' not in line or not line.startswith(b"{"):
        return None
    try:
        entry = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    content = _message(entry.get("MESSAGE"))
    if content is None:
        return None
    fields: dict[str, Any] = {name: entry[key] for key, name in _FIELDS.items() if type(entry.get(key)) is str}
    pid = _whole(entry.get("_PID"))
    if pid is not None:
        fields["pid"] = pid
    priority = _whole(entry.get("PRIORITY"))
    if priority is not None and priority < len(_PRIORITIES):
        fields["journal_level"] = level_name(_PRIORITIES[priority])
    time_us = _whole(entry["__REALTIME_TIMESTAMP"])
    stream = f"{fields.get('host', '')} {fields.get('unit', '')} {pid}"
    return Wrapped(content, stream, None if time_us is None else epoch_us(time_us), fields=fields)


def _message(value: object) -> bytes | None:
    """A repeated field is an array too, of strings; one that is too long to be shown is null."""
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if isinstance(value, list) and value and all(type(item) is int and 0 <= item <= 255 for item in value):  # noqa: PLR2004
        return bytes(value)
    return b"" if value is None else None


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20 else None  # noqa: PLR2004


WRAPPER = Wrapper(
    title="journalctl -o json, journalctl -o export",
    unwrap=unwrap,
    begins=b"{",
    url="https://systemd.io/JOURNAL_EXPORT_FORMATS/",
    samples=(
        WrapperSample(
            '{"__REALTIME_TIMESTAMP":"1795183200123456","_PID":"41","_SYSTEMD_UNIT":"tts.service","_HOSTNAME":"gpu1",'
            '"PRIORITY":"6","MESSAGE":"INFO:     Application startup complete."}',
            {
                "content": "INFO:     Application startup complete.",
                "time": "2026-11-20T14:00:00.123456Z",
                "pid": 41,
                "host": "gpu1",
                "unit": "tts.service",
                "journal_level": "info",
            },
        ),
        WrapperSample(
            '{"__REALTIME_TIMESTAMP":"1795183200123456","MESSAGE":[228,187,138]}',
            {"content": "今"},
        ),
        WrapperSample('{"__REALTIME_TIMESTAMP":"1795183200123456","MESSAGE":null}', {"content": ""}),
    ),
)
