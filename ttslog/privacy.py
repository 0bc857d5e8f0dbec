"""Personal data in log text: the words to be spoken, phone numbers, identity numbers, mail, tokens, audio.

Nothing that ttslog prints or writes shows them unless asked (`--show-text`). Masking is for output only: the
tables keep what the log holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

# Fields that hold what somebody wanted spoken, or recorded.
TEXT_FIELDS = frozenset(
    {
        "text",
        "input",
        "prompt",
        "prompt_text",
        "raw_text",
        "ref_text",
        "gen_text",
        "origin_text",
        "transcript",
        "emo_text",
        "http_query",  # GET /tts?text=...
    }
)
AUDIO_FIELDS = frozenset({"reference_audio", "ref_audio", "audio", "audio_base64", "prompt_wav", "speaker_wav"})
SECRET_FIELDS = frozenset(
    {
        "password",
        "passwd",
        "secret",
        "api_key",
        "apikey",
        "x_api_key",
        "token",
        "access_token",
        "authorization",
        "cookie",
    }
)

# Hashes and ids: long runs of digits in them are no phone numbers.
_IDENTIFIERS = frozenset(
    {"text_sha256", "request_id", "parent_request_id", "call_id", "trace_id", "span_id", "sentry_event_id", "container"}
)

_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Its parts bounded as in RFC 5321: a pattern without bounds takes seconds for a long row of dots.
    (re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,10}\b"), "<mail>"),
    (re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{8,}"), "<token>"),
    (re.compile(r"\b(?:sk|pk|rk|ghp|gho|hf|xox[abp]|glpat|AKIA|eyJ)[-_]?[A-Za-z0-9_.-]{16,}"), "<token>"),
    (re.compile(r"(?<=://)[0-9a-f]{16,}(?::[0-9a-f]+)?(?=@)"), "<token>"),
    (re.compile(r"""\bb(['"])(?:\\.|(?!\1)[^\\]){64,}(?:\1|\\?\Z)"""), "<audio or other bytes>"),
    (re.compile(r"(?:data:audio/[\w.+-]+;base64,)?[A-Za-z0-9+/]{200,}={0,2}"), "<audio or other base64>"),
    (
        re.compile(r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?!\d)"),
        "<id number>",
    ),
    (re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), "<phone>"),
    (
        re.compile(r"(?<!\d)(?:62|4\d|5[1-5])\d{2}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}(?:[ -]?\d{1,3})?(?!\d)"),
        "<card number>",
    ),
)
# A secret that only the word before it gives away: in a message of a library it may be no more than a word.
_NAMED = (
    (
        re.compile(r"(?i)\b(api[_-]?key|token|secret|password|passwd|authorization)(\W{1,4})[^\s,;&\"']{4,}"),
        r"\1\2<token>",
    ),
)
_SHORTEST_SECRET = 4  # shorter texts occur by chance


def mask(text: str, spoken: Iterable[str] = ()) -> str:
    """Return the text with personal data replaced by what kind of data it was.

    Args:
        text: any text of a log.
        spoken: the words of the request, masked wherever they are quoted (in messages, tracebacks, paths).
    """
    text = mask_shapes(hide(text, spoken))
    for pattern, kind in _NAMED:
        text = pattern.sub(kind, text)
    return text


def mask_shapes(text: str) -> str:
    """Return the text with the personal data replaced that is known by its own shape."""
    for pattern, kind in _SHAPES:
        text = pattern.sub(kind, text)
    return text


def hide(text: str, spoken: Iterable[str]) -> str:
    """Return the text with the words of a request replaced wherever it quotes them."""
    for words in spoken:
        if len(words) >= _SHORTEST_SECRET:
            text = text.replace(words, "<text>")
    return text


def mask_fields(fields: dict[str, Any], spoken: Iterable[str] = ()) -> dict[str, Any]:
    """Return a copy of an event's fields without personal data, however deep it lies."""
    return {key: _mask_value(key, value, tuple(spoken)) for key, value in fields.items()}


def spoken_in(fields: dict[str, Any]) -> list[str]:
    """Return the words to be spoken that the fields hold."""
    return [value for key, value in fields.items() if key in TEXT_FIELDS and isinstance(value, str)]


def _mask_value(key: str, value: Any, spoken: tuple[str, ...]) -> Any:
    if isinstance(value, str):
        if key in _IDENTIFIERS:
            return value
        if key in TEXT_FIELDS:
            return f"<text, {len(value)} characters>"
        if key.lower().replace("-", "_") in SECRET_FIELDS:
            return "<token>"
        return f"<audio, {len(value)} characters>" if key in AUDIO_FIELDS else mask(value, spoken)
    if isinstance(value, dict):
        return mask_fields(value, spoken)
    if isinstance(value, list):
        return [_mask_value(key, item, spoken) for item in value]
    return value
