"""Lint: what a service's logs lack or do oddly, so that its writer knows what to repair first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timezone
from typing import Any

from ttslog.logs import Logs
from ttslog.opened import OpenLogs
from ttslog.outside import mark_outside
from ttslog.parsers import Clock, Event, LineParser
from ttslog.questions._lint_rules import LINE_RULES, REQUEST_RULES
from ttslog.reading import FileReading, Reading, begin_reading, read_file
from ttslog.records import Records
from ttslog.sources import LogFile, list_files
from ttslog.times import rfc3339
from ttslog.windows import Span

TIME_WITHOUT_ZONE = "time_without_zone"
NO_REQUESTS = "no_requests"

_EXAMPLES_KEPT = 3
_NOWHERE = timezone.max  # no place has its time


@dataclass(slots=True)
class Finding:
    """How a rule fared.

    Attributes:
        rule: its name.
        count: how many lines or requests break it.
        of: how many it applies to.
        examples: `file:line` of the first that break it.
    """

    rule: str
    count: int = 0
    of: int = 0
    examples: list[str] = field(default_factory=list)

    def take(self, broken: bool | None, source: str) -> None:  # noqa: FBT001  what a rule answers
        """Count one answer of the rule."""
        if broken is None:
            return
        self.of += 1
        if broken:
            self.count += 1
            if len(self.examples) < _EXAMPLES_KEPT:
                self.examples.append(source)


@dataclass(frozen=True, slots=True)
class Lint:
    """The answer of `ttslog lint`: the rules that are broken, what is worth repairing first at the head."""

    span: Span
    findings: list[Finding]
    events: int
    requests: int
    reading: Reading

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON contract of `lint`."""
        return {
            "window": {"since": rfc3339(self.span.since_us), "until": rfc3339(self.span.until_us)},
            "events": self.events,
            "requests": self.requests,
            "findings": [
                {"rule": found.rule, "count": found.count, "of": found.of, "examples": found.examples}
                for found in self.findings
            ],
            "reading": self.reading.to_dict(),
        }


def lint(logs: Logs) -> Lint:
    """Hold every line and every request of a window against the rules.

    Raises:
        NoSuchPath, NothingRead, NothingInWindow, UsageError: see `ttslog.logs`.
    """
    opened = logs.open()
    lines = _Lines(opened)
    requests = [Finding(rule.__name__) for rule in REQUEST_RULES]
    count = 0
    for request in opened.requests(keep_events=lambda _: True, watch=lines.see_loose):
        if not request.is_answer:
            count += 1
            for rule, found in zip(REQUEST_RULES, requests, strict=True):
                found.take(rule(request), request.first_line)
        for event in request.events:
            lines.see(event)
    opened.ensure_found(found=count + lines.count > 0)
    none = Finding(NO_REQUESTS, count=int(not count), of=1)
    every = [none, _without_zone(logs, opened.span), *lines.findings, *requests]
    return Lint(opened.span, [found for found in every if found.count], lines.count, count, opened.reading)


class _Lines:
    """Counts how the lines fare."""

    def __init__(self, opened: OpenLogs) -> None:
        self.findings = [Finding(rule.__name__) for rule in LINE_RULES]
        self.count = 0
        self._opened = opened

    def see_loose(self, event: Event) -> None:
        """Look at a line that belongs to no request, if it is of the window."""
        if event.request_id is None and (event.time_us is None or self._opened.span.holds(event.time_us)):
            self.see(event)

    def see(self, event: Event) -> None:
        self.count += 1
        source = f"{self._opened.reading.files[event.file].path}:{event.line}"
        for rule, found in zip(LINE_RULES, self.findings, strict=True):
            found.take(rule(event), source)


def _without_zone(logs: Logs, span: Span) -> Finding:
    """Read each file once more, in two zones: a time that moves with the zone says none of its own."""
    found = Finding(TIME_WITHOUT_ZONE)
    files = mark_outside(list_files(logs.paths), span, logs.zone, logs.formats)
    if any(file.is_stream for file in files):  # can be read only once
        return found
    for file, balance in zip(files, begin_reading(files).files, strict=True):
        for here, there in _in_two_zones(file, balance, logs):
            if here.time_us is not None and span.holds(here.time_us):
                found.take(here.time_us != there.time_us, f"{balance.path}:{here.line}")
    return found


def _in_two_zones(file: LogFile, balance: FileReading, logs: Logs) -> Iterator[tuple[Event, Event]]:
    """Yield each event of a file as it is read in the zone of the logs, and in none."""
    if not file.is_read:
        return

    def nowhere(
        index: int, counted: FileReading, _parser: LineParser, _clock: Clock, lines: Iterable[Sequence[bytes]]
    ) -> Iterator[Event]:
        return Records(index, counted, LineParser(Clock(_NOWHERE), logs.formats)).read(lines)

    here = read_file(0, file, balance, logs.zone, logs.formats)
    there = read_file(0, file, FileReading(balance.path), logs.zone, logs.formats, nowhere)
    yield from zip(here, there, strict=False)
