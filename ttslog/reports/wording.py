"""Values -> short text for people: durations, times, shares. Only renderers call this."""

from __future__ import annotations

from datetime import tzinfo
from typing import Any

from ttslog.reports.blocks import CellKind
from ttslog.times import local_time

_MS_A_SECOND = 1_000
_MS_A_MINUTE = 60_000


def show_value(value: Any, kind: CellKind, zone: tzinfo) -> str:
    """Return a raw value as people read it; an unknown one is a dash."""
    if value is None:
        return "–"
    if kind == "ms":
        return duration(value)
    if kind == "seconds":
        return f"{value:.2f} s"
    if kind == "time":
        return local_time(value, zone)
    if kind == "percent":
        return f"{value * 100:.1f} %"
    if kind == "int":
        return f"{value:,}" if isinstance(value, int) else str(value)
    if kind == "number":
        return f"{value:.3g}" if isinstance(value, float) else str(value)
    return str(value)


def duration(ms: float) -> str:
    """Return `0.42 ms`, `12.5 ms`, `523 ms`, `3.20 s`, `2 min 05 s`."""
    if ms < 1:
        return f"{ms:.2f} ms"
    if ms < 100:  # noqa: PLR2004 - three digits say enough
        return f"{ms:.1f} ms"
    if ms < _MS_A_SECOND:
        return f"{ms:.0f} ms"
    if ms < _MS_A_MINUTE:
        return f"{ms / _MS_A_SECOND:.2f} s"
    minutes, rest = divmod(ms, _MS_A_MINUTE)
    return f"{minutes:,.0f} min {rest // _MS_A_SECOND:02.0f} s"
