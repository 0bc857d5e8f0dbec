"""Where a torch model computes, and how long its stages take there."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import torch

from ttslog.instrument import CodedError, stage

if TYPE_CHECKING:
    from collections.abc import Iterator


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


_NO_PRIMITIVE = "could not create a primitive"


@contextmanager
def device_stage(name: str, device: str, /, **facts: Any) -> Iterator[None]:
    """Time a stage of `device` to the end of its work: a GPU is still at it when the call returns."""
    with stage(name, **facts), _onednn_survived():
        yield
        if device.startswith("cuda"):
            torch.cuda.synchronize(device)


@contextmanager
def _onednn_survived() -> Iterator[None]:
    """Leave oneDNN out from now on where it could not have the memory for its code, and say that it was memory.

    Once that has failed, oneDNN fails with every further length in this process, also when there is memory again;
    torch's own kernels go on speaking.
    """
    try:
        yield
    except RuntimeError as error:
        if _NO_PRIMITIVE not in str(error):
            raise
        torch.backends.mkldnn.set_flags(False)
        message = "oneDNN had no memory for a primitive; this process computes without it from now on"
        raise CodedError("HOST_OOM", message) from error
