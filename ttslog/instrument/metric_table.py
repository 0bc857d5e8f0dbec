"""Which metrics there are: each is counted or measured from the fields of one kind of line."""

from __future__ import annotations

from dataclasses import dataclass

from ttslog import schema

MS = 0.001  # s
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
REAL_TIME_FACTORS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 5)
# The verdicts on audio can be read off: silent is up to 0.001, too quiet up to 0.01 of audio_rms; clipped is above 0.01
# of clipping_ratio, mostly silence above 0.8 of silence_ratio.
LOUDNESS = (0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4)
SHARES = (0.001, 0.01, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95)


@dataclass(frozen=True, slots=True)
class Counted:
    """Lines of an event, counted by the values of their fields."""

    name: str
    meaning: str
    event: str
    labels: tuple[str, ...]
    only_with: str  # a field that the line must have


@dataclass(frozen=True, slots=True)
class Measured:
    """The values of a field in the lines of an event, as a histogram."""

    name: str
    meaning: str
    event: str
    field: str
    buckets: tuple[float, ...]
    unit: float = 1.0
    labels: tuple[str, ...] = ()


END = schema.SYNTHESIS_COMPLETE
COUNTED = (
    Counted("tts_requests", "Requests that ended.", END, ("status", "engine"), "status"),
    Counted("tts_errors", "Requests that ended with an error code.", END, ("error_code", "model_stage"), "error_code"),
    Counted("tts_cache_lookups", "Requests looked up in the cache.", END, ("cache_hit",), "cache_hit"),
    Counted("tts_warnings", "Warnings.", schema.WARNING, ("warning_code",), "warning_code"),
)
MEASURED = (
    Measured("tts_request_seconds", "Time of a request.", END, "duration_ms", SECONDS, MS, ("status",)),
    Measured(
        "tts_stage_seconds",
        "Own time of a stage.",
        schema.STAGE_TIME,
        "duration_ms",
        SECONDS,
        MS,
        ("model_stage", "stage_family"),
    ),
    Measured("tts_queue_seconds", "Time waited before work began.", END, "queue_ms", SECONDS, MS),
    Measured("tts_real_time_factor", "Synthesis time / audio time.", END, "rtf", REAL_TIME_FACTORS),
    Measured("tts_audio_seconds", "Length of the audio.", END, "audio_seconds", SECONDS),
    Measured("tts_audio_rms", "Loudness of the audio.", END, "audio_rms", LOUDNESS),
    Measured("tts_audio_silence_ratio", "Share of silent frames.", END, "silence_ratio", SHARES),
    Measured("tts_audio_clipping_ratio", "Share of samples at full scale.", END, "clipping_ratio", SHARES),
)
