"""A block: the lines of one request that has no id, while they are being collected."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from ttslog.parsers import Event
from ttslog.parsers._block import AUDIO_CHUNK, TEXT_SEGMENT, TOTALS, Block
from ttslog.schema import SYNTHESIS_COMPLETE, SYNTHESIS_FAILED, SYNTHESIS_START, Join, Reason

ACCESS = "http_access"
PROGRESS = "progress"
EXCEPTION = "exception"
OF_AN_ENGINE = "engine_"  # before the name of what an engine says of its own synthesis, within the request of a service
# What an engine says of its own synthesis, or of a piece of it, says nothing of the whole request that it is part of.
_OF_ITS_OWN = frozenset({SYNTHESIS_START, SYNTHESIS_COMPLETE, TEXT_SEGMENT, AUDIO_CHUNK, TOTALS})
_SERVER_ERROR = 500


@cache
def block_of(format_name: str) -> Block | None:
    """Return how the lines of a format hang together, None for one whose lines stand alone."""
    if not format_name.isidentifier():
        return None
    try:
        module = import_module(f"ttslog.parsers.{format_name}")
    except ModuleNotFoundError:  # a format of the user, or the reading's own (`traceback`)
        return None
    block = getattr(module, "BLOCK", None)
    return block if isinstance(block, Block) else None


def is_failure(event: Event) -> bool:
    """Return whether a line says by itself that the request it belongs to failed."""
    if event.name in (SYNTHESIS_FAILED, EXCEPTION):
        return event.level != "warning"
    return event.level in ("error", "critical") and "traceback" in event.fields


def is_server_error(event: Event) -> bool:
    """Return whether a line is an access line that says the server failed."""
    return event.name == ACCESS and (event.count("http_status") or 0) >= _SERVER_ERROR


def as_part(event: Event) -> Event:
    """Name a line of an engine as one of a part of a request."""
    event.name = f"{OF_AN_ENGINE}{event.name}" if event.name in _OF_ITS_OWN else event.name
    return event


class OpenRequest:
    """A request being collected, and what its lines have shown so far.

    Attributes:
        request_id: the id made for it.
        block: how its format's lines hang together.
        events: its lines.
        begun: a line said that it begins; without one it began with its first piece of text or audio.
        join: the weakest way a line came to it.
        confidence: how sure the weakest join is, 0 to 1.
        ambiguous: other requests ran at the same time and some lines could not be told apart.
        has_access: the server's access line is among its lines.
        outlived_by: how many others ended while it was open.
        passed: how many others ended since it was over.
        late: lines behind its end.
        is_part: it ran within a request that has an id, or within one of several.
        reason: why it has no end, where the log shows it.
    """

    def __init__(self, request_id: str, block: Block, first: Event) -> None:
        self.request_id = request_id
        self.block = block
        self.events: list[Event] = []
        self.begun = False
        self.join: Join = "serial"
        self.confidence = 0.9
        self.ambiguous = False
        self.has_access = False
        self.outlived_by = 0
        self.passed = 0
        self.late: list[Event] = []
        self.is_part = False
        self.reason: Reason = "unknown"
        self.counted_as_done = False
        self._names: set[str] = set()
        self._ends = 0
        self._segments_open = 0
        self._segments = 0
        self._pieces: int | None = None  # that a progress bar counts to
        self.chunk: int | None = None
        self.chunks: int | None = None
        self.failed = False
        self._refused = False
        self.add(first)
        if not self.begun:
            self.confidence = 0.7

    def add(self, event: Event) -> None:
        """Take one line."""
        name = event.name
        self.events.append(event)
        self._names.add(name)
        if "chunks" in event.fields:
            self.chunks = event.count("chunks") or self.chunks
        if name in (AUDIO_CHUNK, self.block.last_is_end):
            self._see_audio(event)
        if name == SYNTHESIS_START:
            self.begun = True
        elif name == TEXT_SEGMENT:
            self._segments += 1
            self._segments_open += 1
            self.chunk = event.count("chunk")
        elif name == PROGRESS and self.block.bar_counts:
            self._pieces = event.count("total")
        elif name == ACCESS:
            self._refused = self._refused or is_server_error(event)
        elif name == SYNTHESIS_COMPLETE:
            self.failed = self.has(SYNTHESIS_FAILED)  # an exception that did not stop the request was not its end
        self.failed = self.failed or is_failure(event)

    def _see_audio(self, event: Event) -> None:
        self._segments_open, self.failed = 0, False
        chunk = event.count("chunk")
        self.chunk = self.chunk if chunk is None else chunk
        self._ends += event.name == self.block.last_is_end

    def has(self, name: str) -> bool:
        """Return whether a line of this name is among its lines."""
        return name in self._names

    def may_have_written(self, event: Event) -> bool:
        """Return whether a line that names a file can be about this request's."""
        paths = {path for each in self.events if (path := each.text("output_path"))}
        path = event.text("output_path")
        return not paths or path is None or path in paths

    def suspect(self, confidence: float) -> None:
        """Lower the confidence to at most this."""
        self.confidence = min(self.confidence, confidence)

    @property
    def state(self) -> tuple[object, ...]:
        """Everything that what comes of it depends on, as plain values: its lines by their numbers."""
        own = {name: told for name, told in vars(self).items() if name not in ("block", "events", "late", "_names")}
        lines = [(event.line, event.name, event.confidence) for event in (*self.events, *self.late)]
        return sorted(own.items()), sorted(self._names), lines

    def ran_within(self, since_us: int, until_us: int) -> bool:
        """Return whether no line of it lies outside a time; lines that tell none do not."""
        return all(event.time_us is None or since_us <= event.time_us <= until_us for event in self.events)

    @property
    def is_busy(self) -> bool:
        """Text went in and no audio came yet."""
        return self._segments_open > 0

    @property
    def ended(self) -> bool:
        """An end line was seen."""
        return SYNTHESIS_COMPLETE in self._names

    @property
    def more_to_come(self) -> bool:
        """A line says that more pieces follow."""
        if self._pieces is not None and self._segments < self._pieces:
            return True
        return bool(self.chunks and self.block.last_is_end and self._ends < self.chunks)

    @property
    def seems_done(self) -> bool:
        """No end line exists, and the last line could be the end: audio came for all text that went in."""
        return bool(self._ends) and not self._segments_open and not self.more_to_come

    @property
    def is_over(self) -> bool:
        """Nothing more is expected of it."""
        return self.ended or self.failed or self._refused or self.seems_done
