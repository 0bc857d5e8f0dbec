"""A request as its log lines tell it: one row of the requests table, with its stages."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import msgspec

from ttslog.parsers import Event
from ttslog.reading import FileReading
from ttslog.schema import REQUESTS, Join, Outcome, Reason, Status


class Stage(msgspec.Struct, gc=False):
    """One stage of one request: its own time, and when it began."""

    model_stage: str
    stage_family: str | None
    start_us: int | None
    duration_ms: float
    cumulative_ms: float | None = None  # as logged, where the log's clock counts from the request's start
    error_type: str | None = None


class Request(msgspec.Struct, kw_only=True, gc=False):
    """One attempt of one request. Columns, units and meanings: `ttslog.schema.REQUESTS`."""

    request_id: str
    attempt: int = 1
    status: Status = "incomplete"
    outcome: Outcome = "incomplete"
    reason: Reason | None = None
    start_us: int | None = None
    end_us: int | None = None
    last_us: int | None = None
    duration_ms: float | None = None
    unaccounted_ms: float | None = None
    queue_ms: float | None = None
    ttfa_ms: float | None = None
    error_code: str | None = None
    error_type: str | None = None
    error_message: str | None = None
    warning_codes: str | None = None
    last_stage: str | None = None
    http_status: int | None = None
    rtf: float | None = None
    cache_hit: bool | None = None
    cache_saved: bool | None = None
    fallback_used: bool | None = None
    audio_seconds: float | None = None
    audio_size_kb: float | None = None
    audio_rms: float | None = None
    audio_peak: float | None = None
    silence_ratio: float | None = None
    clipping_ratio: float | None = None
    spectral_centroid_hz: float | None = None
    text_len: int | None = None
    text_sha256: str | None = None
    engine: str | None = None
    model: str | None = None
    voice: str | None = None
    lang: str | None = None
    emotion: str | None = None
    device: str | None = None
    service: str | None = None
    release: str | None = None
    host: str | None = None
    pid: int | None = None
    trace_id: str | None = None
    sentry_event_id: str | None = None
    join: Join = "request_id"
    confidence: float = 1.0
    conflict: str | None = None
    lines: int = 0
    first_line: str = ""
    last_line: str = ""
    traceback: str | None = None
    code_is_told: bool = False  # the code stands on no line: message and traceback prove it
    salvaged: bool = False
    is_answer: bool = False  # no synthesis: access lines are all its lines, or it was a probe
    files: tuple[FileReading, ...] = ()
    stages: list[Stage] = []  # each request gets one of its own
    events: Sequence[Event] = ()

    def __post_init__(self) -> None:
        """An orphan alone has an outcome that its status does not tell."""
        if self.status != "orphan":
            self.outcome = self.status

    @property
    def verified(self) -> bool:
        """False when a line was cut out of a torn one or stands in a file whose content cannot be trusted.

        A compressed file shows its damage at its end: ask when the scan is done.
        """
        return not self.salvaged and all(file.verified for file in self.files)

    @property
    def time_us(self) -> int | None:
        """The time that decides which window the request lies in: its end, else its last sign of life."""
        return self.end_us if self.end_us is not None else self.last_us

    @property
    def begin_us(self) -> int:
        """The time by which requests are listed: the start, else what is known; 0 where nothing is."""
        known = self.start_us if self.start_us is not None else self.time_us
        return 0 if known is None else known

    @property
    def lasted_ms(self) -> float | None:
        """Time from the first to the last line, for a request that has no duration."""
        if self.duration_ms is not None:
            return self.duration_ms
        if self.start_us is None or self.last_us is None:
            return None
        return max(self.last_us - self.start_us, 0) / 1000

    def row(self) -> dict[str, Any]:
        """Return the row of the requests table: every column of the schema, in its order."""
        return dict(zip(_COLUMNS, _row_of(self), strict=True))

    def stage_row(self, stage: Stage) -> dict[str, Any]:
        """Return the row of one of its stages in the stages table: every column of the schema."""
        return {
            "request_id": self.request_id,
            "attempt": self.attempt,
            "model_stage": stage.model_stage,
            "stage_family": stage.stage_family,
            "start_us": stage.start_us,
            "duration_ms": stage.duration_ms,
            "engine": self.engine,
            "voice": self.voice,
        }


_COLUMNS = tuple(column.name for column in REQUESTS)
_row_of = attrgetter(*_COLUMNS)
