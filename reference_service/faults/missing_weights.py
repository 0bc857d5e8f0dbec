"""The file with the weights is not there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from reference_service.faults._damage import damage_weights

if TYPE_CHECKING:
    from reference_service.engines import Engine
    from reference_service.settings import Settings


def _missing_weights(engine: Engine, _settings: Settings) -> None:
    damage_weights(engine, Path.unlink)


FAULT = _missing_weights
