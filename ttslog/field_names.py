"""Field names: what others call the fields of a log line, in every way that a name is spelled.

The names are those of seeds, libraries and services met so far (OpenTelemetry, vLLM-Omni, LiveKit, Pipecat, loggers of
one's own). Words may be joined as in `req_id`, `reqId`, `ReqID`, `req-id` or `Req-Id`: readers take each for the field.
"""

from __future__ import annotations

from collections.abc import Iterator

from ttslog.schema import LINE

# Of two names in one line the field's own counts before the others, and those in this order.
OTHER_NAMES: dict[str, tuple[str, ...]] = {
    "timestamp": (
        "ts",
        "time",
        "@timestamp",
        "asctime",
        "datetime",
        "log_time",
        "event_time",
    ),
    "level": (
        "levelname",
        "severity",
        "log_level",
        "lvl",
    ),
    "message": ("msg",),
    "logger": (
        "name",
        "logger_name",
    ),
    "request_id": (
        "req_id",
        "x_request_id",
        "correlation_id",
        "requestid",
        "request_uuid",
        "reqid",
        "rid",
        "id",
        "task_id",
        "tts.request.id",
    ),
    "model_stage": (
        "stage",
        "stage_name",
        "tts.stage.name",
    ),
    "duration_ms": (
        "dur_ms",
        "elapsed_ms",
        "latency_ms",
        "duration_millis",
        "cost_ms",
        "took_ms",
        "total_ms",
        "total_time_ms",
        "process_time_ms",
        "processing_time_ms",
        "response_time_ms",
    ),
    "text_len": (
        "text_length",
        "characters_count",
        "character_count",
        "char_count",
        "chars",
        "num_chars",
        "input_len",
        "input_length",
        "tts.text.characters",
    ),
    "lang": (
        "language",
        "gen_ai.speech.input.language",
    ),
    "voice": (
        "voice_id",
        "speaker",
        "voice_name",
        "speaker_id",
        "speaker_name",
        "spk_id",
        "spk",
        "gen_ai.speech.voice",
    ),
    "audio_rms": (
        "rms",
        "tts.audio.rms",
    ),
    "audio_peak": ("peak",),
    "spectral_centroid_hz": ("spectral_centroid",),
    "audio_seconds": (
        "audio_duration",
        "audio_duration_s",
        "audio_sec",
        "audio_duration_sec",
        "audio_duration_seconds",
        "audio_length_s",
        "audio_length_sec",
        "audio_length_seconds",
        "tts.audio.duration",
    ),
    "rtf": (
        "audio_rtf",
        "RTF",
        "real_time_factor",
    ),
    "used_percent": ("usage",),
    "error_type": (
        "exc_type",
        "err_type",
        "error_class",
        "exception_type",
        "exception.type",
    ),
    "error_message": (
        "exc_message",
        "err",
        "error",
        "error_msg",
        "err_msg",
        "errmsg",
        "exception.message",
    ),
    "traceback": (
        "exception",
        "exc_info",
        "stack",
        "stack_trace",
        "stacktrace",
        "exc_text",
        "exception.stacktrace",
    ),
    "release": (
        "version",
        "service.version",
    ),
    "env": (
        "environment",
        "deployment.environment.name",
    ),
    "client": (
        "client_ip",
        "client.address",
    ),
    "service": ("service.name",),
    "host": ("host.name",),
    "pid": (
        "process_id",
        "process.pid",
    ),
    "error_code": (
        "err_code",
        "errcode",
        "error.type",
        "tts.error.code",
    ),
    "http_method": (
        "request_method",
        "http.request.method",
    ),
    "http_status": (
        "status_code",
        "http_status_code",
        "http_code",
        "response_code",
        "response_status",
        "http.response.status_code",
    ),
    "http_path": (
        "request_path",
        "request_uri",
        "url.path",
    ),
    "engine": ("gen_ai.provider.name",),
    "model": (
        "model_name",
        "model_id",
        "gen_ai.request.model",
    ),
    "cache_hit": (
        "cached",
        "from_cache",
        "tts.cache.hit",
    ),
    "queue_ms": (
        "queue_time_ms",
        "queue_wait_ms",
        "wait_ms",
    ),
    "ttfa_ms": (
        "ttfb_ms",
        "first_chunk_ms",
        "first_packet_ms",
        "first_audio_ms",
        "time_to_first_audio_ms",
    ),
}

# Names of times in seconds -> the field, which counts milliseconds.
IN_SECONDS: dict[str, str] = {
    f"{name}_{unit}": field
    for field, names in {
        "duration_ms": (
            "duration",
            "elapsed",
            "latency",
            "took",
            "cost",
            "total_time",
            "process_time",
            "response_time",
        ),
        "queue_ms": ("queue", "queue_time", "wait"),
        "ttfa_ms": ("ttfa", "ttfb", "time_to_first_audio"),
    }.items()
    for name in names
    for unit in ("s", "sec", "secs", "seconds")
}


def _spellings(name: str) -> Iterator[str]:
    """Yield the other ways to write a name of several words."""
    if "_" not in name or "." in name:
        return
    yield name.replace("_", "-")
    title = name.title()
    for words in (title, title[:-1] + "D") if title.endswith("_Id") else (title,):
        joined = words.replace("_", "")
        yield from (joined[0].lower() + joined[1:], joined, words.replace("_", "-"))


def _in_every_spelling(names: dict[str, str]) -> dict[str, str]:
    return {spelling: field for name, field in names.items() for spelling in (name, *_spellings(name))}


_OWN = {column.name: column.name for column in LINE}
_OTHERS = {name: field for field, names in OTHER_NAMES.items() for name in names}

# Any other name -> the field, those that count first before the others.
FIELD_ALIASES = {name: field for name, field in _in_every_spelling(_OWN | _OTHERS).items() if name not in _OWN}
SECONDS_ALIASES = _in_every_spelling(IN_SECONDS)
