"""What a service says of its requests, beside what a line says of itself."""

from __future__ import annotations

from typing import Any

# Names that the line or the call behind it has for something else.
TAKEN = frozenset({"timestamp", "level", "event", "method_name"})


def beside_the_lines_own(facts: dict[str, Any]) -> dict[str, Any]:
    """Return `facts` with a `_` behind each name that is taken: `level_`."""
    if TAKEN.isdisjoint(facts):
        return facts
    return {f"{name}_" if name in TAKEN else name: value for name, value in facts.items()}
