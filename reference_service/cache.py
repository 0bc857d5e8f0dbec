"""Audio on disk, so that the same request is spoken once."""

from __future__ import annotations

import hashlib
import os
import threading
from typing import TYPE_CHECKING

import structlog

from ttslog import schema
from ttslog.instrument import error_code

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.get_logger("reference_service.cache")


def cache_key(*parts: str | float) -> str:
    """Return a key over everything that decides how the audio sounds."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


class AudioCache:
    """Entries by key. A cache that fails costs time, never a request: it is logged as a warning.

    An entry is written to a staging file, one a process, and renamed: a reader sees all of it or nothing, and a killed
    process leaves one file that the next process of its number overwrites.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._staging = folder / "staging"
        self._one_at_a_time = threading.Lock()
        self._staging.mkdir(parents=True, exist_ok=True)

    def get(self, key: str) -> bytes | None:
        """Return the entry, None where there is none."""
        try:
            return self._entry(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning(schema.WARNING, warning_code=error_code(error), path=str(self.folder), exc_info=error)
            return None

    def put(self, key: str, audio: bytes) -> bool:
        """Keep `audio` under `key`; False where it could not be kept."""
        try:
            self._store(self._entry(key), audio)
        except OSError as error:
            log.warning(schema.WARNING, warning_code="CACHE_WRITE_FAILED", path=str(self.folder), exc_info=error)
            return False
        return True

    def _store(self, entry: Path, audio: bytes) -> None:
        staged = self._staging / f"{os.getpid()}.part"
        with self._one_at_a_time:
            try:
                entry.parent.mkdir(exist_ok=True)
                staged.write_bytes(audio)
                staged.replace(entry)
            except OSError:
                staged.unlink(missing_ok=True)
                raise

    def _entry(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.wav"
