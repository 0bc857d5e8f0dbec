"""Orders that every engine refuses, whatever it speaks, each with the reason why it is here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference_service.demo.speech import Speech

if TYPE_CHECKING:
    from collections.abc import Callable


def refused(speech: Callable[..., Speech]) -> tuple[Speech, ...]:
    """Return the orders; `speech(kind, text, **fields)` fills in a model and a voice that are there."""
    return (
        speech("empty text", ""),
        speech("blank text", "  \n\t "),
        speech("punctuation only", "，。！？ ..."),
        speech("emoji only", "\U0001f600\U0001f389"),
        speech("text in a script the engine does not speak", "こんにちは"),
        speech("control character", "Hello\x00there"),
        speech("escape sequence", "Hello \x1b[31mred"),
        speech("half a surrogate pair", "Hello \ud83d there"),
        Speech("bytes that are not UTF-8", b'{"model": "any", "voice": "any", "input": "caf\xe9"}'),
        speech("text over the limit", "All work and no play makes Jack a dull boy. " * 100),
        Speech("body over the limit", b'{"input": "' + b"a" * 60_000 + b'"}'),
        speech("voice that does not exist", "Hello there.", voice="nobody"),
        speech("model that does not exist", "Hello there.", model="tts-9"),
        speech("format that is not offered", "Hello there.", response_format="ogg"),
        speech("speed out of range", "Hello there.", speed=9.0),
        speech("number instead of a text", "Hello there.", input=42),
        Speech("field missing", b'{"model": "any", "voice": "any"}'),
        Speech("cut JSON", b'{"model": "any", "input": "Hel'),
        Speech("NaN as speed", b'{"model": "any", "input": "Hello.", "voice": "any", "speed": NaN}'),
        Speech("nesting without end", b"[" * 20_000),
    )
