"""Bytes of a log line -> text."""

from __future__ import annotations

_BAD = "\ufffd"


def decode(text: bytes) -> str:
    """Decode UTF-8; a line that is none is GB18030, as older Chinese systems write, or UTF-8 with some bytes lost."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        return "\n".join(meanings(line)[0] for line in text.split(b"\n"))


def meanings(line: bytes) -> list[str]:
    """Return what the bytes of one line may mean, the likelier first; what is neither keeps its readable part.

    A character cut in two costs UTF-8 one place of many; Chinese in another code is bad nearly everywhere.
    """
    text = line.decode("utf-8", "replace")
    bad = text.count(_BAD)
    if not bad or sum(character > "\x7f" for character in text) > 2 * bad:
        return [text]
    other = line.decode("gb18030", "replace")
    return [other, text] if other.count(_BAD) < bad else [text]


def is_utf8(line: bytes) -> bool:
    """Return whether a line is valid UTF-8, so that reading it changes nothing."""
    if line.isascii():
        return True
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
