"""The file with the weights ends in its middle, as after a copy that was broken off."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from reference_service.faults._damage import damage_weights

if TYPE_CHECKING:
    from pathlib import Path

    from reference_service.engines import Engine
    from reference_service.settings import Settings


def _corrupt_weights(engine: Engine, _settings: Settings) -> None:
    damage_weights(engine, _cut_in_half)


def _cut_in_half(weights: Path) -> None:
    os.truncate(weights, weights.stat().st_size // 2)


FAULT = _corrupt_weights
