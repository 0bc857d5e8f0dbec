"""The lines of one attempt, and what they name: a field that none of them has need not be looked for in each."""

from __future__ import annotations

from typing import Any

from ttslog.parsers import Event
from ttslog.schema import STAGE_TIME


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

    def all(self, name: str) -> list[Event]:
        """Return the events of a name."""
        return [event for event in self.events if event.name == name]

    def first(self, name: str) -> Event | None:
        """Return the first event of a name."""
        found = self.all(name)
        return found[0] if found else None

    def by_stage(self) -> tuple[list[Event], list[Event]]:
        """Return the events about a stage, and all others."""
        of_stages: list[Event] = []
        others: list[Event] = []
        for event in self.events:
            is_stage = event.name == STAGE_TIME or "model_stage" in event.fields
            (of_stages if is_stage else others).append(event)
        return of_stages, others

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
