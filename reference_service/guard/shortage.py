"""Not enough memory: seen before anything was tried, or learnt from the engine's own failure."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

from ttslog.instrument import CodedError, error_code

if TYPE_CHECKING:
    from reference_service.guard.room import Room

OUT_OF_MEMORY = frozenset({"HOST_OOM", "CUDA_OOM"})
MEMORY_LOW = "MEMORY_LOW"
FRIENDLY = "there is too little memory for this now: try again in a moment, with a shorter text or less emotion"


class MemoryShort(CodedError):
    """There is too little memory to begin; nothing was tried.

    Attributes:
        facts: the numbers, for the log; callers are not told them.
    """

    def __init__(self, room: Room, needed_mb: float, *, gpu: bool) -> None:
        super().__init__("CUDA_OOM" if gpu else "HOST_OOM", FRIENDLY)
        self.facts = {
            "memory_free_mb": round(room.free_mb, 1),
            "memory_needed_mb": round(needed_mb, 1),
            "memory_limited_by": room.limited_by,
        }


def shortage(error: Exception) -> str | None:
    """Return the warning's code where memory was not enough; None for any other error.

    Which messages mean that (of torch on CPU and GPU, of ONNX Runtime, of numpy, of the system) the catalogue knows.
    """
    if isinstance(error, MemoryShort):
        return MEMORY_LOW
    code = error_code(error)
    return code if code in OUT_OF_MEMORY else None


def give_back_memory() -> None:
    """Let go of what is no longer used, also of what torch keeps on the GPU for later."""
    gc.collect()
    torch = sys.modules.get("torch")  # never loaded for its own sake
    if torch is not None and torch.cuda.is_initialized():
        torch.cuda.empty_cache()
