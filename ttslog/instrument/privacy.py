"""What a request asks to be spoken is personal: it is kept out of every line, also where an exception quotes it.

Lengths and hashes are logged instead. Libraries quote their input in messages ("invalid character in '...'"),
so every run of characters that free text shares with the text of the request under way is masked; and whatever else
looks personal there (`ttslog.privacy`: mail, phone, token, audio) is named by its kind alone.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from ttslog import schema
from ttslog.privacy import mask_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK = "[text]"
# Characters that make a run: long enough in ASCII to spare the usual words of a message, short enough for a phone
# number; elsewhere a name is two characters, and messages are seldom written in that script.
ASCII_RUN = 8
OTHER_RUN = 2

# Names, numbers and ids that the service itself sets; a text that happens to hold "success" must not mask them.
OWN_FIELDS = {column.name for column in schema.LINE} - {"event", "message", "error_message", "traceback"}

_secret: ContextVar[str] = ContextVar("ttslog_secret", default="")


@contextmanager
def kept_out(text: str) -> Iterator[None]:
    """Keep `text` out of the lines written in this context."""
    token = _secret.set(text)
    try:
        yield
    finally:
        _secret.reset(token)


def without_secret(event: dict[str, Any]) -> dict[str, Any]:
    """Return `event` (plain data) with what is personal in its free text masked."""
    others = [name for name in event if name not in OWN_FIELDS and not _is_event_name(name, event[name])]
    return event | {name: _masked(event[name]) for name in others} if others else event


def masked(text: str) -> str:
    """Return `text` with what it shares with the request's text, and what else is personal in it, masked."""
    shaped = mask_shapes(_secret.get())
    told = mask_shapes(text)
    # First with phones and tokens named on both sides: what stood between two of them would be too short a run alone.
    return without_text(_mask(told, shaped) if shaped != _secret.get() else told)


def without_text(text: str) -> str:
    """Return `text` with what it shares with the request's text masked."""
    secret = _secret.get()
    return _mask(text, secret) if secret else text


def _is_event_name(name: str, value: Any) -> bool:
    return name == "event" and str(value).isidentifier()


def _masked(value: Any) -> Any:
    match value:
        case str():
            return masked(value)
        case dict():
            return {key: _masked(item) for key, item in value.items()}
        case list():
            return [_masked(item) for item in value]
        case _:
            return value


def _mask(value: str, secret: str) -> str:
    kept = []
    masked_to = 0
    for position, character in enumerate(value):
        size = min(ASCII_RUN, len(secret)) if character.isascii() else OTHER_RUN
        run = value[position : position + size]
        if len(run) == size and size >= OTHER_RUN and run in secret:
            kept += [MASK] if position >= masked_to else []
            masked_to = position + size
        elif position >= masked_to:
            kept.append(character)
    return "".join(kept)
