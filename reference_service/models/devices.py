"""Where a torch model computes, how much memory is left there, and how long its stages take there."""

from __future__ import annotations

import os
import resource
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ttslog.instrument import CodedError, stage

if TYPE_CHECKING:
    from collections.abc import Iterator

MEGABYTE = 1_000_000


def chosen_device(wanted: str) -> str:
    """Return cpu or cuda:N for what a setting says: `auto` is the first GPU where there is one.

    Raises:
        CodedError: GPU_UNAVAILABLE, a GPU was asked for by name and torch sees none.
    """
    has_gpu = torch.cuda.is_available()
    if wanted == "auto":
        return "cuda:0" if has_gpu else "cpu"
    if wanted.startswith("cuda") and not has_gpu:
        raise CodedError("GPU_UNAVAILABLE", f"{wanted} was asked for, and torch.cuda.is_available() is False")
    return "cuda:0" if wanted == "cuda" else wanted


@contextmanager
def device_stage(name: str, device: str, /, **facts: Any) -> Iterator[None]:
    """Time a stage of `device` to the end of its work: a GPU is still at it when the call returns."""
    with stage(name, **facts):
        yield
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)


def memory_facts(device: str) -> dict[str, float]:
    """Return a log line's fields about memory, in MB: the device's where it is a GPU, else the process's."""
    if device.startswith("cuda"):
        free, total = torch.cuda.mem_get_info(device)
        return {"gpu_mem_free_mb": free / MEGABYTE, "gpu_mem_total_mb": total / MEGABYTE}
    return {"rss_mb": _resident_bytes() / MEGABYTE}


def _resident_bytes() -> int:
    statm = Path("/proc/self/statm")
    if statm.exists():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # no /proc: the most it has been, in bytes on macOS
