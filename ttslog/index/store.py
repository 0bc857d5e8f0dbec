"""The store: pieces on disk by the content of the files they were made of, or in a folder that goes with the process.

A piece is written under a name of its own and renamed when it is whole, so that neither a second process nor a kill
leaves half of one; of two that were made at once the second is dropped. What cannot be read back is made anew.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from ttslog import __version__
from ttslog.errors import UsageError
from ttslog.index.catalogue import catalogue_digest
from ttslog.index.checked import read_checked, write_checked
from ttslog.index.contents import Contents
from ttslog.index.damage import DamagedPiece
from ttslog.index.piece import FACTS_FILE, Facts, ensure_whole, read_facts
from ttslog.index.plain_json import from_json, to_json
from ttslog.index.seen import Seen
from ttslog.sources import LogFile

DEFAULT_CAP_BYTES = 2 << 30
_LAYOUT = 16  # counts up when a piece of an earlier version would be misread
_UNFINISHED = ".unfinished-"
_STAMPS_FILE = "stamps.json"
_SEVERAL_FILE = "several.json"
_MOST_SETS = 20  # of pieces that were asked together; those that were asked last
_USED_S = 3_600  # what was asked for this recently is not noted again: that costs the disk a write for every piece
_UNFINISHED_BY = re.compile(rf"{re.escape(_UNFINISHED)}(\d+)-")
_PIECE = re.compile(r"[0-9a-f]{32}")
_FORGOTTEN_S = 86_400  # what is unfinished for longer was left by a process that died


def default_folder() -> Path:
    """Return where pieces are kept: $TTSLOG_CACHE_DIR, else `ttslog` in the user's cache folder."""
    if own := os.environ.get("TTSLOG_CACHE_DIR"):
        return Path(own)
    base = os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser()
    return Path(base) / "ttslog"


def passing_store(parts: frozenset[str] = frozenset()) -> Store:
    """Return a store in a folder that goes with it.

    Raises:
        OSError: there is no room for temporary files.
    """
    folder = Path(tempfile.mkdtemp(prefix="ttslog-"))
    store = Store(folder, parts=parts)
    weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
    return store


def default_store(parts: frozenset[str] = frozenset()) -> Store:
    """Return the user's store, with the size that $TTSLOG_CACHE_MB allows.

    Raises:
        UsageError: it is no number.
    """
    told = os.environ.get("TTSLOG_CACHE_MB") or str(DEFAULT_CAP_BYTES >> 20)
    if not told.isdecimal():
        raise UsageError(f"TTSLOG_CACHE_MB is {told!r}: set it to a number of megabytes")
    return Store(default_folder(), int(told) << 20, parts)


def _rules(zone: tzinfo) -> str:
    """Return what a zone goes by: its offset where that never changes, for such a zone has many names."""
    offset = zone.utcoffset(None)
    return str(zone) if offset is None else str(offset)


@dataclass
class Store:
    """Kept pieces.

    What is looked at later is linked into a folder of this store alone, which goes with it: so nobody who makes room
    or clears the store takes it away while it is being read.

    Attributes:
        folder: made on first use, for its owner's eyes only.
        cap_bytes: what all pieces together may take; the ones that were not asked for longest go first.
        parts: names of the files of a piece that will be looked at when it was found.
    """

    folder: Path
    cap_bytes: int = DEFAULT_CAP_BYTES
    parts: frozenset[str] = frozenset()
    _held: Path | None = None

    def __post_init__(self) -> None:
        self._contents = Contents(_read(self.folder / _STAMPS_FILE))

    def key(self, file: LogFile, before: LogFile | None, zone: tzinfo) -> str:
        """Return what a piece goes by: the content of both files, the zone, and who reads them with which catalogue.

        Raises:
            OSError: a file cannot be read.
        """
        contents = [self._contents.of(one) if one else "" for one in (before, file)]
        told = "\n".join((str(_LAYOUT), __version__, catalogue_digest(), _rules(zone), *contents))
        return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()

    def known_key(self, file: LogFile, before: LogFile | None, zone: tzinfo) -> str | None:
        """Return what `key` would, as far as it can be told without reading the files; else None."""
        with suppress(OSError):
            if all(self._contents.is_known(one) for one in (file, before) if one is not None):
                return self.key(file, before, zone)
        return None

    def find(self, key: str, names: list[str]) -> Facts | None:
        """Return the facts of a piece that is there, whole, and valid for files of these names."""
        if not self.piece(key).is_dir():  # and nothing is dropped: another process may be about to finish it
            return None
        self._hold(self.folder / key, key)
        try:
            facts = read_facts(self.folder / key)
            ensure_whole(self.piece(key), facts, self.parts)
        except DamagedPiece:
            self._drop(key)
            return None
        if facts.names not in (None, names):
            self._drop(key)
            return None
        self._note_use(self.folder / key / FACTS_FILE)
        return facts

    @staticmethod
    def _note_use(facts: Path) -> None:
        with suppress(OSError):
            if time.time() - facts.stat().st_mtime > _USED_S:
                os.utime(facts)

    def remembered(self, keys: Sequence[str]) -> list[Seen] | None:
        """Return what `remember` was told of these pieces; pieces are numbered by their place among them."""
        rows = _read(self.folder / _SEVERAL_FILE).get(_of_all(keys))
        return None if rows is None else [Seen(*row) for row in rows]

    def remember(self, keys: Sequence[str], found: Sequence[Seen]) -> None:
        """Keep which ids stand in several of some pieces, for whoever asks these again."""
        path = self.folder / _SEVERAL_FILE
        known = {**_read(path), _of_all(keys): found}
        self._write(path, dict(list(known.items())[-_MOST_SETS:]))

    def facts(self, key: str) -> Facts:
        """Return the facts of a piece that was kept a moment ago.

        Raises:
            DamagedPiece: it is not there any more.
        """
        return read_facts(self.folder / key)

    def piece(self, key: str) -> Path:
        """Return the folder of a piece, whether it is there or not."""
        held = None if self._held is None else self._held / key
        return held if held is not None and held.is_dir() else self.folder / key

    def begin(self) -> Path:
        """Return a new folder to write a piece into.

        Raises:
            OSError: it cannot be made.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f"{_UNFINISHED}{os.getpid()}-", dir=self.folder))

    def keep(self, unfinished: Path, key: str) -> None:
        """Give a piece that is whole its name; of two that were made at once the first stays."""
        for part in unfinished.iterdir():
            part.chmod(0o600)
        self._hold(unfinished, key)
        try:
            unfinished.rename(self.folder / key)
        except OSError:
            shutil.rmtree(unfinished, ignore_errors=True)

    def _hold(self, piece: Path, key: str) -> None:
        """Link the parts of a piece that will be looked at; where that is not possible they are read where they lie."""
        if not self.parts or not piece.is_dir():
            return
        try:
            if self._held is None:
                self._held = self.begin()
                weakref.finalize(self, shutil.rmtree, self._held, ignore_errors=True)
            (self._held / key).mkdir()
            for part in self.parts:
                (self._held / key / part).hardlink_to(piece / part)
        except FileExistsError:
            return
        except OSError:
            if self._held is not None:
                shutil.rmtree(self._held / key, ignore_errors=True)

    def _drop(self, key: str) -> None:
        shutil.rmtree(self.piece(key), ignore_errors=True)
        shutil.rmtree(self.folder / key, ignore_errors=True)

    def conclude(self) -> None:
        """Keep the time stamps, where there are new ones, and make room."""
        if self._contents.has_new:
            stamps = self._contents.stamps
            self._write(self.folder / _STAMPS_FILE, stamps)
            self._contents = Contents(stamps)
        self._make_room()

    def _write(self, path: Path, told: Mapping[str, Any]) -> None:
        """Write a file of the store's own, all of it or nothing."""
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            temporary = self.folder / f"{_UNFINISHED}{os.getpid()}-{path.name}"
            write_checked(temporary, to_json({"layout": _LAYOUT, "told": told}))
            temporary.chmod(0o600)
            temporary.replace(path)

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
                    _remove(left)

    def pieces(self) -> Iterator[StoredPiece]:
        """Yield what is kept."""
        with suppress(OSError):
            for folder in sorted(self.folder.iterdir()):
                with suppress(OSError):
                    if _PIECE.fullmatch(folder.name) and folder.is_dir():
                        sizes = [part.stat().st_size for part in folder.iterdir()]
                        yield StoredPiece(folder, sum(sizes), (folder / FACTS_FILE).stat().st_mtime)

    def clear(self) -> int:
        """Remove all that is ours and not being written, and the folder if that was all; return how many bytes."""
        freed = sum(piece.size_bytes for piece in self.pieces())
        with suppress(OSError):
            for ours in list(self.folder.iterdir()):
                if _PIECE.fullmatch(ours.name) or ours.name in (_STAMPS_FILE, _SEVERAL_FILE) or _is_left(ours.name):
                    _remove(ours)
            self.folder.rmdir()
        return freed


@dataclass(frozen=True, slots=True)
class StoredPiece:
    """One kept piece: where, how large, and when it was last asked for (seconds since 1970)."""

    folder: Path
    size_bytes: int
    used_s: float


def _is_left(name: str) -> bool:
    """Return whether something unfinished was left by a process that is no more."""
    found = _UNFINISHED_BY.match(name)
    if found is None:
        return False
    try:
        os.kill(int(found[1]), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, Any]:
    """Return what a file of the store's own says; nothing where anything is not as it was written."""
    with suppress(DamagedPiece, ValueError):
        kept = from_json(read_checked(path))
        if kept["layout"] == _LAYOUT:
            return dict(kept["told"])
    return {}


def _of_all(keys: Sequence[str]) -> str:
    return hashlib.blake2b("\n".join(keys).encode(), digest_size=16).hexdigest()
