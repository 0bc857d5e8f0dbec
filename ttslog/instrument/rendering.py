"""An event becomes one line of JSON: whatever its values are, a line comes out and nothing is raised."""

from __future__ import annotations

import time
from functools import lru_cache
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

TIME_CHARACTERS = len("2026-11-22T06:00:00.000000Z")
MAX_TEXT = 16_384  # characters of one value
MAX_ITEMS = 200
MAX_DEPTH = 6
MAX_NESTED = 10_000  # items of one value at each depth, shared out evenly: lists of lists have millions
MAX_LINE = 262_144  # bytes
SHORT_TEXT = 200
BIG = 2**63  # readers of JSON lose digits from here on, so such a number is written as text

_AS_IT_IS = frozenset({float, bool, type(None)})  # with str nearly all values of nearly all lines

_ENCODER = msgspec.json.Encoder()  # writes NaN and the infinities as null


def now() -> str:
    """Return the time as a line has it: RFC 3339, UTC, microseconds."""
    clock = time.time()
    seconds = int(clock)
    return f"{_second(seconds)}.{int((clock - seconds) * 1e6):06d}Z"


@lru_cache(maxsize=4)  # of a second, most lines need no more than the digits behind it
def _second(seconds: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def fields_of(fields: Mapping[str, Any]) -> str:
    """Return `fields` as they stand within a line, behind others: `,"name":value` for each."""
    inside = _ENCODER.encode(plain_fields(fields))[1:-1]
    return f",{inside.decode()}" if inside else ""


def line_of(event: Mapping[str, Any]) -> bytes:
    """Return `event` (plain, see `plain`) as a line of JSON with its newline.

    A line past `MAX_LINE` keeps its simple fields, cut to `SHORT_TEXT`, and says its size in `cut_from_bytes`.
    """
    line = _ENCODER.encode(event)
    if len(line) > MAX_LINE:
        line = _ENCODER.encode(_short(event) | {"cut_from_bytes": len(line)})
    return line + b"\n"


def plain_fields(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of `event` that are known (not None), each as `plain` makes it, `MAX_ITEMS` at most."""
    known = {}
    for name, value in event.items():
        if value is None:
            continue
        if type(value) is str and len(value) <= MAX_TEXT and value.isascii():  # nearly every one: spares the calls
            known[name] = value
        else:
            known[name] = plain(value, 1)
    names = "".join(known)
    if len(known) > MAX_ITEMS or len(names) > MAX_TEXT or not names.isascii():
        return {_key(name): value for name, value in list(known.items())[:MAX_ITEMS]}
    return known


def plain(value: object, depth: int = 0, most: int = MAX_NESTED) -> Any:
    """Return `value` as JSON can hold it: bounded, without lone surrogates, bytes and arrays as their size only.

    Args:
        value: anything.
        depth: of the containers that it lies in.
        most: items that it may have, with those of what it holds.
    """
    if type(value) in _AS_IT_IS:
        return value
    try:
        return _plain(value, depth, most)
    except Exception as error:  # noqa: BLE001  any object may come in, and a log line must come out
        return _unknown(value, error)


def _plain(value: object, depth: int, most: int) -> Any:
    if isinstance(value, str):
        return _sound(value)
    taken = min(MAX_ITEMS, most) if depth < MAX_DEPTH else 0
    match value:
        case dict() if taken:
            items = list(value.items())[:taken]
            return {_key(key): plain(item, depth + 1, most // len(items)) for key, item in items}
        case list() | tuple() | set() | frozenset() if taken:
            members = list(value)[:taken]
            return [plain(item, depth + 1, most // len(members)) for item in members]
        case _:
            return _scalar(value)


def _scalar(value: object) -> Any:
    match value:
        case None | bool():
            return value
        case np.bool_():
            return bool(value)
        case int() | Integral():
            return int(value) if -BIG < int(value) < BIG else shown(value)
        case float() | Real():
            return float(value)
        case _ if getattr(value, "shape", None) == ():  # an array or a tensor of one number
            return plain(value.item(), MAX_DEPTH)  # type: ignore[attr-defined]
        case _:
            return shown(value)


@lru_cache(maxsize=1024, typed=True)  # the same few names in every line; typed: 1, 1.0 and True are equal
def _key(key: object) -> str:
    return shown(key)


def shown(value: object) -> str:
    """Return `str(value)`, also where `__str__` raises; of bytes, arrays and containers only the size."""
    try:
        match value:
            case str():
                return _sound(value)
            case bytes() | bytearray() | memoryview():
                return f"<{len(value)} bytes>"
            case dict() | list() | tuple() | set() | frozenset():
                return f"<{type(value).__name__} of {len(value)}>"
            case BaseException():  # before arrays: numpy's MemoryError has a shape too
                return _sound(str(value))
            case _ if hasattr(value, "shape"):
                return f"<{type(value).__name__} {tuple(value.shape)}>"
            case _:
                return _sound(str(value))
    except Exception as error:  # noqa: BLE001  as in `plain`
        return _unknown(value, error)


def _unknown(value: object, error: Exception) -> str:
    return f"<{type(value).__name__}: {type(error).__name__}>"


def _sound(text: str) -> str:
    if type(text) is not str:
        text = str.__str__(text)  # the encoder takes no kinds of str, such as numpy's or torch's version
    if text.isascii() and len(text) <= MAX_TEXT:
        return text
    return text[:MAX_TEXT].encode("utf-8", "backslashreplace").decode()


def _short(event: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value[:SHORT_TEXT] if isinstance(value, str) else value
        for key, value in event.items()
        if not isinstance(value, dict | list)
    }
