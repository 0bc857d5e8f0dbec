"""Lines that belong to the record before them: Python tracebacks, chained, grouped and boxed, and indented lines.

Traceback (most recent call last):        the head          -> FRAMES
  File "tts.py", line 1, in speak         frames
ValueError: first line of the message     the exception     -> MESSAGE
second line of the message
                                          a blank line      -> DONE
During handling of the above ...          a chain           -> CHAINED, until the next head
"""

from __future__ import annotations

import re
from enum import Enum, auto

from ttslog.parsers._event import Event

# A head may stand behind the gutter of an exception group or the corner of a box, and has no colon in a box.
_HEAD = re.compile(rb"[^\w\"'{<(]*(?:Exception Group )?Traceback \(most recent call last\)[^\w\"'}]*$")
_ANNOUNCEMENT = re.compile(
    rb"Exception in thread .+:$|Exception ignored in: |Task exception was never retrieved$|"
    rb"Exception in (?:callback|ASGI) "
)
_EXCEPTION = re.compile(
    rb"[\s|]*(?P<type>(?:[A-Za-z_][\w]*\.)*[A-Za-z_]*(?:Error|Exception|Warning|Interrupt|Exit|Group|Timeout|Closed"
    rb"|Failure|Cancelled|NotFound|Unavailable|StopIteration))(?::(?:\s+(?P<message>.*))?|\s*)$",
    re.DOTALL,
)
# Behind frames nothing but an exception can stand, so its name may be any.
_ANY_EXCEPTION = re.compile(rb"(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*(?:: |:?\s*$)")
_CHAIN = re.compile(
    rb"[\s|]*(?:During handling of the above exception, another exception occurred:"
    rb"|The above exception was the direct cause of the following exception:)\s*$"
)
# In a whole traceback: the line below the last frame, behind the same gutter. A box ends with its lower edge. These are
# compiled when the first traceback is met.
_NAMED = r"(?P<type>(?:[A-Za-z_]\w*\.)*[A-Za-z_]\w*)(?:: (?P<message>[^\n]*)|:? *)$"
_RAISED = rf"(?m)^(?P<gutter>(?: +\| )?)(?: {{2,}}|> File |╰)[^\n]*\n(?P=gutter){_NAMED}"
_ALONE = rf"(?m)(?P<gutter>){_NAMED}"
_FRAME_STARTS = (b"  ", b"> File ", "│".encode(), "╰".encode(), b"|", b"+")
_MAX_LINES = 2_000
_MAX_MESSAGE_LINES = 100


class _State(Enum):
    NONE = auto()
    ANNOUNCED = auto()
    FRAMES = auto()
    MESSAGE = auto()
    DONE = auto()
    CHAINED = auto()


class Continuation:
    """Follows one stream line by line and says which lines continue the record before.

    Attributes:
        is_open: True between the head of a traceback and its exception.
    """

    def __init__(self) -> None:
        self.is_open = False
        self._state = _State.NONE
        self._lines = 0

    @property
    def is_traceback(self) -> bool:
        """True from the head of a traceback until the next record."""
        return self._state is not _State.NONE

    @property
    def is_chained(self) -> bool:
        """True where the next head belongs to the same record."""
        return self._state is _State.CHAINED or self._state is _State.ANNOUNCED

    def is_head(self, line: bytes) -> bool:
        """Return whether a traceback begins here: a head, what announces one, or an exception without frames."""
        if b"Traceback (most" in line:
            return _HEAD.match(line) is not None
        if self._state is _State.FRAMES or self._state is _State.MESSAGE:
            return False
        return _ANNOUNCEMENT.match(line) is not None or _EXCEPTION.match(line) is not None

    def begin(self, line: bytes) -> None:
        """Follow the traceback from its first line."""
        if _EXCEPTION.match(line):
            self._enter(_State.MESSAGE)
        else:
            self._enter(_State.FRAMES if b"Traceback (most" in line else _State.ANNOUNCED)

    def surely_takes(self, line: bytes) -> bool:
        """Return whether a line of an open traceback is a frame or the exception: no format need be asked."""
        if self._lines >= _MAX_LINES:
            return False
        self._lines += 1
        if not line.startswith(_FRAME_STARTS):
            return _EXCEPTION.match(line) is not None and self._takes_exception(line)
        if line.endswith(b"-----") and not line.strip(b" |+-"):
            self._enter(_State.DONE)  # the lower edge of an exception group
        return True

    def takes(self, line: bytes) -> bool:
        """Return whether a line that no format knows continues the record before it."""
        self._lines += 1
        if self._state is _State.FRAMES:
            return self._takes_exception(line)
        if self._state is _State.NONE:
            return line[:1] in b" \t" and self._lines < _MAX_LINES
        if _CHAIN.match(line):
            self._enter(_State.CHAINED)
            return True
        if self._state is _State.DONE:
            return line[:1] in b" \t" and self._lines < _MAX_LINES
        return self._lines < _MAX_MESSAGE_LINES

    def blank(self) -> None:
        """A blank line: it ends the message of an exception; between frames it means nothing."""
        if self._state is _State.MESSAGE:
            self._enter(_State.DONE)

    def end(self) -> None:
        """A record of its own begins: nothing continues what stood before it."""
        self._enter(_State.NONE)

    def _enter(self, state: _State) -> None:
        self._state = state
        self.is_open = state is _State.FRAMES
        self._lines = 0

    def _takes_exception(self, line: bytes) -> bool:
        if self._lines > _MAX_LINES:
            return False
        if line[:1] in b" \t|+":
            return True
        if _ANY_EXCEPTION.match(line) or _EXCEPTION.match(line):
            self._enter(_State.MESSAGE)
            return True
        return False


def name_exception(event: Event) -> None:
    """Give an event `error_type` and `error_message` from its traceback, unless the log has them.

    Of a chain the last exception is named, of a group the group itself: what the code that logged it caught.
    """
    fields = event.fields
    if "error_type" in fields or "error_message" in fields:
        return
    text = fields["traceback"]
    raised = list(re.finditer(_RAISED, text)) or list(filter(None, [re.match(_ALONE, text)]))
    if not raised:
        return
    outermost = min(len(found["gutter"]) for found in raised)
    last = [found for found in raised if len(found["gutter"]) == outermost][-1]
    fields["error_type"] = last["type"]
    if last["message"]:
        fields["error_message"] = last["message"]
