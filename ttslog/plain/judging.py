"""Judging: which of the lines without an id may belong to a request that is open, and so to one that looked plain."""

from __future__ import annotations

from ttslog.joins.access import is_synthesis
from ttslog.joins.blocks import ACCESS, EXCEPTION, PROGRESS, block_of
from ttslog.joins.joiner import ENDS_ALL
from ttslog.joins.known import ALL_KEYS
from ttslog.parsers import Event

_CALM = ("info", "debug", None)
_PLACED = ENDS_ALL | {EXCEPTION, PROGRESS}
_KEYS = frozenset(ALL_KEYS)


class Judging:
    """Says of a line without an id whether its place, or a key, may give it to an open request (`ttslog.joins`)."""

    def __init__(self) -> None:
        self._has_lanes = False

    def see(self, event: Event) -> None:
        """Take note of any event: the lines of engines make others depend on what else is open."""
        self._has_lanes = self._has_lanes or block_of(event.format) is not None

    def may_be_placed(self, event: Event) -> bool:
        """Return whether a line may be given to what is open around it, or ends that.

        An access line is given to a request without an id, and only where none with one is open.
        """
        if event.level not in _CALM or event.name in _PLACED or block_of(event.format) is not None:
            return True
        return event.name == ACCESS and self._has_lanes and is_synthesis(event)


def may_be_joined(event: Event, keys: frozenset[str]) -> bool:
    """Return whether a line has a key that it may share with a request, one that has ended too.

    Args:
        event: without an id.
        keys: that lines of requests were seen with.
    """
    return not _KEYS.isdisjoint(event.fields) and not _KEYS.isdisjoint(keys & event.fields.keys())
