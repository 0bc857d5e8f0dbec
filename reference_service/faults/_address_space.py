"""A limit on the memory that this process may ask for; beyond it the kernel says no."""

from __future__ import annotations

import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MB = 1_000_000
_STATM = Path("/proc/self/statm")
_BEFORE, _HARD = resource.getrlimit(resource.RLIMIT_AS)


def limit_address_space(room_mb: float) -> None:
    """Let the process have `room_mb` more than it has."""
    pages = int(_STATM.read_text("ascii").split()[0])
    room = int(pages * resource.getpagesize() + room_mb * MB)
    resource.setrlimit(resource.RLIMIT_AS, (room, _HARD))


@contextmanager
def limited_address_space(room_mb: float) -> Iterator[None]:
    """Limit the process while the body runs; threads that overlap share the latest limit."""
    limit_address_space(room_mb)
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (_BEFORE, _HARD))
