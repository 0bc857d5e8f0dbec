"""Engines whose inside can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from pathlib import Path

    from reference_service.engines import Engine


@runtime_checkable
class Reachable(Protocol):
    """An engine that says where its weights lie and which call is its network's."""

    def weights(self, voice: str) -> Path:
        """Return the file of a voice's weights, as `load` is going to read it."""

    def network(self) -> tuple[object, str]:
        """Return object and name of the method by which a loaded engine runs its slowest network."""


def inside_of(engine: Engine) -> Reachable:
    """Return `engine`, known to be reachable.

    Raises:
        TypeError: it is not.
    """
    if not isinstance(engine, Reachable):
        raise TypeError(f"this fault has to reach into the engine, and {engine.name} has no way in")
    return engine
