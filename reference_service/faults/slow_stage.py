"""The engine's slowest network waits `fault_seconds` in each call, inside its stage."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference_service.faults._around import after, around
from reference_service.faults._inside import inside_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from reference_service.engines import Engine
    from reference_service.settings import Settings


def _slow_stage(engine: Engine, settings: Settings) -> None:
    inside = inside_of(engine)

    @contextmanager
    def slowly() -> Iterator[None]:
        time.sleep(settings.fault_seconds)
        yield

    after(engine, "load", lambda: around(*inside.network(), slowly))


FAULT = _slow_stage
