"""Faults on purpose, one a file, by the setting `fault` and only where `env` is demo or test.

Nothing is pretended: memory is really refused, files are really damaged, disks are really full, processes really die.
Each module holds one `FAULT`, which is given an engine that is not loaded yet, and the settings.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from ttslog._discover import discover

if TYPE_CHECKING:
    from collections.abc import Callable

    from reference_service.engines import Engine
    from reference_service.settings import Settings

log = structlog.get_logger("reference_service.faults")


def inflict(engine: Engine, settings: Settings) -> None:
    """Break what `settings.fault` names, and say in the log that it is on purpose.

    Raises:
        TypeError: the fault needs an engine whose inside can be reached, and this one's cannot.
    """
    if not settings.fault:
        return
    faults: dict[str, Callable[[Engine, Settings], None]] = discover(__name__, "FAULT")
    log.warning("fault_on_purpose", fault=settings.fault, engine=engine.name)
    faults[settings.fault](engine, settings)
