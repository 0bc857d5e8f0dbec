"""The unchanging part of a message, so that one fault seen a thousand times is one row."""

from __future__ import annotations

import re

_MASKS = (
    (re.compile(r"\b[a-zA-Z][\w+.-]{1,20}://[^\s'\"<>)]+"), "<url>"),
    (re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}\b"), "<mail>"),
    (re.compile(r"\"[^\"]{0,2000}\"|'[^'\n]{0,2000}'|“[^”]{0,2000}”|「[^」]{0,2000}」|`[^`]{0,2000}`"), "<text>"),
    (re.compile(r"(?:\b[A-Za-z]:)?(?:[\w.~-]*[/\\][\w.@+~-]+){2,}[/\\]?|(?<![\w.])[/\\][\w.@+~-]+"), "<path>"),
    (re.compile(r"\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b0x[0-9a-fA-F]+\b"), "<hex>"),
    (re.compile(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b"), "<address>"),
    (re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[a-zA-Z])(?:[a-z]{1,8}_)?[0-9a-fA-F]{6,}\b"), "<id>"),
    (re.compile(r"(?<![\w<])[-+]?\d+(?:[.,:]\d+)*(?:[eE][-+]?\d+)?"), "<n>"),
)
_LONGEST = 500


def template(message: str) -> str:
    """Return the first line of `message` with what changes masked: numbers, ids, paths, addresses, quoted text."""
    line = message.strip().partition("\n")[0][:_LONGEST]
    for pattern, mask in _MASKS:
        line = pattern.sub(mask, line)
    return " ".join(line.split())
