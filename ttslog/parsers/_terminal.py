"""Lines that were meant for a terminal: colours, and states that a carriage return overwrote."""

from __future__ import annotations

import re

_ESCAPES = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[ -/]*[0-~])")
_ESCAPE, _RETURN, _PERCENT = b"\x1b\r%"  # one byte is found in a fraction of the time that two take
# tqdm's bar: `t2s:  40%|####      | 10/25 [00:01<00:02, 7.30it/s]`, the total may be unknown
BAR = re.compile(
    rb"(?P<title>[^\r|%]{0,200}?)(?:: *)?(?P<percent>\d{1,3})%\|[^|\r]{0,400}\| *"
    rb"(?P<done>[\d.]{1,15}[kMGT]?)/(?P<total>[\d.]{1,15}[kMGT]?) \[[^\]\r]{0,200}\] ?"
)


def is_for_terminal(line: bytes) -> bool:
    """Return whether there is anything in the line for a terminal to act on, or a bar that text may be glued to."""
    return _ESCAPE in line or _RETURN in line or (_PERCENT in line and b"%|" in line)


def as_shown(line: bytes) -> bytes:
    """Return the line without escape sequences and without the states of a bar that a later one overwrote.

    What a carriage return would have hidden and is no bar stays, each part behind a carriage return: the bar and
    the record glued to it are two parts, and so are two records.
    """
    if b"\x1b" in line:
        line = _ESCAPES.sub(b"", line)
    if _RETURN not in line and b"%|" not in line:
        return line
    bar = b""
    parts = []
    for state in line.split(b"\r"):
        found = BAR.match(state)
        bar = bar if found is None else found[0].rstrip()
        part = state if found is None else state[found.end() :]
        if part.strip():
            parts.append(part)
    return b"\r".join([bar, *parts] if bar else parts)
