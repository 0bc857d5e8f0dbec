"""How much memory the process and its GPU have, for the lines of a call and of a failure."""

from __future__ import annotations

import os
import resource
import sys
from typing import Any

MB = 1_000_000
_STATM = "/proc/self/statm"
_STATM_BYTES = 128


def memory_facts() -> dict[str, Any]:
    """Return `rss_mb` and, where torch is loaded and has a GPU, `gpu_mem_free_mb` and `gpu_mem_total_mb`."""
    return _process_memory() | _gpu_memory()


def _process_memory() -> dict[str, Any]:
    try:
        file = os.open(_STATM, os.O_RDONLY)  # asked for with every call of an engine; a Path takes three times as long
    except OSError:  # no Linux: unknown, so not said
        return {}
    try:
        pages = int(os.read(file, _STATM_BYTES).split()[1])
    finally:
        os.close(file)
    return {"rss_mb": round(pages * resource.getpagesize() / MB, 1)}


def _gpu_memory() -> dict[str, Any]:
    torch = sys.modules.get("torch")
    if torch is None:
        return {}
    try:
        if not torch.cuda.is_initialized():
            return {}
        free, total = torch.cuda.mem_get_info()
    except (RuntimeError, AttributeError):  # a device that has failed answers nothing any more, which must not hide why
        return {}  # and a torch that another thread is still importing has not all its parts
    return {"gpu_mem_free_mb": round(free / MB, 1), "gpu_mem_total_mb": round(total / MB, 1)}
