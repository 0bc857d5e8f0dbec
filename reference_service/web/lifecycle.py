"""`/requests/<id>`: the life of one request as `ttslog trace` reads it from the log, while it runs and afterwards.

What is answered is an allow-list: nothing of the machine (host, paths, processes), nothing of the caller, no message
and no traceback, nothing of other requests. Whoever asks knows the whole id, which is random; a beginning of one,
with which `ttslog trace` would be content, finds nothing.
"""

from __future__ import annotations

import os
import re
import threading
from typing import TYPE_CHECKING, Any

import ttslog
from reference_service.web.excerpt import excerpt
from ttslog.errors import TtslogError
from ttslog.signatures import lookup
from ttslog.visible import visible

if TYPE_CHECKING:
    from pathlib import Path

READS_AT_ONCE = 2
OWN_ID = re.compile(r"ts_[0-9a-f]{16}", re.ASCII)  # as the service and its page make them: nobody guesses one

_REQUEST = (
    "request_id", "attempt", "status", "reason", "start", "duration_ms", "unaccounted_ms", "queue_ms", "ttfa_ms",
    "error_code", "warning_codes", "last_stage", "http_status", "rtf", "cache_hit", "cache_saved", "fallback_used",
    "audio_seconds", "audio_size_kb", "audio_rms", "audio_peak", "silence_ratio", "clipping_ratio",
    "spectral_centroid_hz", "text_len", "engine", "model", "voice", "lang", "emotion", "device", "release",
)  # fmt: skip
_STAGE = ("model_stage", "stage_family", "start", "duration_ms", "share", "error_type")
_UNDER_WAY = frozenset({"log_ended", "unknown"})  # why a request has no end: it may still come


class Busy(Exception):
    """So many lives are being read already that another one has to wait."""


class Lives:
    """Reads lives out of the log under `log`, a few at a time."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._places = threading.BoundedSemaphore(READS_AT_ONCE)

    def of(self, request_id: str) -> dict[str, Any] | None:
        """Return the life of a request, None where the newest files of the log do not know it.

        Raises:
            Busy: ask again a little later.
        """
        if not OWN_ID.fullmatch(request_id):
            return None
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            lines = excerpt(self._log, request_id)
            return _life(request_id, lines) if lines else None
        finally:
            self._places.release()


def _life(request_id: str, lines: bytes) -> dict[str, Any] | None:
    try:
        told = _traced(request_id, lines)
    except TtslogError:  # the lines are there, but none of them is whole yet
        return None
    request, stages = told["request"], told["stages"]
    codes = [code for code in (request["error_code"], *(request["warning_codes"] or "").split()) if code]
    return {
        "request": _shown(request, _REQUEST) | {"under_way": _is_under_way(request)},
        "stages": [_shown(stage, _STAGE) for stage in stages],
        "codes": {code: meaning for code in codes if (meaning := explained(code))},
    }


def _traced(request_id: str, lines: bytes) -> dict[str, Any]:
    """Return the JSON contract of `ttslog trace`, personal data masked; the lines lie in memory, in no folder."""
    spool = os.memfd_create("excerpt")
    try:
        os.write(spool, lines)
        return ttslog.trace(request_id, f"/proc/self/fd/{spool}").to_dict()
    finally:
        os.close(spool)


def _is_under_way(request: dict[str, Any]) -> bool:
    return request["status"] == "incomplete" and request["reason"] in _UNDER_WAY


def _shown(row: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: visible(value) if isinstance(value := row[name], str) else value for name in names}


def explained(code: str) -> dict[str, Any] | None:
    """Return what the catalogue says of an error code, in both languages; None where it does not know it."""
    row = lookup(code)
    if row is None:
        return None
    return {
        "severity": row.severity,
        "fault": row.fault,
        "cause": {"en": row.cause("en"), "zh": row.cause("zh")},
        "remedy": {"en": row.remedy("en"), "zh": row.remedy("zh")},
    }
