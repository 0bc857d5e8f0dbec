"""Microseconds -> the text of a time, for JSON and for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def rfc3339(time_us: int | None) -> str | None:
    """Return `2026-11-20T14:00:00.000123Z`, None for an unknown time."""
    if time_us is None:
        return None
    return (_EPOCH + timedelta(microseconds=time_us)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def local_time(time_us: int, zone: tzinfo) -> str:
    """Return `2026-11-20 14:00:00.123` in a zone."""
    when = (_EPOCH + timedelta(microseconds=time_us)).astimezone(zone)
    return when.strftime("%Y-%m-%d %H:%M:%S.") + f"{when.microsecond // 1000:03d}"


def zone_name(time_us: int, zone: tzinfo) -> str:
    """Return what to write behind a local time: `UTC`, `+08:00`."""
    when = (_EPOCH + timedelta(microseconds=time_us)).astimezone(zone)
    offset = when.strftime("%z")
    return "UTC" if offset == "+0000" else f"{offset[:3]}:{offset[3:]}"
