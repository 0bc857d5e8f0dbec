"""Named: what a line without an id of its own says that may be the id of a request, as in `no memory for ts_4711`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ttslog.joins.blocks import EXCEPTION
from ttslog.parsers import Event

LOUD = frozenset({"warning", "error", "critical"})
_SAYING = ("message", "error_message")
_EXPLAINED = frozenset({"error_message", "traceback"})
# Letters, digits, `_` and `-`, six at least: whole words, for `ts_1` is not named by `ts_12`, nor by `ts_1-retry`.
_WORD = re.compile(r"\w[\w-]{4,}\w", re.ASCII)
# The same with what many ids are made of beside, `req.123:abc` or `2026/11/7f3a`, and what may stand around an id too.
_LONGER = re.compile(r"\w[\w.:/-]{4,}\w", re.ASCII)


def names_in(event: Event) -> set[str]:
    """Return the words of a loud line's message, and of its exceptions', that can be ids.

    Letters alone are none: `warmup` may well be an id, but whoever writes the word need not mean it.
    """
    if event.level not in LOUD and event.name != EXCEPTION:
        return set()
    said = _LONGER.findall(_said(event.fields))
    words = (word for longer in said for word in (longer, *_WORD.findall(longer)))
    return {word for word in words if not word.isalpha()}


def _said(fields: Mapping[str, Any]) -> str:
    message = fields.get("message")
    if type(message) is str and _EXPLAINED.isdisjoint(fields):  # nearly always
        return message
    texts = [text for key in _SAYING if type(text := fields.get(key)) is str]
    trace = fields.get("traceback")
    if type(trace) is str:  # of a chain each exception has a message; the frames, indented, are most of the text
        texts += [line for line in trace.split("\n") if line[:1] != " "]
    return "\n".join(texts)
