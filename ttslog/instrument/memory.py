"""How much memory the process and its GPU have, for the lines of a call and of a failure."""

from __future__ import annotations

import resource
import sys
from pathlib import Path
from typing import Any

MB = 1_000_000
_STATM = Path("/proc/self/statm")


def memory_facts() -> dict[str, Any]:
    """Return `rss_mb` and, where torch is loaded and has a GPU, `gpu_mem_free_mb` and `gpu_mem_total_mb`."""
    return _process_memory() | _gpu_memory()


def _process_memory() -> dict[str, Any]:
    try:
        pages = int(_STATM.read_text("ascii").split()[1])
    except OSError:  # no Linux: unknown, so not said
        return {}
    return {"rss_mb": round(pages * resource.getpagesize() / MB, 1)}


def _gpu_memory() -> dict[str, Any]:
    torch = sys.modules.get("torch")
    if torch is None or not torch.cuda.is_initialized():
        return {}
    try:
        free, total = torch.cuda.mem_get_info()
    except RuntimeError:  # a device that has failed answers nothing any more; this must not hide why
        return {}
    return {"gpu_mem_free_mb": round(free / MB, 1), "gpu_mem_total_mb": round(total / MB, 1)}
