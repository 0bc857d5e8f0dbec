"""The log lines about one request, out of the newest files of a rotating log, with a bound on what is read."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from ttslog import schema
from ttslog.sources.rotation import rotation_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

NEAR_BYTES = 1 << 20  # a request under way lies at the very end
FAR_BYTES = 24 << 20  # one that is over lies in the live file or in the one before it
NEWEST_FILES = 3
_START = f'"event":"{schema.SYNTHESIS_START}"'.encode()
# Without these the log cannot tell a request that is under way from one whose process is gone.
_PROCESSES = tuple(
    f'"event":"{name}"'.encode() for name in (schema.WORKER_KILLED, schema.SERVICE_START, schema.SERVICE_STOP)
)


def excerpt(log: Path, request_id: str) -> bytes:
    """Return the lines of exactly this id, oldest first, among those that tell how processes began and ended.

    Args:
        log: the live file; its backups lie beside it.
        request_id: the whole id. Ids that begin likewise are other people's.
    """
    own = f'"request_id":"{request_id}"'.encode()
    for limit in (NEAR_BYTES, FAR_BYTES):
        blocks = _newest(log, limit)
        found = sorted({line for block in blocks for line in _lines_with(block, (own, *_PROCESSES))})
        if any(own in line and _START in line for line in found):
            break
    return b"".join(found) if any(own in line for line in found) else b""


def _newest(log: Path, limit: int) -> Iterator[bytes]:
    """Yield what the newest files hold, the newest first, `limit` bytes in all."""
    files = sorted(log.parent.glob(f"{log.name}*"), key=rotation_key, reverse=True)
    for path in files[:NEWEST_FILES]:
        try:
            block = _end_of(path, limit)
        except (OSError, EOFError):  # rotated away or being compressed: under its new name at the next look
            continue
        yield block
        limit -= len(block)
        if limit <= 0:
            return


def _end_of(path: Path, limit: int) -> bytes:
    if path.suffix == ".gz":
        with gzip.open(path) as packed:
            return packed.read(limit)  # from its beginning, but no file is packed that is larger than a live one
    with path.open("rb") as plain:
        size = plain.seek(0, 2)
        plain.seek(max(0, size - limit))
        return plain.read(limit)


def _lines_with(block: bytes, words: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the whole lines that hold one of the words; what a bound cut in two is none."""
    for word in words:
        at = block.find(word)
        while at >= 0:
            start, end = block.rfind(b"\n", 0, at) + 1, block.find(b"\n", at) + 1
            if not end:
                break
            if block.startswith(b"{", start):
                yield block[start:end]
            at = block.find(word, end)
