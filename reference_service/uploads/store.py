"""Reference audio on disk: under random names, readable by the service alone, beside a record of the consent.

`<id>.wav` or `<id>.flac` with `<id>.json`. A file is a reference only while its record is there, and both are removed
when the time is up that the uploader was told.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import threading
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from ttslog.instrument import CodedError, error_code

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from reference_service.uploads.sound import Sound

log = structlog.get_logger("reference_service.uploads")

REFERENCE_ID = re.compile(r"ref_[0-9a-f]{32}", re.ASCII)
SHOWN = 12  # characters of an id that logs may have: enough to find the record, too few to use the voice
LOOK_EVERY_SECONDS = 60.0
SHORTEST_WAIT_SECONDS = 0.5
_SUFFIXES = (".wav", ".flac", ".part", ".json")


@dataclass(frozen=True, slots=True)
class Reference:
    """One upload: its id, and until when it is kept (seconds since the epoch)."""

    reference_id: str
    remove_at: float


def is_reference(voice: str) -> bool:
    """Whether `voice` names reference audio that was uploaded."""
    return REFERENCE_ID.fullmatch(voice) is not None


def shown(reference_id: str) -> str:
    """Return what logs may say of an id: whoever knows all of it can speak with that voice."""
    return f"{reference_id[:SHOWN]}…"


class References:
    """The uploads in `folder`, of which at most `most` are kept, for `keep_seconds` each."""

    def __init__(self, folder: Path, *, keep_seconds: float, most: int) -> None:
        self._folder = folder
        self._keep_seconds = keep_seconds
        self._most = most

    def add(self, content: bytes, sound: Sound, **consent: Any) -> Reference:
        """Keep `content` with what was said of it: who sent it, and that there is consent.

        Raises:
            CodedError: SERVICE_OVERLOADED where there are too many.
            OSError: it cannot be written; nothing of it stays.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if sum(1 for _ in self._records()) >= self._most:
            raise CodedError("SERVICE_OVERLOADED", "no more reference audio is taken until older ones are removed")
        # A time that no calendar has fails here, before anything is written.
        until = datetime.fromtimestamp(time.time() + self._keep_seconds, UTC)
        reference = Reference(f"ref_{secrets.token_hex(16)}", until.timestamp())
        facts = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(), **asdict(sound)}
        record = json.dumps(asdict(reference) | consent | facts, indent=1).encode()
        try:
            self._write(f"{reference.reference_id}.{sound.container}", content)
            unseen = self._write(f"{reference.reference_id}.part", record)
            unseen.replace(unseen.with_suffix(".json"))  # whole from its first moment: a torn record is removed
        except OSError:
            self.remove(reference.reference_id)
            raise
        return reference

    def path_of(self, reference_id: str) -> Path:
        """Return the audio file.

        Raises:
            CodedError: REFERENCE_AUDIO_NOT_FOUND where there is none of that id, or its time is up.
        """
        if is_reference(reference_id) and self._remove_at(self._folder / f"{reference_id}.json") > time.time():
            for path in self._folder.glob(f"{reference_id}.*"):
                if path.suffix != ".json":
                    return path
        raise CodedError("REFERENCE_AUDIO_NOT_FOUND", "no such reference audio, or its time is up", param="voice")

    def remove(self, reference_id: str) -> bool:
        """Remove an upload; False where there was none of that id."""
        if not is_reference(reference_id):
            return False
        # The record last: while it is there, a removal that failed half-way is tried again.
        found = [path for suffix in _SUFFIXES if (path := self._folder / f"{reference_id}{suffix}").exists()]
        for path in found:
            path.unlink(missing_ok=True)
        return bool(found)

    def remove_expired(self) -> None:
        """Remove what has outlived its time, and what a killed process left without a record."""
        for record in [*self._records()]:
            if self._remove_at(record) <= time.time() and self.remove(record.stem):
                log.info("reference_removed", reference=shown(record.stem), reason="expired")
        for path in [*self._folder.glob("ref_*")]:
            if not path.with_suffix(".json").exists() and _age_seconds(path) > self._keep_seconds:
                path.unlink(missing_ok=True)

    def watch(self) -> None:
        """Remove what has outlived its time, now and regularly, from a daemon thread."""
        threading.Thread(target=self._watch, name="references", daemon=True).start()

    def _watch(self) -> None:
        while True:
            try:
                self.remove_expired()
            except OSError as error:
                log.warning("references_not_removed", warning_code=error_code(error), exc_info=error)
            time.sleep(min(LOOK_EVERY_SECONDS, max(SHORTEST_WAIT_SECONDS, self._keep_seconds / 2)))

    def _records(self) -> Iterator[Path]:
        return self._folder.glob("ref_*.json")

    def _remove_at(self, record: Path) -> float:
        """Return when an upload's time is up: at once where there is no record that can be read, and so no consent."""
        try:
            return float(json.loads(record.read_bytes())["remove_at"])
        except (FileNotFoundError, ValueError, KeyError):
            return 0.0

    def _write(self, name: str, content: bytes) -> Path:
        path = self._folder / name
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        return path


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
