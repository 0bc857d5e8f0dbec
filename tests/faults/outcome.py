"""What a reading of some files gave, and the laws that hold whatever the files hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from ttslog.lifecycle import Lifecycle, Request
from ttslog.reading import Reading, scan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ttslog.parsers import Event

COUNTS = ("events", "continuations", "blank", "duplicates", "bad", "passed_over")


@dataclass
class Outcome:
    """The events and requests of some files, by the names of the files."""

    events: list[Event]
    requests: list[Request]
    reading: Reading
    files: dict[str, dict[str, object]] = field(init=False)

    def __post_init__(self) -> None:
        self.files = {Path(file["path"]).name: file for file in self.reading.to_dict()["files"]}

    @property
    def statuses(self) -> dict[str, str]:
        """The status of each id, of several attempts joined by spaces."""
        statuses: dict[str, str] = {}
        for one in sorted(self.requests, key=lambda one: one.attempt):
            statuses[one.request_id] = f"{statuses.get(one.request_id, '')} {one.status}".strip()
        return statuses

    @property
    def damage(self) -> dict[str, set[str]]:
        """The kinds of damage of each file that has any."""
        return {
            name: {fault["kind"] for fault in file["damage"]} for name, file in self.files.items() if file["damage"]
        }

    @property
    def states(self) -> dict[str, str]:
        return {name: file["state"] for name, file in self.files.items()}

    def one(self, request_id: str) -> Request:
        (found,) = [one for one in self.requests if one.request_id == request_id]
        return found

    def total(self, count: str) -> int:
        return self.reading.total(count)


def read(*paths: Path, zone: tzinfo = UTC) -> Outcome:
    """Read paths as every command does, and hold the result to the laws."""
    opened = scan([str(path) for path in paths], zone=zone)
    events: list[Event] = []
    requests = list(Lifecycle(_noted(opened, events), opened.reading, keep_events=lambda _: True))
    outcome = Outcome(events, requests, opened.reading)
    check_laws(outcome)
    return outcome


def check_laws(outcome: Outcome) -> None:
    """Assert what must hold of every reading: no line unaccounted, none read twice, every event in one request."""
    for file in outcome.reading.files:
        assert file.lines == sum(getattr(file, count) for count in COUNTS), file
        assert file.bad == file.bad_reasons.total()
        assert file.state == "ok" or file.note or file.damage or file.state == "empty"
    assert len({id(event) for event in outcome.events}) == len(outcome.events)
    assert len({(event.file, event.line) for event in outcome.events}) == outcome.total("events")
    taken = Counter(_place(event) for one in outcome.requests for event in one.events)
    assert taken <= Counter(_place(event) for event in outcome.events if event.request_id is not None)


def _place(event: Event) -> tuple[int, int, int | None]:
    return event.file, event.line, event.time_us  # not its name, which the lifecycle may say in the schema's words


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _noted(events: Iterator[Event], into: list[Event]) -> Iterator[Event]:
    for event in events:
        into.append(event)
        yield event
