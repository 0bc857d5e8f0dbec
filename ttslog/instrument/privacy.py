"""What a request asks to be spoken is personal: it is kept out of every line, also where an exception quotes it.

Lengths and hashes are logged instead. Libraries quote their input in messages ("invalid character in '...'"),
so every run of characters that free text shares with the text of the request under way is masked; and whatever else
looks personal there (`ttslog.privacy`: mail, phone, token, audio) is named by its kind alone.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from ttslog import schema
from ttslog.privacy import mask_shapes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MASK = "[text]"
# Characters that make a run: long enough in ASCII to spare the usual words of a message, short enough for a phone
# number; elsewhere a name is two characters, and messages are seldom written in that script.
ASCII_RUN = 8
OTHER_RUN = 2

# Names, numbers and ids that the service itself sets; a text that happens to hold "success" must not mask them.
OWN_FIELDS = {column.name for column in schema.LINE} - {"event", "message", "error_message", "traceback"}

# One character as addresses, forms and JSON may spell it: the bytes of its UTF-8, or its number.
_BYTES = r"%[0-7]X|%[CD]X%Y|%EX%Y%Y|%F[0-4]%Y%Y%Y".replace("X", "[0-9A-F]").replace("Y", "[89AB][0-9A-F]")
_SPELLED = re.compile(rf"(?i:{_BYTES}|\\u[0-9A-F]{{4}})|\+")
_PIECE = re.compile(rf"{_SPELLED.pattern}|(?s:.)")
_ODD_CAPITALS = re.compile("[İΣ]")
UNKNOWN = "\ufffd"

LATEST = 4  # texts that are remembered of a request, or of an exception
KEPT_READY = 8  # texts that need not be read anew for each line; one of 100,000 characters takes 10 MB
_TEXTS = "ttslog_texts"  # attribute of an exception: the texts of the requests that it has left

_under_way: ContextVar[tuple[str, ...]] = ContextVar("ttslog_texts_under_way", default=())
# One list for all contexts that are copied from the request's: the steps of a generator run each in a copy of its own.
_of_request: ContextVar[list[str] | None] = ContextVar("ttslog_texts_of_request", default=None)


def new_request(*texts: str) -> None:
    """Forget the texts of the request before; those of this one are kept out until the next one begins."""
    _of_request.set([*texts])


@contextmanager
def kept_out(*texts: str) -> Iterator[None]:
    """Keep `texts` out of the lines written in this context."""
    before = _under_way.get()
    inside = (*before, *texts)
    _under_way.set(inside)
    try:
        yield
    finally:
        if _under_way.get() is inside:  # a generator may end in another context than it began in
            _under_way.set(before)


@contextmanager
def kept_out_of_request(text: str) -> Iterator[None]:
    """Keep `text` out of the lines written in this context, and of all later ones of the request."""
    request = _of_request.get()
    if text and request is not None:
        request.append(text)
        del request[:-LATEST]
    with kept_out(text):
        yield


def stay_with(error: BaseException, *texts: str) -> None:
    """Keep `texts`, and those under way, out of all later lines about `error`, whoever writes them."""
    for one in _related(error):
        known = vars(one)  # by setattr a frozen exception would refuse it
        known[_TEXTS] = tuple(dict.fromkeys((*known.get(_TEXTS, ()), *_under_way.get(), *texts)))[-LATEST:]


def texts_of(error: BaseException) -> tuple[str, ...]:
    """Return what stays with `error` and with what it came from."""
    return tuple(dict.fromkeys(text for one in _related(error) for text in vars(one).get(_TEXTS, ())))


def _related(error: BaseException) -> list[BaseException]:
    """Return `error`, its causes and contexts, and where it is a group, its members with theirs."""
    found: dict[int, BaseException] = {}
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in found:
            continue
        found[id(one)] = one
        waiting += [one.__cause__, one.__context__]
        waiting += one.exceptions if isinstance(one, BaseExceptionGroup) else ()
    return list(found.values())


def without_secret(event: dict[str, Any]) -> dict[str, Any]:
    """Return `event` (plain data) with what is personal in its free text masked."""
    others = [name for name in event if name not in OWN_FIELDS and not _is_event_name(name, event[name])]
    return event | {name: _masked(event[name]) for name in others} if others else event


def masked(text: str) -> str:
    """Return `text` with what it shares with the request's text, and what else is personal in it, masked."""
    told = mask_shapes(text)
    for secret in texts_of_request():
        shaped = _shaped(secret)
        # First with phones and tokens named on both sides: what stood between two of them would be too short a run
        # alone.
        told = _mask(told, shaped) if shaped != secret else told
    return without_text(told)


@lru_cache(KEPT_READY)
def _shaped(secret: str) -> str:
    return mask_shapes(secret)


def without_text(text: str) -> str:
    """Return `text` with what it shares with the request's text masked."""
    for secret in texts_of_request():
        text = _mask(text, secret)
    return text


def texts_of_request() -> tuple[str, ...]:
    """Return the texts that are kept out of the lines written here."""
    known = dict.fromkeys((*_under_way.get(), *(_of_request.get() or ())))
    return tuple(filter(None, known))


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
    """Mask what `value` quotes of `secret`: in any case, percent-encoded, as a form or as JSON spells it."""
    value = _without_runs(value, _lower(value), _lower(secret))
    if not _SPELLED.search(value):
        return value
    pieces = _PIECE.findall(value)
    return _without_runs(pieces, _lower("".join(map(_meant, pieces))), _lower(secret.replace("+", " ")))


def _without_runs(pieces: Sequence[str], meant: str, secret: str) -> str:
    """Return `pieces`, each of which means one character of `meant`, with the runs of `secret` masked."""
    ascii_run = min(ASCII_RUN, len(secret))
    if ascii_run < OTHER_RUN:
        return "".join(pieces)
    runs = _runs(secret, ascii_run)
    kept = []
    masked_to = 0
    for position, (piece, character) in enumerate(zip(pieces, meant, strict=True)):
        size = ascii_run if character.isascii() else OTHER_RUN
        if meant[position : position + size] in runs:
            kept += [MASK] if position >= masked_to else []
            masked_to = position + size
        elif position >= masked_to:
            kept.append(piece)
    return "".join(kept)


@lru_cache(KEPT_READY)
def _runs(secret: str, ascii_run: int) -> frozenset[str]:
    """Return every run of `secret`: to look a piece of a message up in a book takes as long as to read the book."""
    sizes = [ascii_run if character.isascii() else OTHER_RUN for character in secret]
    whole = (position for position, size in enumerate(sizes) if position + size <= len(secret))
    return frozenset([secret[position : position + sizes[position]] for position in whole])


def _lower(text: str) -> str:
    """Return `text` in lower case, of as many characters, each as it would be alone: İ has two, Σ one of two."""
    if not _ODD_CAPITALS.search(text):
        return text.lower()
    return "".join([character if character == "İ" else character.lower() for character in text])


def _meant(piece: str) -> str:
    """Return the character that a piece of an address, a form or JSON stands for."""
    if len(piece) == 1:
        return " " if piece == "+" else piece
    if piece.startswith("\\"):
        return chr(int(piece[len("\\u") :], 16))
    character = unquote(piece)
    return character if len(character) == 1 else UNKNOWN
