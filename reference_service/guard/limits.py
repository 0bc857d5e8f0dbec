"""What a small device is spared: long pieces, and much emotion."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reference_service.guard.room import room_on

if TYPE_CHECKING:
    from reference_service.settings import Settings


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that is asked of a device at once: `characters` in a piece, `intensity` of an emotion, 0 to 1."""

    characters: int
    intensity: float


def limits_on(device: str, settings: Settings) -> Limits | None:
    """Return the limits on `device`; None where it is large, or where nobody says how large it is."""
    room = room_on(device)
    small_mb = settings.small_gpu_mb if device.startswith("cuda") else settings.small_host_mb
    if room is None or room.total_mb >= small_mb:
        return None
    return Limits(settings.small_device_characters, settings.small_device_intensity)
