"""The lines of one attempt, and what they name: a field that none of them has need not be looked for in each."""

from __future__ import annotations

from typing import Any

from ttslog.parsers import Event


class Lines:
    """The events of one attempt, in time order.

    Attributes:
        events: the events.
        named: every field that at least one of them has.
    """

    __slots__ = ("events", "named")

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.named: set[str] = set().union(*[event.fields for event in events])

    def values(self, field: str) -> list[Any]:
        """Return what the lines give for a field, as it stands there, in time order."""
        if field not in self.named:
            return []
        return [event.fields[field] for event in self.events if field in event.fields]

    def texts(self, field: str) -> list[str]:
        """Return the texts that the lines give for a field, in time order."""
        if field not in self.named:
            return []
        return [text for event in self.events if (text := event.text(field))]

    def last_text(self, field: str) -> str | None:
        """Return the text that the last line with this field gives."""
        if field not in self.named:
            return None
        for event in reversed(self.events):
            text = event.text(field)
            if text is not None:
                return text
        return None
