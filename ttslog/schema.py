"""The tables: which columns an event, a stage and a request have, with type, unit, meaning and OpenTelemetry name.

One place for names. The writer (`ttslog.instrument`) takes its field names from here, the readers
map what they find to them, `docs/schema.md` is generated from it.

Times are UTC microseconds since the epoch (`*_us`); every other quantity carries its unit in its name.
A value that the log does not hold is None: unknown is not zero.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Kind = Literal["text", "int", "float", "bool", "time"]
Outcome = Literal["success", "failed", "aborted", "incomplete"]
Status = Literal["success", "failed", "aborted", "incomplete", "orphan"]
Reason = Literal["killed", "restarted", "log_ended", "unknown"]
Join = Literal["request_id", "trace_id", "connection", "path", "serial"]
StageFamily = Literal[
    "normalize", "frontend", "inference", "postproc", "render", "cache", "queue", "model_load", "http"
]

OUTCOMES: tuple[Outcome, ...] = ("success", "failed", "aborted", "incomplete")
STATUSES: tuple[Status, ...] = (*OUTCOMES, "orphan")
STAGE_FAMILIES: tuple[StageFamily, ...] = (
    "http",
    "queue",
    "cache",
    "model_load",
    "normalize",
    "frontend",
    "inference",
    "postproc",
    "render",
)

# --- event names -------------------------------------------------------------------------------------

SERVICE_START = "service_start"
SERVICE_STOP = "service_stop"
SYNTHESIS_START = "synthesis_start"
SYNTHESIS_COMPLETE = "synthesis_complete"  # the canonical line: everything about the request in one place
SYNTHESIS_FAILED = "synthesis_failed"  # seed 001: the error itself; a synthesis_complete follows
STAGE_TIME = "stage_time"
AUDIO_METRICS = "audio_metrics"
WARNING = "warning"
CACHE_HEALTH = "cache_health"
WORKER_KILLED = "worker_killed"  # somebody saw a worker process end by a signal: `worker_pid`, `signal`

EVENT_ALIASES: dict[str, str] = {
    "stage": STAGE_TIME,
    "cache_dir_usage": CACHE_HEALTH,
    "tts.request.start": SYNTHESIS_START,
    "tts.request.complete": SYNTHESIS_COMPLETE,
    "tts.stage": STAGE_TIME,
    "tts.cache.health": CACHE_HEALTH,
    "tts.audio.metrics": AUDIO_METRICS,
}


class Column(msgspec.Struct, frozen=True):
    """One column of a table, or one field of a log line."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    otel: str = ""


# --- the native log line: what `instrument` writes and the reader knows best --------------------------

LINE: tuple[Column, ...] = (
    Column("timestamp", "time", "when the line was written, RFC 3339, UTC, microseconds", otel="Timestamp"),
    Column("level", "text", "debug, info, warning, error or critical", otel="SeverityText"),
    Column("event", "text", "what happened: one of the event names", otel="EventName"),
    Column("logger", "text", "name of the logger", otel="InstrumentationScope.name"),
    Column("message", "text", "text for people, where the event name is not enough", otel="Body"),
    Column("service", "text", "name of the service", otel="service.name"),
    Column("release", "text", "version of the service that is running", otel="service.version"),
    Column("env", "text", "deployment: production, staging, demo", otel="deployment.environment.name"),
    Column("host", "text", "machine or container", otel="host.name"),
    Column("pid", "int", "process that wrote the line", otel="process.pid"),
    Column("ppid", "int", "parent of that process, on service_start and service_stop", otel="process.parent_pid"),
    Column("request_id", "text", "id of the request, as the client sent it or as made", otel="tts.request.id"),
    Column("trace_id", "text", "W3C trace id, 32 lowercase hex digits", otel="TraceId"),
    Column("span_id", "text", "W3C span id, 16 lowercase hex digits", otel="SpanId"),
    Column("parent_request_id", "text", "request that caused this one"),
    Column("call_id", "text", "id of a call that is no synthesis (an upload, a refused key); no request has its lines"),
    Column("model_stage", "text", "the engine's own name of the stage", otel="tts.stage.name"),
    Column("stage_family", "text", "the stage's place in every engine: normalize ... render", otel="tts.stage.family"),
    Column("duration_ms", "float", "own time of this stage, or of the whole request; never cumulative", "ms"),
    Column("queue_ms", "float", "time the request waited before work began", "ms", "tts.queue.duration"),
    Column("ttfa_ms", "float", "time from the request to the first audio", "ms", "tts.time_to_first_audio"),
    Column("status", "text", "success, failed or aborted"),
    Column("error_code", "text", "code from the catalogue; absent on success", otel="error.type"),
    Column("error_type", "text", "class of the exception", otel="exception.type"),
    Column("error_message", "text", "message of the exception, without the request's text", otel="exception.message"),
    Column("traceback", "text", "traceback without local variables", otel="exception.stacktrace"),
    Column("sentry_event_id", "text", "event in Sentry that belongs to this line"),
    Column("warning_code", "text", "code of something that went on but should be known", otel="tts.warning.code"),
    Column("fallback_used", "bool", "another way was taken: smaller pieces, CPU, another voice", otel="tts.fallback"),
    Column("cache_hit", "bool", "the audio came from the cache", otel="tts.cache.hit"),
    Column("cache_saved", "bool", "the audio was written to the cache", otel="tts.cache.saved"),
    Column("engine", "text", "synthesis engine", otel="gen_ai.provider.name"),
    Column("model", "text", "model and revision", otel="gen_ai.request.model"),
    Column("voice", "text", "voice or speaker", otel="gen_ai.speech.voice"),
    Column("lang", "text", "language of the text", otel="gen_ai.speech.input.language"),
    Column("emotion", "text", "emotion asked for", otel="tts.emotion"),
    Column("intensity", "float", "strength of the emotion, 0 to 1", otel="tts.intensity"),
    Column("text_len", "int", "length of the text", "characters", "tts.text.characters"),
    Column("text_sha256", "text", "hash of the text; the text itself only where asked for", otel="tts.text.hash"),
    Column("audio_seconds", "float", "length of the audio", "s", "tts.audio.duration"),
    Column("audio_size_kb", "float", "size of the audio answered", "kB", "tts.audio.size"),
    Column("sample_rate", "int", "samples a second", "Hz", "tts.audio.sample_rate"),
    Column("audio_rms", "float", "mean of the frames' root mean square, 0 to 1", otel="tts.audio.rms"),
    Column("audio_peak", "float", "largest absolute sample, 0 to 1", otel="tts.audio.peak"),
    Column("silence_ratio", "float", "share of frames below -50 dBFS", otel="tts.audio.silence_ratio"),
    Column("clipping_ratio", "float", "share of samples at full scale", otel="tts.audio.clipping_ratio"),
    Column(
        "spectral_centroid_hz",
        "float",
        "mean spectral centroid; some spectra stand for all, as `instrument` measures it",
        "Hz",
        "tts.audio.spectral_centroid",
    ),
    Column("rtf", "float", "real-time factor: synthesis time divided by audio time", otel="tts.real_time_factor"),
    Column("device", "text", "cpu, cuda:0 ...", otel="tts.device"),
    Column("gpu_mem_free_mb", "float", "free memory of the device", "MB"),
    Column("gpu_mem_total_mb", "float", "memory of the device", "MB", "hw.gpu.memory.limit"),
    Column("rss_mb", "float", "resident memory of the process", "MB", "process.memory.usage"),
    Column("path", "text", "directory the line is about, such as the cache", otel="system.filesystem.mountpoint"),
    Column("used_percent", "float", "how full the file system under `path` is", "%", "system.filesystem.utilization"),
    Column("threshold", "float", "the limit that `used_percent` is held against", "%"),
    Column("http_method", "text", "method", otel="http.request.method"),
    Column("http_path", "text", "path", otel="url.path"),
    Column("http_status", "int", "status answered", otel="http.response.status_code"),
    Column("client", "text", "address of the caller", otel="client.address"),
    Column("worker_pid", "int", "on worker_killed: the process that ended"),
    Column("signal", "text", "on worker_killed: the signal, such as SIGKILL"),
)

# The stages' own names in the engines met so far -> family. A stage that is not here keeps its name and has no family.
STAGE_FAMILY: dict[str, StageFamily] = {
    "text_normalize": "normalize",
    "normalize": "normalize",
    "text_check": "normalize",
    "llm_prompt_gen": "frontend",
    "pinyin_g2p": "frontend",
    "g2p": "frontend",
    "frontend": "frontend",
    "text_encode": "frontend",
    "llm_inference": "inference",
    "gpt_gen": "inference",
    "acoustic": "inference",
    "inference": "inference",
    "llm_postproc": "postproc",
    "mel_postproc": "postproc",
    "postproc": "postproc",
    "s2mel": "postproc",
    "audio_metrics": "postproc",
    "audio_render": "render",
    "vocoder": "render",
    "bigvgan": "render",
    "render": "render",
    "encode": "render",
    "cache_lookup": "cache",
    "cache_write": "cache",
    "cache": "cache",
    "queue": "queue",
    "model_load": "model_load",
    "http": "http",
}

# --- the tables --------------------------------------------------------------------------------------

EVENTS: tuple[Column, ...] = (
    Column("time_us", "time", "when; None where the line has no time", "us"),
    Column("event", "text", "canonical event name, or the log's own"),
    Column("level", "text", "lower-case level"),
    Column("request_id", "text", "id of the request"),
    Column("file", "text", "file the line was read from"),
    Column("line", "int", "number of its first physical line, from 1"),
    Column("format", "text", "parser that read it"),
    Column("verified", "bool", "False: read from a damaged file, or salvaged from a torn line"),
    Column("fields", "text", "everything else, as JSON"),
)

STAGES: tuple[Column, ...] = (
    Column("request_id", "text", "id of the request"),
    Column("attempt", "int", "1 for the first use of the id"),
    Column("model_stage", "text", "the engine's name of the stage"),
    Column("stage_family", "text", "its place in every engine"),
    Column("start_us", "time", "when it began", "us"),
    Column("duration_ms", "float", "own time", "ms"),
    Column("engine", "text", "synthesis engine"),
    Column("voice", "text", "voice"),
)

REQUESTS: tuple[Column, ...] = (
    Column("request_id", "text", "id of the request"),
    Column("attempt", "int", "1 for the first use of the id, 2 for the next ..."),
    Column("status", "text", "success, failed, aborted, incomplete (start, no end) or orphan (end, no start)"),
    Column("outcome", "text", "success, failed, aborted or incomplete: how an orphan ended too, else the status"),
    Column("reason", "text", "why it is incomplete: killed, restarted, log_ended or unknown"),
    Column("start_us", "time", "first sign of it", "us"),
    Column("end_us", "time", "its end line; None while incomplete", "us"),
    Column("last_us", "time", "its last line, access lines left out", "us"),
    Column("duration_ms", "float", "as logged, else end - start", "ms"),
    Column("unaccounted_ms", "float", "duration less all stages", "ms"),
    Column("queue_ms", "float", "time waited before work began", "ms"),
    Column("ttfa_ms", "float", "time to the first audio", "ms"),
    Column("error_code", "text", "as logged, else the code of the catalogue that message and traceback prove"),
    Column("error_type", "text", "class of the exception"),
    Column("error_message", "text", "message of the exception"),
    Column("warning_codes", "text", "codes of its warnings, joined by spaces"),
    Column("last_stage", "text", "last stage it was seen in"),
    Column("http_status", "int", "status answered; 200 is never proof of success"),
    Column("rtf", "float", "real-time factor: synthesis time / audio time"),
    Column("cache_hit", "bool", "audio came from the cache"),
    Column("cache_saved", "bool", "audio was written to the cache"),
    Column("fallback_used", "bool", "another way was taken"),
    Column("audio_seconds", "float", "length of the audio", "s"),
    Column("audio_size_kb", "float", "size of the audio", "kB"),
    Column("audio_rms", "float", "mean frame rms, 0 to 1"),
    Column("audio_peak", "float", "largest sample, 0 to 1"),
    Column("silence_ratio", "float", "share of silent frames"),
    Column("clipping_ratio", "float", "share of full-scale samples"),
    Column("spectral_centroid_hz", "float", "mean spectral centroid", "Hz"),
    Column("text_len", "int", "length of the text", "characters"),
    Column("text_sha256", "text", "hash of the text"),
    Column("engine", "text", "synthesis engine"),
    Column("model", "text", "model and revision"),
    Column("voice", "text", "voice"),
    Column("lang", "text", "language"),
    Column("emotion", "text", "emotion"),
    Column("device", "text", "cpu, cuda:0 ..."),
    Column("service", "text", "service"),
    Column("release", "text", "version of the service"),
    Column("host", "text", "machine"),
    Column("pid", "int", "process"),
    Column("trace_id", "text", "W3C trace id"),
    Column("sentry_event_id", "text", "event in Sentry"),
    Column("join", "text", "how its lines were put together: request_id, trace_id, connection, path, serial"),
    Column("confidence", "float", "how sure that is, 0 to 1"),
    Column("conflict", "text", "what its lines say against each other, None when they agree"),
    Column("verified", "bool", "False: some of it was read from a damaged file or a torn line"),
    Column("lines", "int", "number of log lines"),
    Column("first_line", "text", "file:line of its first line"),
    Column("last_line", "text", "file:line of its last line"),
)
