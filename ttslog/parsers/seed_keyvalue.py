"""IndexTTS-2-LLM's `event: key=value, ...` lines behind Python logging's usual prefix, with all their traps."""

from __future__ import annotations

import re
from string import ascii_lowercase, digits
from typing import Any

from ttslog.parsers._canonical import canonical
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._levels import level_name
from ttslog.schema import EVENT_ALIASES, STAGE_TIME, SYNTHESIS_START

_LINE = re.compile(
    r"(?:(?P<time>\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?)"
    r"(?: - (?P<logger>[^ ]+) - (?P<level>[A-Za-z]+) - | \.{3} ))?"
    r"(?P<event>[a-z][a-z0-9_]*): (?P<body>[a-z_]+=.*)$",
    re.DOTALL,
)
# What may follow the text: the closing quote is the last one with nothing but such fields behind it, so that
# whatever the user wrote into the text stays text.
_BEHIND_TEXT = re.compile(r'(?:"|(?=, (?:lang|voice)=))((?:, [a-z_]+=[^,"]*)*)\s*$')
_KNOWN_BARE = frozenset({"stage_time", "audio_metrics", "cache_health", "cache_dir_usage"})
_TEXT = 'text="'
_EQUALS, _COLON = b"=:"


def parse(line: bytes, clock: Clock) -> Event | None:
    """Read one `event: key=value` line."""
    if _EQUALS not in line or _COLON not in line:
        return None
    found = _LINE.match(decode(line).rstrip("\r"))
    if found is None:
        return None
    time, logger, level, name, body = found.groups()
    if time is None and name not in _KNOWN_BARE and not name.startswith("synthesis_"):
        return None
    fields = _completed(name, canonical(_fields(body)))
    if logger:
        fields["logger"] = logger
    return Event(
        EVENT_ALIASES.get(name, name),
        time_us=clock.text(time) if time else None,
        level=level_name(level),
        request_id=fields.pop("request_id", None),
        fields=fields,
    )


def _fields(body: str) -> dict[str, Any]:
    """Split `key=value, ...`; the quoted text first, because it may hold anything."""
    fields: dict[str, Any] = {}
    before, quote, rest = body.partition(_TEXT)
    if quote and (not before or before.endswith(", ")):
        end = _BEHIND_TEXT.search(rest)
        fields["text"] = rest[: end.start()] if end else rest.rstrip('"')
        body = before + (end[1].lstrip(", ") if end else "")
    pieces = body.split(",")
    for number, piece in enumerate(pieces):
        key, equals, value = piece.lstrip().partition("=")
        if not equals or not _is_name(key):
            _put_rest(",".join(pieces[number:]).strip(), fields)
            break
        fields[key] = value.strip()
    return fields


def _is_name(key: str) -> bool:
    return key.isidentifier() and key[0].isascii()


def _put_rest(message: str, fields: dict[str, Any]) -> None:
    if message:
        fields["message"] = message


def _completed(name: str, fields: dict[str, Any]) -> dict[str, Any]:
    if name == STAGE_TIME and "duration_ms" in fields:
        # The article's code never resets its clock: the number counts from the start of the request.
        fields["cumulative_ms"] = fields.pop("duration_ms")
    if name == SYNTHESIS_START:
        fields.pop("duration_ms", None)  # `duration_ms=0` there is a placeholder
    if name == "synthesis_failed" and "message" in fields:
        fields["error_message"] = fields.pop("message")
    if "text" in fields and "text_len" not in fields:
        fields["text_len"] = len(fields["text"])
    return fields


_PREFIX = "2024-06-12 14:22:37,892 - app.tts_engine - INFO - "

FORMAT = Format(
    title="IndexTTS-2-LLM key=value text",
    parse=parse,
    marks=("=",),
    begins=f"{digits}{ascii_lowercase}".encode(),
    samples=(
        Sample(
            f'{_PREFIX}synthesis_start: id=ts_7f3a2b1c, text="今天天气真好", lang=zh, voice=alloy, '
            "duration_ms=0, cache_hit=false",
            {
                "name": "synthesis_start",
                "time": "2024-06-12T14:22:37.892000Z",
                "level": "info",
                "request_id": "ts_7f3a2b1c",
                "logger": "app.tts_engine",
                "text": "今天天气真好",
                "text_len": 6,
                "lang": "zh",
                "voice": "alloy",
                "cache_hit": "false",
            },
        ),
        Sample(
            "2024-06-12 14:22:38,415 - app.tts_engine - INFO - synthesis_complete: id=ts_7f3a2b1c, "
            "status=success, duration_ms=523, audio_size_kb=124, cache_saved=true, model_stage=llm_postproc",
            {
                "name": "synthesis_complete",
                "request_id": "ts_7f3a2b1c",
                "status": "success",
                "duration_ms": "523",
                "model_stage": "llm_postproc",
            },
        ),
        Sample(
            "2024-06-12 14:22:38,106 ... synthesis_complete: id=ts_a1b2c3d4, status=failed, duration_ms=214, "
            "error_code=SCIPY_FFT_INVALID",
            {
                "name": "synthesis_complete",
                "level": None,
                "status": "failed",
                "error_code": "SCIPY_FFT_INVALID",
            },
        ),
        Sample(
            "2024-06-12 14:22:38,106 - app.tts_engine - ERROR - synthesis_failed: id=ts_a1b2c3d4, "
            "error_code=SCIPY_FFT_INVALID, Invalid input to scipy.fft",
            {
                "name": "synthesis_failed",
                "level": "error",
                "error_code": "SCIPY_FFT_INVALID",
                "error_message": "Invalid input to scipy.fft",
            },
        ),
        Sample(
            "stage_time: stage=llm_inference, id=ts_xxx, duration_ms=483",
            {"name": "stage_time", "time": None, "model_stage": "llm_inference", "cumulative_ms": "483"},
        ),
        Sample(
            "2024-06-12 10:05:11,203 - app.cache - WARNING - cache_dir_usage: path=/app/cache, "
            "used_percent=92.7, threshold=90.0, action=warn",
            {"name": "cache_health", "level": "warning", "path": "/app/cache", "used_percent": "92.7"},
        ),
        Sample(
            "2024-06-12 10:10:11,203 - app.cache - WARNING - cache_health: path=/app/cache, used=4635MB, "
            "total=5000MB, usage=92.7%",
            {"name": "cache_health", "used_percent": "92.7%"},
        ),
        Sample(
            f'{_PREFIX}synthesis_start: id=ts_00000001, text="a", status=failed, error_code=FAKE, voice=x", lang=zh, '
            "voice=alloy, duration_ms=0, cache_hit=true",
            {
                "text": 'a", status=failed, error_code=FAKE, voice=x',
                "voice": "alloy",
                "lang": "zh",
                "cache_hit": "true",
            },
        ),
    ),
)
