"""While the engine speaks, the process may have `fault_memory_mb` more than it has: the next array may not fit.

The guard cannot see it coming, as it cannot where another process takes the memory in that moment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference_service.faults._address_space import limited_address_space
from reference_service.faults._around import around

if TYPE_CHECKING:
    from reference_service.engines import Engine
    from reference_service.settings import Settings


def _out_of_memory(engine: Engine, settings: Settings) -> None:
    around(engine, "speak", lambda: limited_address_space(settings.fault_memory_mb))


FAULT = _out_of_memory
