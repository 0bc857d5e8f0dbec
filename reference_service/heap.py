"""Keep the memory of a busy worker flat.

glibc gives each thread a heap of its own, up to eight a core, and each of them grows to the largest request that its
thread has met: with eight threads and texts of all lengths the worker grows for hours.
"""

from __future__ import annotations

import ctypes

HEAPS = 2
_M_ARENA_MAX = -8  # malloc.h


def limit_heaps() -> bool:
    """Let this process and those it forks have `HEAPS` heaps; False where the C library knows no such limit."""
    try:
        return bool(ctypes.CDLL(None).mallopt(_M_ARENA_MAX, HEAPS))
    except (AttributeError, OSError):  # no glibc
        return False
