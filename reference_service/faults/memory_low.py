"""From the loading on, the process may have `fault_memory_mb` more than it has, and the guard can see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference_service.faults._address_space import limit_address_space
from reference_service.faults._around import after

if TYPE_CHECKING:
    from reference_service.engines import Engine
    from reference_service.settings import Settings


def _memory_low(engine: Engine, settings: Settings) -> None:
    after(engine, "load", lambda: limit_address_space(settings.fault_memory_mb))


FAULT = _memory_low
