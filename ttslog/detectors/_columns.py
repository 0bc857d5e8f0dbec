"""The columns that detectors look at: of large logs no other is loaded. A detector that needs another adds it here."""

from __future__ import annotations

REQUEST_COLUMNS = (
    *("request_id", "attempt", "status", "reason", "start_us", "end_us", "last_us", "last_line", "pid", "release"),
    *("duration_ms", "unaccounted_ms", "queue_ms", "ttfa_ms", "rtf", "error_code", "warning_codes", "last_stage"),
    *("cache_hit", "cache_saved", "text_len", "voice", "lang"),
    *("audio_seconds", "audio_rms", "audio_peak", "silence_ratio", "clipping_ratio", "spectral_centroid_hz"),
)
STAGE_COLUMNS = ("model_stage", "stage_family", "duration_ms")
