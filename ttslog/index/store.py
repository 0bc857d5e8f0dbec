"""The store: pieces on disk by the content of the files they were made of, or in a folder that goes with the process.

A piece is written under a name of its own and renamed when it is whole, so that neither a second process nor a kill
leaves half of one; of two that were made at once the second is dropped. What cannot be read back is made anew.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from ttslog import __version__
from ttslog.errors import UsageError
from ttslog.index.piece import FACTS_FILE, DamagedPiece, Facts, read_facts
from ttslog.sources import LogFile

DEFAULT_CAP_BYTES = 2 << 30
_LAYOUT = 2  # counts up when a piece of an earlier version would be misread
_SETTLED_NS = 2_000_000_000  # a file that was written this recently may change again within its time stamp
_BLOCK = 1 << 20
_UNFINISHED = ".unfinished-"
_FORGOTTEN_S = 86_400  # what is unfinished for longer was left by a process that died


def default_folder() -> Path:
    """Return where pieces are kept: $TTSLOG_CACHE_DIR, else `ttslog` in the user's cache folder."""
    if own := os.environ.get("TTSLOG_CACHE_DIR"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(base) / "ttslog"


def default_store() -> Store:
    """Return the user's store, with the size that $TTSLOG_CACHE_MB allows.

    Raises:
        UsageError: it is no number.
    """
    told = os.environ.get("TTSLOG_CACHE_MB") or str(DEFAULT_CAP_BYTES >> 20)
    if not told.isdecimal():
        raise UsageError(f"TTSLOG_CACHE_MB is {told!r}: set it to a number of megabytes")
    return Store(default_folder(), int(told) << 20)


@dataclass
class Store:
    """Kept pieces.

    Attributes:
        folder: made on first use, for its owner's eyes only.
        cap_bytes: what all pieces together may take; the ones that were not asked for longest go first.
    """

    folder: Path
    cap_bytes: int = DEFAULT_CAP_BYTES
    _stamps: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        with suppress(OSError, ValueError):
            known = json.loads((self.folder / "stamps.json").read_text("ascii"))
            self._stamps = {str(stamp): str(content) for stamp, content in known.items()}

    def key(self, file: LogFile, before: LogFile | None, zone: tzinfo) -> str:
        """Return what a piece goes by: the content of both files, the zone, and who reads them.

        Raises:
            OSError: a file cannot be read.
        """
        contents = [self._content(one.path) if one else "" for one in (before, file)]
        told = "\n".join((str(_LAYOUT), __version__, str(zone), *contents))
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def known_key(self, file: LogFile, before: LogFile | None, zone: tzinfo) -> str | None:
        """Return what `key` would, as far as it can be told without reading the files; else None."""
        with suppress(OSError):
            files = [one.path for one in (file, before) if one is not None]
            if all(_stamp(path.stat()) in self._stamps for path in files):
                return self.key(file, before, zone)
        return None

    def _content(self, path: Path) -> str:
        """Return the hash of a file's bytes, out of memory while its time stamp stands."""
        info = path.stat()
        stamp = _stamp(info)
        known = self._stamps.get(stamp)
        if known is None:
            known = _hash(path)
            if time.time_ns() - info.st_mtime_ns > _SETTLED_NS:
                self._stamps[stamp] = known
        return known

    def find(self, key: str, names: list[str]) -> Facts | None:
        """Return the facts of a piece that is there, whole, and valid for files of these names."""
        folder = self.piece(key)
        try:
            facts = read_facts(folder)
        except DamagedPiece:
            shutil.rmtree(folder, ignore_errors=True)
            return None
        if facts.names not in (None, names):
            shutil.rmtree(folder, ignore_errors=True)
            return None
        with suppress(OSError):
            os.utime(folder / FACTS_FILE)
        return facts

    def piece(self, key: str) -> Path:
        """Return the folder of a piece, whether it is there or not."""
        return self.folder / key

    def begin(self) -> Path:
        """Return a new folder to write a piece into.

        Raises:
            OSError: it cannot be made.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.folder))

    def keep(self, unfinished: Path, key: str) -> None:
        """Give a piece that is whole its name; of two that were made at once the first stays."""
        try:
            unfinished.rename(self.piece(key))
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)

    def conclude(self) -> None:
        """Keep the time stamps, and make room."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self.folder / f"{_UNFINISHED}stamps-{os.getpid()}"
            temporary.write_text(json.dumps(self._stamps), "ascii")
            temporary.replace(self.folder / "stamps.json")
        self._make_room()

    def _make_room(self) -> None:
        pieces = sorted(self.pieces(), key=lambda piece: piece.used_s, reverse=True)
        taken = 0
        for piece in pieces:
            taken += piece.size_bytes
            if taken > self.cap_bytes:
                shutil.rmtree(piece.folder, ignore_errors=True)
        for left in self.folder.glob(f"{_UNFINISHED}*"):
            with suppress(OSError):
                if time.time() - left.stat().st_mtime > _FORGOTTEN_S:
                    shutil.rmtree(left, ignore_errors=True)

    def pieces(self) -> Iterator[StoredPiece]:
        """Yield what is kept."""
        with suppress(OSError):
            for folder in sorted(self.folder.iterdir()):
                with suppress(OSError):
                    if not folder.name.startswith(".") and folder.is_dir():
                        sizes = [part.stat().st_size for part in folder.iterdir()]
                        yield StoredPiece(folder, sum(sizes), (folder / FACTS_FILE).stat().st_mtime)

    def clear(self) -> int:
        """Remove everything; return how many bytes that were."""
        freed = sum(piece.size_bytes for piece in self.pieces())
        shutil.rmtree(self.folder, ignore_errors=True)
        return freed


@dataclass(frozen=True, slots=True)
class StoredPiece:
    """One kept piece: where, how large, and when it was last asked for (seconds since 1970)."""

    folder: Path
    size_bytes: int
    used_s: float


def _stamp(info: os.stat_result) -> str:
    return f"{info.st_dev}:{info.st_ino}:{info.st_size}:{info.st_mtime_ns}"


def _hash(path: Path) -> str:
    content = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            content.update(block)
    return content.hexdigest()
