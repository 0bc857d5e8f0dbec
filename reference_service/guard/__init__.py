"""Memory before and after: looked at before an engine speaks, and another way taken where it was not enough.

room.py says how much memory a device has, pieces.py cuts what is too long for it, speaking.py takes the ways in turn.
"""

from reference_service.guard.speaking import Guard, Speaking

__all__ = ["Guard", "Speaking"]
