"""The zone of times that are written without one, and in which times are shown."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path

from ttslog.errors import UsageError

_LOCALTIME = Path("/etc/localtime")


def read_zone(text: str | None) -> tzinfo:
    """Return a zone for `Asia/Shanghai`, `+08:00`, `UTC`, `local` or nothing (local).

    Raises:
        UsageError: there is no such zone.
    """
    if text is None or text.lower() == "local":
        return _local()
    if text.upper() in ("UTC", "Z"):
        return UTC
    return _offset(text) or _named(text)


def _offset(text: str) -> tzinfo | None:
    try:
        when = datetime.strptime(text, "%z")
    except ValueError:
        return None
    return timezone(when.utcoffset() or timedelta())


def _named(text: str) -> tzinfo:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - which UTC, the zone of most servers, spares

    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageError(f"no time zone {text!r}: write it as Asia/Shanghai, +08:00, UTC or local") from None


def _local() -> tzinfo:
    """The machine's zone with its rules, so that each time gets the offset of its own day."""
    name = os.environ.get("TZ", "").lstrip(":")
    if name:
        return read_zone(name) if name.lower() != "local" else UTC
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415 - as above

    _, _, known = os.path.realpath(_LOCALTIME).partition("/zoneinfo/")
    with suppress(ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(known)
    try:
        with _LOCALTIME.open("rb") as file:
            return ZoneInfo.from_file(file, key="local")
    except (OSError, ValueError):
        return datetime.now().astimezone().tzinfo or UTC
