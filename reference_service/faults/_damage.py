"""The engine loads a damaged copy of its weights; the real ones are not touched."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from reference_service.faults._inside import inside_of
from reference_service.faults._scratch import scratch

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from reference_service.engines import Engine


def damage_weights(engine: Engine, how: Callable[[Path], None]) -> None:
    """Let `engine` load copies of its weights, with all that lies beside them, on which `how` was done before."""
    intact = inside_of(engine).weights

    def damaged(voice: str) -> Path:
        weights = intact(voice)
        copy = scratch() / weights.parent.name / weights.name
        shutil.copytree(weights.parent, copy.parent)
        how(copy)
        return copy

    replaced: Any = engine
    replaced.weights = damaged
