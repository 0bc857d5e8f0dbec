"""What a container runtime or a journal puts around the lines of a program, and what is inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event


class Wrapped(msgspec.Struct):
    """The inside of one wrapped line.

    Attributes:
        content: what the program wrote, without the line feed.
        stream: lines with the same key came from the same writer in this order.
        time_us: when the wrapper took it, UTC microseconds.
        partial: the line was cut; it goes on in the stream's next one.
        fields: what else the wrapper says, by canonical name.
        local_time: when it took it, where it wrote no zone.
    """

    content: bytes
    stream: str
    time_us: int | None = None
    partial: bool = False
    fields: dict[str, Any] = msgspec.field(default_factory=dict)
    local_time: str = ""

    def inside(self, outer: Wrapped) -> Wrapped:
        """Return the same with what the wrapper around it says; the inner one wins."""
        return Wrapped(
            self.content,
            f"{outer.stream} {self.stream}",
            outer.time_us if self.time_us is None else self.time_us,
            self.partial,
            outer.fields | self.fields,
            self.local_time or outer.local_time,
        )

    def mark(self, event: Event, clock: Clock) -> None:
        """Add what the wrapper says to the event inside; its own time becomes the event's only where it has none."""
        if self.time_us is None and self.local_time:
            self.time_us = clock.text(self.local_time)
        if self.time_us is not None:
            event.fields["wrapper_time_us"] = self.time_us
            if event.time_us is None:
                event.time_us = self.time_us
        for name, value in self.fields.items():
            event.fields.setdefault(name, value)


Unwrap = Callable[[bytes], Wrapped | None]


class WrapperSample(msgspec.Struct, frozen=True):
    """A wrapped line and its inside: `content`, `stream`, `time` (RFC 3339, UTC), `partial`, and fields."""

    line: str
    inside: Mapping[str, Any]


class Wrapper(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of wrapper.

    Attributes:
        title: what a person calls it.
        unwrap: one physical line -> its inside, or None. Never raises, whatever the bytes.
        samples: lines and what is inside.
        url: where it is defined.
        begins: a wrapped line that begins with ASCII begins with one of these; none where it may be any.
    """

    title: str
    unwrap: Unwrap
    samples: tuple[WrapperSample, ...]
    url: str = ""
    begins: bytes = b""
