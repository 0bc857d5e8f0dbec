"""The engines, one a file: each module of this folder holds one `ENGINE`, found by listing the folder."""

from __future__ import annotations

import pkgutil
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from ttslog._discover import discover

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray


class Engine(Protocol):
    """Speaks sentences; each of its true stages is timed inside `load` and `speak`.

    Attributes:
        name: as settings and callers name it.
        model: the weights and their revision.
        device: where it computes: cpu, cuda:0.
        sample_rate: of what `speak` returns, in Hz.
        voices: voice -> language, such as en-US.
        speeds: the slowest and the fastest, 1.0 as the voice was recorded.
        speakable: matches one character that can be spoken.
        megabytes_a_character: memory that a character of a piece may take while it is spoken, measured; 0 where nobody
            has measured it.
    """

    name: str
    model: str
    device: str
    sample_rate: int
    voices: Mapping[str, str]
    speeds: tuple[float, float]
    speakable: re.Pattern[str]
    megabytes_a_character: float

    def load(self) -> None:
        """Make ready to speak; called once, before anything else."""

    def sentences(self, text: str) -> list[str]:
        """Cut a checked text at its sentence ends into pieces that can be spoken one by one."""

    def speak(self, sentence: str, voice: str, speed: float) -> NDArray[np.float32]:
        """Return mono samples in -1 to 1; empty where the sentence has no sound. Called from several threads."""


@runtime_checkable
class Movable(Protocol):
    """An engine that computes on a GPU, and could on the CPU."""

    def on_cpu(self) -> Engine:
        """Return a new engine, not loaded yet, that speaks the same on the CPU."""


@runtime_checkable
class Emotional(Protocol):
    """An engine that speaks with an emotion where it is asked for.

    Attributes:
        emotions: their names.
    """

    emotions: Sequence[str]

    def express(self, sentence: str, voice: str, speed: float, emotion: str, intensity: float) -> NDArray[np.float32]:
        """Speak as `Engine.speak` does, with so much (0 to 1) of the emotion."""


@runtime_checkable
class Cloning(Protocol):
    """An engine that speaks as a recording sounds."""

    def clone_from(self, file_of: Callable[[str], Path]) -> None:
        """Let voices be named beside its own: `file_of` gives the audio file of one, or raises a CodedError."""


def engine_names() -> list[str]:
    """Return the names of all engines; none is imported for it."""
    return sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))


def engine_named(name: str) -> Engine:
    """Return a new engine, not loaded yet.

    Raises:
        KeyError: no file of this folder has that name.
    """
    engines: dict[str, Callable[[], Engine]] = discover("reference_service.engines", "ENGINE")
    return engines[name]()
