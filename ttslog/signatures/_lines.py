"""One log line taken apart: its level, its head (clock, logger) and its message."""

from __future__ import annotations

import re
from typing import NamedTuple

QUIET = frozenset(("DEBUG", "TRACE", "INFO", "NOTICE", "SUCCESS", "VERBOSE"))
WARN = frozenset(("WARNING", "WARN"))
LOUD = frozenset(("ERROR", "CRITICAL", "FATAL", "SEVERE", "EXCEPTION", "PANIC", "ALERT", "EMERG", "CRIT"))

_HEAD_REACH = 140  # a level further right is a word of the message
_WORD = re.compile(
    rf"(?P<open>[\[|(<]\s{{0,3}})?\b(?P<level>{'|'.join(LOUD | WARN | QUIET)})\b(?=\s{{0,9}}[\]:|)>,-]|\s|$)"
)
_SMALL = re.compile(
    r"\[(?P<bracket>debug|info|notice|warn(?:ing)?|error|crit(?:ical)?|alert|emerg|fatal|exception)\s{0,8}\]"
    r"|\blevel=\W?(?P<key>debug|info|warn(?:ing)?|error|crit(?:ical)?|fatal)\b"
)
_LETTER = re.compile(
    r"\[(?P<onnx>[VIWEF]):onnxruntime:[^\]]{0,200}\]\s?"
    r"|^(?P<glog>[IWEF])\d{4} \d\d:\d\d:\d\d[\d.]* +\d+ [^\]\s]{1,80}\] "
)
_LETTERS = {"V": "DEBUG", "I": "INFO", "W": "WARNING", "E": "ERROR", "F": "FATAL"}
_DATE = r"(?:\d{4}[-/]\d\d[-/]\d\d[T ]|\d\d-\d\d |[A-Z][a-z]{2} {1,2}\d{1,2} )?"
_CLOCK = re.compile(rf"^\W{{0,2}}{_DATE}\d\d:\d\d(?::\d\d)?[\d.,]{{0,10}}(?:Z|[+-]\d\d:?\d\d)?\W{{0,4}}")
_LOGGER = re.compile(r"^\[?[A-Za-z_][\w./]{0,80}(?::[\w<>]{1,60}){0,2}\]?(?: - | \| |\|(?=\S)|:(?=[^\s:/])|\] )\s{0,3}")
_TYPE = re.compile(r"[\w.]{0,80}(?:Error|Exception|Exit|Interrupt|Warning|Timeout)\b")
_FILLING = " \t|]:>)-"


class Line(NamedTuple):
    """A cleaned line: `level` is upper case, empty where the line names none; `head` holds clock and logger."""

    level: str
    head: str
    message: str


def parse_line(line: str) -> Line:
    """Return the parts of one line; a line without a head is all message."""
    letter = _LETTER.search(line[:400])
    if letter:
        return Line(_LETTERS[letter["onnx"] or letter["glog"]], letter.group(), line[letter.end() :])
    found = _level(line[:_HEAD_REACH])
    if found:
        return _after_head(*found, line)
    clock = _CLOCK.match(line)
    end = clock.end() if clock else 0
    return Line("", line[:end], line[end:])


def _level(reach: str) -> tuple[str, int] | None:
    """Return the level and where it ends: a level stands first, in brackets or behind a clock."""
    word = _WORD.search(reach)
    if word and (word.start() == 0 or word["open"] or _CLOCK.search(reach[: word.start()])):
        return word["level"], word.end()
    small = _SMALL.search(reach)
    return ((small["bracket"] or small["key"]).upper(), small.end()) if small else None


def _after_head(level: str, end: int, line: str) -> Line:
    """Return the line parted behind what follows a level: filling, a second clock, the logger."""
    message = line[end:].lstrip(_FILLING)
    clock = _CLOCK.match(message)
    if clock:
        message = message[clock.end() :]
    logger = _LOGGER.match(message[:200])
    if logger and not _TYPE.match(message):
        message = message[logger.end() :].lstrip(_FILLING)
    return Line(level, line[: len(line) - len(message)], message)
