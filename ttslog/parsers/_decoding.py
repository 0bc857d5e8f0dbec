"""Bytes of a log line -> text."""

from __future__ import annotations


def decode(line: bytes) -> str:
    """Decode UTF-8, else GB18030, as older Chinese systems write; what is neither keeps its readable part."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("gb18030", "replace")


def is_utf8(line: bytes) -> bool:
    """Return whether a line is valid UTF-8, so that reading it changes nothing."""
    if line.isascii():
        return True
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True
