"""The needle: bytes that every line about an id holds, and what to do where the id may be written otherwise.

Formats take an id from a line as it stands there, so its bytes are in the line, but for:

* JSON, which may write any character as `\\u0074`, and `/` as `\\/`; once more inside another JSON (Docker, journald)
* colours, which may begin within an id (`grep --color`)
* lines that a container runtime cut: the id may stand half in one and half in the next
* journald, which writes a message with colours as an array of numbers

Lines that look like these are read closely. An id that stands on no line at all (made by `ttslog.joins` from a file
and a line), and what would have to be guessed at, has no needle: then everything is parsed.
"""

from __future__ import annotations

import re
from contextlib import suppress
from pkgutil import iter_modules

import ttslog.parsers
from ttslog.parsers import Unwrapper, as_shown

_SHORTEST = 3
_PLAIN = re.compile(r"[ !#-.0-\[\]-~]+")  # printable ASCII without the three that JSON may write with a backslash
_ESCAPED = re.compile(rb"\\+u00([0-7][0-9a-fA-F])")
_WALKED = 256


class Needle:
    """What to search for.

    Args:
        literal: stands in every line that concerns the question, written plainly.
    """

    def __init__(self, literal: bytes) -> None:
        self.literal = literal
        self._beginnings = tuple(literal[:length] for length in range(1, len(literal)))

    def in_written_out(self, line: bytes) -> bool:
        """Return whether the needle is in a line without its colours and escapes."""
        return self.literal in as_shown(_ESCAPED.sub(_character, line))

    def in_wrapped(self, line: bytes, unwrap: Unwrapper) -> bool:
        """Return whether the needle, or the beginning of one that was cut, is in what a wrapper holds."""
        inside = unwrap(line)
        if inside is None:
            return False
        content = as_shown(inside.content)
        return self.in_written_out(content) or (inside.partial and content.endswith(self._beginnings))


def id_needle(request_id: str) -> Needle | None:
    """Return the needle for the requests whose id begins with a text; None where all lines must be parsed."""
    if _may_be_made(request_id) or _may_be_written_otherwise(request_id):
        return None
    return text_needle(request_id)


def text_needle(text: str) -> Needle | None:
    """Return a needle for any text: its longest part that is written plainly; None without one."""
    longest = max(_PLAIN.findall(text), key=len, default="")
    return Needle(longest.encode()) if len(longest) >= _SHORTEST else None


def _may_be_made(request_id: str) -> bool:
    """`cosyvoice:app.log:17` and its beginnings: the id of a request whose lines carry none."""
    names = (info.name for info in iter_modules(ttslog.parsers.__path__))
    return any(f"{name}:".startswith(request_id[: len(name) + 1]) for name in names if not name.startswith("_"))


def _may_be_written_otherwise(request_id: str) -> bool:
    """A number that is no whole one, or a word for yes and no: JSON may hold the value and not its digits."""
    if request_id[:1] in {"[", "{"} or "True".startswith(request_id) or "False".startswith(request_id):
        return True
    with suppress(ValueError):
        float(request_id)
        return not request_id.isdecimal()
    return False


def has_escapes(block: bytes) -> bool:
    r"""Return whether a character below 128 is written as `\u00..` anywhere.

    Backslashes are rare: to walk from one to the next is faster than to search for all four characters.
    """
    at = block.find(b"\\")
    for _ in range(_WALKED):
        if at < 0:
            return False
        if block.startswith(b"u00", at + 1):
            return True
        at = block.find(b"\\", at + 1)
    return b"\\u00" in block


def _character(escape: re.Match[bytes]) -> bytes:
    return bytes((int(escape[1], 16),))
