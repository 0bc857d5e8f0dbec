"""What `journalctl` itself says between the lines of the journal: where a boot begins, from when to when it reaches."""

from __future__ import annotations

import re

from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_LINE = re.compile(rb"-- (?:Boot [0-9a-f]+|Reboot|No entries|(?:Logs begin|Journal begins) at .+) --\s*")


def unwrap(line: bytes) -> Wrapped | None:
    """Take one line; there is nothing of a program inside."""
    if not line.startswith(b"-- ") or _LINE.fullmatch(line) is None:
        return None
    return Wrapped(b"", "journalctl")


WRAPPER = Wrapper(
    title="journalctl, what it says itself",
    unwrap=unwrap,
    begins=b"-",
    url="https://www.freedesktop.org/software/systemd/man/latest/journalctl.html",
    samples=(
        WrapperSample("-- Boot 5d8c2a90a5a64d2a9a1b8a9b1f6f0c11 --", {"content": "", "time": None}),
        WrapperSample("-- Reboot --", {"content": ""}),
        WrapperSample("-- No entries --", {"content": ""}),
        WrapperSample(
            "-- Logs begin at Fri 2026-11-20 13:00:00 UTC, end at Fri 2026-11-20 15:00:00 UTC. --", {"content": ""}
        ),
    ),
)
