"""The process is killed by SIGKILL, the signal of the kernel's OOM killer, in the middle of the first sentence."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference_service.faults._around import after, around
from reference_service.faults._inside import inside_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference_service.engines import Engine
    from reference_service.settings import Settings


def _killed_worker(engine: Engine, _settings: Settings) -> None:
    inside = inside_of(engine)
    after(engine, "load", lambda: around(*inside.network(), _killed))


@contextmanager
def _killed() -> Iterator[None]:
    os.kill(os.getpid(), signal.SIGKILL)
    yield


FAULT = _killed_worker
