"""Large: from how much text on logs are asked in pieces (`ttslog.index`), and access lines count in their own log."""

from __future__ import annotations

from collections.abc import Iterable

from ttslog.sources import LogFile

LARGE_BYTES = 32 << 20  # of text: a second or two of reading line by line


def is_large(files: Iterable[LogFile]) -> bool:
    """Return whether files hold so much that pieces are worth while."""
    return sum(file.text_bytes for file in files) >= LARGE_BYTES
