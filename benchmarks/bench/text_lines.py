"""The mixed log: JSON lines among the text that Python's logging, tracebacks and uvicorn write into the same file."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench.json_lines import DAY, Line, traceback_of, writer
from benchmarks.bench.traffic import Request

_json_lines = writer("native")
_JSON_SHARE = 0.6
_PHRASES = {200: "OK", 404: "Not Found", 413: "Payload Too Large", 422: "Unprocessable Entity"}


def mixed_lines(request: Request) -> Iterator[Line]:
    """Write one request in JSON or as text; the web server logs both."""
    is_json = int(request.request_id[-4:], 16) < _JSON_SHARE * 0x10000
    yield from _json_lines(request) if is_json else _text_lines(request)
    yield _access(request)


def _text_lines(request: Request) -> Iterator[Line]:
    """`event: key=value` behind the usual prefix of logging; a failure is logged with its traceback below."""
    own = f"id={request.request_id}"
    asked = f"text_len={request.text_len}, lang={request.lang}, voice={request.voice}"
    yield _logged(request.begin_us, "INFO", f"synthesis_start: {own}, {asked}")
    time_us = request.begin_us
    for stage in request.stages:
        time_us += int(stage.duration_ms * 1000)
        since_begin_ms = (time_us - request.begin_us) / 1000
        yield _logged(time_us, "INFO", f"stage_time: stage={stage.name}, {own}, duration_ms={since_begin_ms:.3f}")
    end_us = request.begin_us + int(request.duration_ms * 1000)
    failure = request.failure
    if failure and failure.raised_in:
        record_us, record = _logged(end_us, "ERROR", f"request {request.request_id} failed")
        yield record_us, record + traceback_of(request).encode()
    outcome = f"status={failure.status}, error_code={failure.code}" if failure else "status=success, audio_size_kb=124"
    yield _logged(end_us, "INFO", f"synthesis_complete: {own}, {outcome}, duration_ms={request.duration_ms}")


def _logged(time_us: int, level: str, message: str) -> Line:
    seconds, us = divmod(time_us, 1_000_000)
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d},{us // 1000:03d}"
    return time_us, f"{DAY} {clock} - app.tts_engine - {level} - {message}\n".encode()


def _access(request: Request) -> Line:
    """Uvicorn's line about it, without a time and without an id, a moment after the end."""
    status = request.failure.http_status if request.failure else 200
    port = 32_768 + int(request.request_id[-3:], 16)
    answer = f"{status} {_PHRASES.get(status, 'Error')}"
    line = f'INFO:     127.0.0.1:{port} - "POST /v1/audio/speech HTTP/1.1" {answer}\n'
    return request.begin_us + int(request.duration_ms * 1000) + 300, line.encode()
