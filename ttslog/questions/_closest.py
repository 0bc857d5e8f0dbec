"""Closest: what to ask instead where no request has the id asked for."""

from __future__ import annotations

import re

from ttslog.lifecycle import Request

_CLOSEST_SHOWN = 3
_OF_TRACE = re.compile(r"[0-9a-fA-F-]{8,}")  # enough of it to tell one trace from others
# Ids that a request has beside its own, and that other programs show: a tracing page, a proxy, Sentry.
_OTHER_IDS = {"trace_id": "the trace id", "sentry_event_id": "the Sentry event"}


def may_be_of_trace(wanted: str) -> bool:
    """Return whether an id, or its beginning, looks like one that tracing programs and Sentry make."""
    return _OF_TRACE.fullmatch(wanted) is not None


class Closest:
    """Looks at requests go by that are not the one wanted.

    Args:
        wanted: the id asked for, or its beginning.
    """

    def __init__(self, wanted: str) -> None:
        self._wanted = wanted
        self._may_be_of_trace = may_be_of_trace(wanted)
        self._alike: list[tuple[int, str]] = []
        self._bearers: dict[str, str] = {}

    def see(self, request: Request) -> None:
        """Compare a request's ids with the wanted one."""
        candidate = (_likeness(request.request_id, self._wanted), request.request_id)
        self._alike = sorted({*self._alike, candidate}, reverse=True)[:_CLOSEST_SHOWN]
        if not self._may_be_of_trace:
            return
        for column, words in _OTHER_IDS.items():
            known = getattr(request, column)
            if known is not None and known.startswith(self._wanted) and len(self._bearers) < _CLOSEST_SHOWN:
                self._bearers[request.request_id] = words

    def hint(self) -> str:
        """Return what to ask instead."""
        if self._bearers:
            words = next(iter(self._bearers.values()))
            return f"it is {words} of {', '.join(self._bearers)}: ask for that id"
        near = ", ".join(request_id for likeness, request_id in self._alike if likeness)
        return f"the closest are {near}" if near else "`ttslog requests` lists those there are"


def _likeness(request_id: str, wanted: str) -> int:
    """How much two ids look alike: equal characters in place, those of a common beginning counted twice."""
    same = [a == b for a, b in zip(request_id, wanted, strict=False)]
    common = same.index(False) if False in same else len(same)
    return common + sum(same)
