"""Which files hold the same lines: told by their decompressed content, never by name, inode or first line.

`app.log.1` beside `app.log.1.gz`, a half-written .gz twin, and a copytruncate snapshot all have one thing in
common: the content of one file is the beginning of another's. Such a file adds nothing and is read once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from ttslog.sources.compression import read_chunks
from ttslog.sources.damage import Damage

_HEAD_BYTES = 1 << 16


class Twin(msgspec.Struct, frozen=True):
    """A file whose content is the beginning of another's: `of` is the fuller one, `lines` what was not read twice."""

    of: Path
    lines: int
    damage: tuple[Damage, ...] = ()


def find_twins(paths: Sequence[Path]) -> dict[Path, Twin]:
    """Return the files that add nothing, each with the file that holds its lines.

    Args:
        paths: regular files, oldest first. Those that cannot be opened are left for the reader to name.
    """
    twins = {later: Twin(first, 0) for first, later in _same_inode(paths)}
    heads = {path: head for path in paths if path not in twins if (head := _head(path))}
    for path, other in _candidates(heads):
        if path not in twins and other not in twins and (twin := _twin(path, other)):
            twins[path] = twin
    return twins


def _candidates(heads: dict[Path, bytes]) -> Iterator[tuple[Path, Path]]:
    """Yield (file, file that it may be the beginning of), by their first bytes."""
    by_head = sorted(heads, key=lambda path: heads[path])
    for index, path in enumerate(by_head):
        # In sorted order the heads that a head begins stand directly behind it.
        for other in by_head[index + 1 :]:
            if not heads[other].startswith(heads[path]):
                break
            yield path, other
            if heads[other] == heads[path]:
                yield other, path


def _same_inode(paths: Sequence[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield (file, another name of it): links, and one path given twice in different spelling."""
    seen: dict[tuple[int, int], Path] = {}
    for path in paths:
        try:
            stat = os.stat(path)  # noqa: PTH116 - follows links, as meant
        except OSError:
            continue
        key = (stat.st_dev, stat.st_ino)
        known = seen.setdefault(key, path)
        if known != path:
            yield known, path


def _head(path: Path) -> bytes:
    head = b""
    try:
        with path.open("rb") as file:
            for chunk in read_chunks(file, [], chunk_bytes=_HEAD_BYTES):
                head += chunk
                if len(head) >= _HEAD_BYTES:
                    break
    except OSError:
        return b""
    return head[:_HEAD_BYTES]


def _twin(path: Path, of: Path) -> Twin | None:
    """Compare the two in full, both streamed. Of two that hold the same text the undamaged one is kept."""
    damage: list[Damage] = []
    damage_of: list[Damage] = []
    try:
        with path.open("rb") as file, of.open("rb") as other:
            others = filter(None, read_chunks(other, damage_of))
            lines = _lines_if_prefix(filter(None, read_chunks(file, damage)), others)
    except OSError:
        return None
    if lines is None or (damage_of and not damage):
        return None
    return Twin(of, lines, tuple(damage))


def _lines_if_prefix(chunks: Iterator[bytes], others: Iterator[bytes]) -> int | None:
    """Return the number of lines in `chunks` when all of it begins `others`, else None."""
    lines, last, ahead = 0, b"\n", b""
    for chunk in chunks:
        while len(ahead) < len(chunk):
            more = next(others, None)
            if more is None:
                return None
            ahead += more
        if not ahead.startswith(chunk):
            return None
        ahead = ahead[len(chunk) :]
        lines += chunk.count(b"\n")
        last = chunk[-1:]
    next(others, None)  # at its end a damaged file says so
    return lines + (last != b"\n")
