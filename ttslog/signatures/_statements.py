"""A text as statements: what its exceptions and its lines say, each with the place it was said in, in order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ttslog.signatures._frames import Frame, innermost_own, place, read_frame, read_head
from ttslog.signatures._index import PatternSet
from ttslog.signatures._lines import Line, parse_line
from ttslog.signatures._spoken import mask_spoken

_TRACEBACK = "Traceback (most recent call last):"
_CHAIN = ("During handling of the above exception", "The above exception was the direct cause")
_IGNORED = "Exception ignored in"
_NAME = r"(?P<type>(?:[A-Za-z_][\w<>]{0,60}\.){0,8}[A-Za-z_]\w{0,80})"
_RAISED = re.compile(rf"^\s{{0,4}}{_NAME}(?:: ?(?P<message>.*))?$")
_ALONE = re.compile(
    r"^(?:Uncaught |Caught |Unhandled )?(?P<type>(?:[A-Za-z_]\w{0,60}\.){0,8}\w{0,80}"
    r"(?:Error|Exception|Timeout|TimeoutExpired|Disconnect|Disconnected|Exit|Interrupt|Group|NotFound|Unavailable"
    r"|NoSuchFile|Fail|InvalidProtobuf|InvalidArgument|InvalidGraph|ClosedOK|Full|Empty|VersionConflict))"
    r"(?:: ?(?P<message>.*))?$"
)
_WARNED = re.compile(r"^(?:\S{1,300}:\d+: )?(?:[\w.]{0,80}\.)?\w{0,60}Warning: ")
_MESSAGE_LINES = 24
_CONTEXT_LINES = 3
_SHORT = 300  # characters of a line that may well come again
_TEXT_SHOWN = 8_000  # characters of one statement that are looked at: messages say what they mean early


class Statement(NamedTuple):
    """One thing the text says. `type` is set for an exception; `level` for a log line that names one.

    `place` holds frames, logger and the lines before, `first` and `last` are indexes of cleaned lines; exceptions
    raised while handling one another share `chain`, which is 0 for everything else. `log_lines` are its own line and
    the few log lines before, the nearest first: one of them may name its request.
    """

    message: str
    place: str
    level: str
    type: str
    frame: Frame | None
    first: int
    last: int
    chain: int = 0
    log_lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What patterns are held against: `Type: message` of an exception, else the message."""
        return (f"{self.type}: {self.message}" if self.type else self.message)[:_TEXT_SHOWN]


def read_statements(lines: Sequence[str], went_on: PatternSet) -> list[Statement]:
    """Return the statements of cleaned lines, in the order of the text: of a chain the root cause comes first.

    A line that matches `went_on` is never part of an exception's message.
    """
    return _Reader(lines, went_on).read()


class _Reader:
    """Walks over the lines once."""

    def __init__(self, lines: Sequence[str], went_on: PatternSet) -> None:
        self._went_on = went_on
        self._lines = [_parsed(line) for line in lines]
        self._messages = [line.message for line in self._lines]
        self._logged = [line.head + line.message if line.head else "" for line in self._lines]
        self._found: list[Statement] = []
        self._chain = 0
        self._ignored = False  # Python said that it ignores the next exception
        self._chained = False  # the last line said that the next exception belongs to the one before
        self._log_lines: tuple[str, ...] = ()  # of the exception that the chain began with

    def read(self) -> list[Statement]:
        at = 0
        while at < len(self._lines):
            message = self._messages[at]
            if message.endswith(_TRACEBACK) or read_head(message):
                at = self._traceback(at)
            elif not message.strip() or message.startswith(_CHAIN):
                self._chained = self._chained or bool(message.strip())
                at += 1
            elif _WARNED.match(message):
                at += 2 if self._next_is_indented(at) else 1
            else:
                at = self._line(at)
        return _with_chain(self._found)

    def _traceback(self, first: int) -> int:
        """Read frames and the exception under them; frames alone (a cut excerpt) say nothing."""
        at = first + 1 if self._messages[first].endswith(_TRACEBACK) else first
        frames: list[Frame] = []
        while at < len(self._messages):
            read = read_frame(self._messages, at)
            if read is None and not self._skippable(at):
                break
            frames += [read[0]] if read else []
            at = read[1] if read else at + 1
        raised = _RAISED.match(self._messages[at]) if at < len(self._messages) else None
        if raised is None:
            return max(at, first + 1)
        return self._exception(raised, first, at, frames)

    def _skippable(self, at: int) -> bool:
        """Whether a line inside a traceback is none of its frames: a marker, a repeat notice, a local variable."""
        message = self._messages[at]
        return message[:2] == "  " or not message.strip() or message.startswith(("[Previous line repeated", "..."))

    def _exception(self, raised: re.Match[str], first: int, at: int, frames: list[Frame]) -> int:
        end = self._message_end(at)
        parts = [raised["message"] or "", *self._messages[at + 1 : end]]
        message = "\n".join(parts).strip()
        around = "\n".join(part for part in (place(frames), self._before(first)) if part)
        level = self._lines[first].level or self._level_before(first)
        frame = innermost_own(frames)
        if not self._chained:
            self._chain += 1
            self._log_lines = self._log_lines_of(first)
        self._chained = False
        if not self._ignored:
            said = (message, *self._log_lines)
            self._found.append(
                Statement(message, around, level, raised["type"], frame, first, end - 1, self._chain, said)
            )
        self._ignored = False
        return end

    def _line(self, at: int) -> int:
        line = self._lines[at]
        self._ignored = line.message.startswith(_IGNORED)
        alone = _ALONE.match(line.message)
        if alone:
            return self._exception(alone, at, at, [])
        around = "\n".join(part for part in (line.head, self._before(at)) if part)
        self._found.append(Statement(line.message, around, line.level, "", None, at, at, 0, self._log_lines_of(at)))
        return at + 1

    def _message_end(self, at: int) -> int:
        """Return the index behind an exception's message: it ends at a blank line, a log line, the next exception."""
        end = at + 1
        limit = min(len(self._lines), at + _MESSAGE_LINES)
        while end < limit and self._continues(end):
            end += 1
        return end

    def _continues(self, at: int) -> bool:
        line = self._lines[at]
        if line.head or not line.message.strip() or _TRACEBACK in line.message or read_head(line.message):
            return False
        if line.message.startswith((*_CHAIN, ">>")) or _ALONE.match(line.message):
            return False
        return line.message[0] == " " or not self._went_on.search(line.message)

    def _before(self, at: int) -> str:
        """Return the few lines before, masked: the request line and the logger's sentence that a failure follows."""
        return "\n".join(text[:300] for text in self._logged[max(0, at - _CONTEXT_LINES) : at] if text)

    def _log_lines_of(self, at: int) -> tuple[str, ...]:
        before = self._logged[max(0, at - _CONTEXT_LINES) : at]
        return (self._logged[at] or self._messages[at], *before[::-1])

    def _level_before(self, at: int) -> str:
        return self._lines[at - 1].level if at else ""

    def _next_is_indented(self, at: int) -> bool:
        return at + 1 < len(self._messages) and self._messages[at + 1][:1] == " "


def _parsed(line: str) -> Line:
    """Return the parts of a line without the text that was to be spoken; a line of a frame is all message."""
    if line[:1] in (" ", "\t"):
        return Line("", "", line.rstrip())
    return _parts(line) if len(line) < _SHORT else _parts.__wrapped__(line)


@lru_cache(maxsize=1024)
def _parts(line: str) -> Line:
    parts = parse_line(line.rstrip())
    return parts._replace(message=mask_spoken(parts.message))


def _with_chain(statements: Sequence[Statement]) -> list[Statement]:
    """Return the statements with, for each member of a chain, the places of those it led to."""
    led_to: dict[int, str] = {}
    widened = []
    for statement in reversed(statements):
        around = statement.place
        if statement.chain:
            around = "\n".join(part for part in (statement.place, led_to.get(statement.chain, "")) if part)[:4000]
            led_to[statement.chain] = f"{around}\n{statement.text[:300]}"
        widened.append(statement._replace(place=around))
    return widened[::-1]
