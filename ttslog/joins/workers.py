"""Workers: what a line tells of the process that wrote it; lines of different ones are never joined by their place."""

from __future__ import annotations

from ttslog.parsers import Event

Worker = tuple[object, ...]


def worker_of(event: Event) -> Worker:
    """Return what is known of the line's process, None for each part that is not."""
    get = event.fields.get
    return get("host"), get("container"), get("unit"), get("pid")


def may_be_one(worker: Worker, other: Worker) -> bool:
    """Return whether two descriptions can be of one process: what both know is the same."""
    for mine, theirs in zip(worker, other, strict=True):  # `all` with a generator costs more than the looking
        if mine is not None and theirs is not None and mine != theirs:
            return False
    return True
