"""Audio on disk, so that the same request is spoken once."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import threading
import time
from typing import TYPE_CHECKING

import structlog

from ttslog import schema

if TYPE_CHECKING:
    from pathlib import Path

log = structlog.get_logger("reference_service.cache")

STAGED = "entry.part"
ABANDONED_SECONDS = 3600.0  # no entry takes so long to be written


def cache_key(*parts: str | float) -> str:
    """Return a key over everything that decides how the audio sounds."""
    return hashlib.sha256("\0".join(map(str, parts)).encode()).hexdigest()


class AudioCache:
    """Entries by key. A cache that fails costs time, never a request nor a start: it is logged as a warning.

    An entry is written to a staging file and renamed: a reader sees all of it or nothing. The file lies in a folder of
    this process alone, whose name no other can have, not even one of the same number in another container. What a
    killed process leaves there, the next one to start after an hour removes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._staging = folder / "staging"
        self._own = self._staging / f"{os.getpid()}-{secrets.token_hex(8)}"
        self._one_at_a_time = threading.Lock()
        try:
            self._own.mkdir(parents=True, exist_ok=True)
            self._remove_abandoned()
        except OSError as error:
            self._write_failed(error)

    def get(self, key: str) -> bytes | None:
        """Return the entry, None where there is none."""
        try:
            return self._entry(key).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            log.warning("cache_unreadable", path=str(self.folder), exc_info=error)
            return None

    def put(self, key: str, audio: bytes) -> bool:
        """Keep `audio` under `key`; False where it could not be kept."""
        try:
            self._store(self._entry(key), audio)
        except OSError as error:
            self._write_failed(error)
            return False
        return True

    def _store(self, entry: Path, audio: bytes) -> None:
        staged = self._own / STAGED
        with self._one_at_a_time:
            try:
                entry.parent.mkdir(parents=True, exist_ok=True)
                self._own.mkdir(parents=True, exist_ok=True)
                staged.write_bytes(audio)
                staged.replace(entry)
            except OSError:
                staged.unlink(missing_ok=True)
                raise

    def _remove_abandoned(self) -> None:
        for folder in self._staging.iterdir():
            if time.time() - folder.stat().st_mtime > ABANDONED_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)  # another process that starts may be at it too

    def _write_failed(self, error: OSError) -> None:
        log.warning(schema.WARNING, warning_code="CACHE_WRITE_FAILED", path=str(self.folder), exc_info=error)

    def _entry(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key}.wav"
