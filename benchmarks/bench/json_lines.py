"""Requests as the JSON lines of the reference service, in three ways that programs write the same object."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from benchmarks.bench.traffic import Request

DAY = "2026-11-20"
Line = tuple[int, bytes]  # microseconds since midnight, and the line with its end

# How the object is written: as msgspec and orjson do, as json.dumps does by itself, with sorted keys.
STYLES: Mapping[str, Mapping[str, Any]] = {
    "native": {"separators": (",", ":")},
    "spaced": {},
    "reordered": {"separators": (",", ":"), "sort_keys": True},
}
_HEAD = ("timestamp", "level", "event", "logger")
_SAME = {"service": "reference-tts", "release": "0.1.0", "env": "production", "host": "tts-1"}
_ASKED = ("text_len", "text_sha256")
_ENGINE = {
    "engine": "hibari",
    "model": "hibari-tts-0.2.1",
    "device": "cpu",
    "http_method": "POST",
    "http_path": "/v1/audio/speech",
    "client": "127.0.0.1",
}
_AUDIO = ("audio_seconds", "audio_rms", "audio_peak", "silence_ratio", "clipping_ratio", "spectral_centroid_hz")
_SPOKEN = (*_AUDIO, "sample_rate", "audio_size_kb", "duration_ms", "status", "http_status")
_FAILED = ("duration_ms", "status", "error_code", "http_status", "model_stage", "error_type", "error_message")
_STAGE = ("model_stage", "stage_family", "duration_ms")
_WARNED = ("warning_code", "path", "error_type", "error_message", "traceback")
_FLAGS_AND_NUMBERS = frozenset(
    {*_AUDIO, "audio_size_kb", "cache_hit", "cache_saved", "duration_ms", "http_status", "pid"}
    | {"queue_ms", "rtf", "sample_rate", "text_len", "threshold", "used_percent"}
)
_ASKING = (*_ASKED, *_ENGINE, "voice", "lang")
# What a line of each kind holds beyond head, service and process, in the order of the service.
_KINDS: Mapping[str, tuple[str, ...]] = {
    "start": ("request_id", *_ASKING),
    "stage": ("request_id", *_STAGE),
    "failed_stage": ("request_id", *_STAGE, "error_type"),
    "audio": ("request_id", *_AUDIO),
    "hit": ("request_id", *_ASKING, "cache_hit", *_SPOKEN),
    "miss": ("request_id", *_ASKING, "cache_hit", "queue_ms", "rtf", "cache_saved", *_SPOKEN),
    "refused": ("request_id", *_ASKING, *_FAILED),
    "raised": ("request_id", *_ASKING, *_FAILED, "traceback"),
    "warning": ("request_id", *_WARNED),
    "health": ("path", "used_percent", "threshold"),
}
_CACHE_TRACEBACK = (
    'Traceback (most recent call last):\n  File "/srv/tts/reference_service/cache.py", line 52, in put\n'
    "    self._store(self._entry(key), audio)\nOSError: [Errno 28] No space left on device\n"
)


@cache
def _template(style: str, kind: str) -> str:
    """Return the line of one kind with a %-field for each value; what is no text stands without quotes."""
    keys = (*_HEAD, *_SAME, "pid", *_KINDS[kind])
    places = {key: f"<%({key})s>" if key in _FLAGS_AND_NUMBERS else f"%({key})s" for key in keys}
    always = {key: value for key, value in (_SAME | _ENGINE).items() if key in places}
    line = json.dumps(places | always, **STYLES[style])
    return line.replace('"<', "").replace('>"', "") + "\n"


def _fixed(text: str) -> str:
    return json.dumps(text)[1:-1]


def stamp(time_us: int) -> str:
    """Return a time of the day as RFC 3339, UTC."""
    seconds, us = divmod(time_us, 1_000_000)
    return f"{DAY}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{us:06d}Z"


def writer(style: str) -> Callable[[Request], Iterator[Line]]:
    """Return what writes the lines of one request in that style."""

    def lines(request: Request) -> Iterator[Line]:
        values = _values(request)

        def line(kind: str, time_us: int, event: str, logger: str, level: str = "info") -> Line:
            values.update(timestamp=stamp(time_us), event=event, logger=logger, level=level)
            return time_us, (_template(style, kind) % values).encode()

        time_us = request.begin_us
        yield line("start", time_us, "synthesis_start", "ttslog.synthesis")
        for stage in request.stages:
            time_us += int(stage.duration_ms * 1000)
            values.update(model_stage=stage.name, stage_family=stage.family, duration_ms=stage.duration_ms)
            fails = request.failure is not None and stage is request.stages[-1]
            kind, level = ("failed_stage", "warning") if fails else ("stage", "info")
            yield line(kind, time_us, "stage_time", "ttslog.stages", level)
        if request.warned:
            yield line("health", time_us, "cache_health", "ttslog.cache", "warning")
        yield from _end(request, time_us, values, line)

    return lines


def _end(request: Request, time_us: int, values: dict[str, Any], line: Callable[..., Line]) -> Iterator[Line]:
    end_us = request.begin_us + int(request.duration_ms * 1000)
    values["duration_ms"] = request.duration_ms
    if request.failure:
        kind = "raised" if request.failure.raised_in else "refused"
        level = "error" if request.failure.raised_in else "warning"
        yield line(kind, end_us, "synthesis_complete", "ttslog.synthesis", level)
        return
    yield line("audio", time_us + 20, "audio_metrics", "reference_service.pipeline")
    if request.warned:
        cache = {"error_type": "OSError", "error_message": "[Errno 28] No space left on device"}
        values.update(cache, traceback=_fixed(_CACHE_TRACEBACK))
        yield line("warning", time_us + 40, "warning", "reference_service.cache", "warning")
    yield line("hit" if request.cache_hit else "miss", end_us, "synthesis_complete", "ttslog.synthesis")


def traceback_of(request: Request) -> str:
    """Return what Python prints for the exception; empty where the request was refused without one."""
    failure = request.failure
    if failure is None or not failure.raised_in:
        return ""
    return (
        'Traceback (most recent call last):\n  File "/srv/tts/reference_service/pipeline.py", line 88, in speak\n'
        f'    audio = engine.speak(text)\n  File "{failure.raised_in}", line 41, in speak\n'
        f"    return self._run(batch)\n{failure.error_type}: {failure.message}\n"
    )


def _values(request: Request) -> dict[str, Any]:
    failure, loud = request.failure, request.loudness
    seconds = round(0.6 + request.text_len * (0.06 + 0.01 * loud), 3)
    return {
        "pid": request.pid,
        "request_id": request.request_id,
        "text_len": request.text_len,
        "text_sha256": request.text_sha256,
        "voice": request.voice,
        "lang": request.lang,
        "cache_hit": "true" if request.cache_hit else "false",
        "cache_saved": "false" if request.warned else "true",
        "queue_ms": round(loud, 3),
        "rtf": round(request.duration_ms / seconds / 1000, 5),
        "audio_seconds": seconds,
        "audio_rms": 0.02 + loud / 50,
        "audio_peak": 0.3 + loud / 5,
        "silence_ratio": 0.2 + loud / 9,
        "clipping_ratio": 0.0,
        "spectral_centroid_hz": 2400 + 300 * loud,
        "sample_rate": 24_000,
        "audio_size_kb": round(seconds * 48.0 + 0.044, 3),
        "status": failure.status if failure else "success",
        "http_status": failure.http_status if failure else 200,
        "error_code": failure.code if failure else "",
        "error_type": failure.error_type if failure else "",
        "error_message": failure.message if failure else "",
        "traceback": _fixed(traceback_of(request)),
        "warning_code": "CACHE_WRITE_FAILED",
        "path": "/srv/tts/cache",
        "used_percent": 92.7,
        "threshold": 90.0,
    }
