"""Contents: what files hold, told by a hash of their bytes, and out of memory while their time stamps stand."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO

from ttslog.sources import LogFile
from ttslog.sources.opening import open_listed

_SETTLED_NS = 2_000_000_000  # a file that was written this recently may change again within its time stamp
_BLOCK = 1 << 20
_ENDS_BYTES = 1 << 16  # by which the parts of a live file are told
_MOST_STAMPS = 20_000  # files; those that were met last


class Contents:
    """The hashes of files, and of parts of files that grow.

    Args:
        known: hash by time stamp, as `stamps` gave it.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = dict(known)
        self._stamps = dict(known)

    @property
    def stamps(self) -> dict[str, str]:
        """The hash by time stamp, to be kept."""
        return dict(list(self._stamps.items())[-_MOST_STAMPS:])

    @property
    def has_new(self) -> bool:
        """Whether there is more to be kept than what was known."""
        return self._stamps != self._known

    def is_known(self, listed: LogFile) -> bool:
        """Return whether the hash of a file, or of a part of one, can be told without reading it."""
        with suppress(OSError):
            if not listed.is_part:
                return _stamp(listed.path.stat()) in self._stamps
            with open_listed(listed) as file:
                return _stamp_of_part(listed, file) in self._stamps
        return False

    def of(self, listed: LogFile) -> str:
        """Return the hash of the bytes a file had when it was listed.

        Raises:
            OSError: it cannot be read.
        """
        with open_listed(listed) as file:
            if listed.is_part:
                return self._of_part(listed, file)
            info = os.fstat(file.fileno())
            stamp = _stamp(info)
            whole = info.st_size == listed.size
            known = self._stamps.get(stamp) if whole else None
            if known is not None:
                return known
            content = _hash(file, listed.size or 0)
        if whole and time.time_ns() - info.st_mtime_ns > _SETTLED_NS:
            self._stamps[stamp] = content
        return content

    def _of_part(self, part: LogFile, file: BinaryIO) -> str:
        """Return the hash of a part of a file that only grows, out of memory while head and end are the same."""
        stamp = _stamp_of_part(part, file)
        if stamp not in self._stamps:
            file.seek(part.begin)
            self._stamps[stamp] = _hash(file, (part.size or 0) - part.begin)
        return self._stamps[stamp]


def _stamp(info: os.stat_result) -> str:
    return f"{info.st_dev}:{info.st_ino}:{info.st_size}:{info.st_mtime_ns}"


def _stamp_of_part(part: LogFile, file: BinaryIO) -> str:
    """Return what tells a part of a file that only grows: where it lies, and the file's head and the part's end."""
    info, end = os.fstat(file.fileno()), part.size or 0
    file.seek(0)
    head = _hash(file, min(_ENDS_BYTES, end))
    file.seek(max(end - _ENDS_BYTES, part.begin))
    return f"{info.st_dev}:{info.st_ino}:{part.begin}-{end}:{head}:{_hash(file, min(_ENDS_BYTES, end - part.begin))}"


def _hash(file: BinaryIO, size: int) -> str:
    """Return the hash of the first bytes of a file; what a live one has grown by since is left out."""
    content = hashlib.blake2b(digest_size=16)
    while size > 0 and (block := file.read(min(_BLOCK, size))):
        content.update(block)
        size -= len(block)
    return content.hexdigest()
