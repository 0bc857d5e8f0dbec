"""The events of one id in time order, each once, and told apart by attempt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import le, lt
from typing import Any

from ttslog.own_words import in_our_words
from ttslog.parsers import Event
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_START

_EDGES = (SYNTHESIS_START, SYNTHESIS_COMPLETE)


def attempts_of(events: list[Event]) -> list[list[Event]]:
    """Return the events of each use of an id: cut at each start, and by process where several processes started it.

    Args:
        events: in the order read.
    """
    ordered = _once_in_order(in_our_words(events))
    names = [event.name for event in ordered]
    if names.count(SYNTHESIS_START) <= 1 and names.count(SYNTHESIS_COMPLETE) <= 1:
        return [ordered]
    processes = {_process(event) for event in ordered if event.name == SYNTHESIS_START}
    if len(processes) > 1 and all(_process(event) in processes for event in ordered):
        by_process = sorted(ordered, key=lambda event: str(_process(event)))
        return [cut for _, group in groupby(by_process, _process) for cut in _cut_at_starts(list(group))]
    return _cut_at_starts(ordered)


def _once_in_order(events: list[Event]) -> list[Event]:
    """Return the events in time order, each once; nearly always they already are."""
    times: list[Any] = [event.time_us for event in events]
    if None not in times and all(map(le, times, times[1:])):
        marks = times if all(map(lt, times, times[1:])) else {(event.name, event.time_us) for event in events}
        if len(marks) == len(events):
            return events
    return _in_time_order(_without_repeats(events))


def _without_repeats(events: Iterable[Event]) -> list[Event]:
    """Drop records delivered twice: the same name, time and fields."""
    seen = _Seen()
    return [event for event in events if event.time_us is None or seen.is_new(event)]


class _Seen:
    """Records by name and time; their fields, which are dear to compare, are written out only where these are equal."""

    def __init__(self) -> None:
        self._first: dict[tuple[str, int | None], Event] = {}
        self._written: dict[tuple[str, int | None], set[str]] = {}

    def is_new(self, event: Event) -> bool:
        key = event.name, event.time_us
        first = self._first.setdefault(key, event)
        if first is event:
            return True
        written = self._written.setdefault(key, {repr(first.fields)})
        known = len(written)
        written.add(repr(event.fields))
        return len(written) > known


def _in_time_order(events: list[Event]) -> list[Event]:
    """Sort by time, stable; a record without a time keeps its place behind the one read before it."""
    latest = 0
    keys = []
    for event in events:
        latest = event.time_us if event.time_us is not None else latest
        keys.append(latest)
    order = sorted(range(len(events)), key=keys.__getitem__)
    return [events[index] for index in order]


def _process(event: Event) -> tuple[object, object]:
    return event.fields.get("host"), event.fields.get("pid")


def _cut_at_starts(events: Sequence[Event]) -> list[list[Event]]:
    """Begin a new attempt at each start; what stands before the first is one of its own only if it ended there."""
    groups: list[list[Event]] = [[]]
    for event in events:
        if event.name == SYNTHESIS_START and any(other.name in _EDGES for other in groups[-1]):
            groups.append([])
        groups[-1].append(event)
    return groups
