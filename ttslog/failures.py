"""Failures: what failed in a window, gathered by what it is, in memory that does not grow with their number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ttslog.lifecycle import Request
from ttslog.lifecycle.diagnosis import diagnose
from ttslog.parsers import Event
from ttslog.privacy import mask

UNCLASSIFIED = "UNCLASSIFIED"
_IDS_KEPT = 10
_EXAMPLES_KEPT = 3
_MESSAGES_KEPT = 1_000  # different ones a group; a message that is new after that many is not counted


@dataclass(frozen=True, slots=True)
class Told:
    """What a failure is: its code, or for one that nobody knows the template of its message."""

    code: str
    template: str | None = None
    from_text: bool = False


class Newest:
    """The newest few requests, one attempt an id; of equally old ones the first by id.

    Args:
        most: how many are kept.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, Request] = {}

    def take(self, request: Request) -> None:
        """Keep a request as long as it is among the newest."""
        known = self._kept.get(request.request_id)
        if known is None or _age(request) <= _age(known):
            self._kept[request.request_id] = request
        if len(self._kept) > 4 * self._most:
            self._kept = {one.request_id: one for one in self}

    def __iter__(self) -> Iterator[Request]:
        """Yield them, newest first."""
        return iter(sorted(self._kept.values(), key=_age)[: self._most])


def _age(request: Request) -> tuple[int, str, int]:
    return -(request.time_us or 0), request.request_id, -request.attempt


@dataclass(slots=True)
class FailureGroup:
    """All failures of one kind.

    Attributes:
        requests: how many requests failed so.
        loose_lines: error lines of this kind that belong to no request.
        classified: no code stands in the log: each was told from message and traceback.
        examples: the newest requests, whole.
        newest_us: for the newest of its requests, by id, when they failed.
    """

    told: Told
    requests: int = 0
    loose_lines: int = 0
    classified: bool = True
    first_us: int | None = None
    last_us: int | None = None
    stages: Counter[str] = field(default_factory=Counter)
    messages: Counter[str] = field(default_factory=Counter)
    text_lens: Counter[int] = field(default_factory=Counter)
    examples: Newest = field(default_factory=lambda: Newest(_EXAMPLES_KEPT))
    newest_us: dict[str, int] = field(default_factory=dict)

    def take_request(self, request: Request) -> None:
        """Count a request that failed so."""
        self.requests += 1
        if request.text_len is not None:
            self.text_lens[request.text_len] += 1
        self.examples.take(request)
        self._remember(request.request_id, request.time_us or 0)

    def see(self, told: Told, time_us: int | None, stage: str | None, message: str | None) -> None:
        """Take note of what one failure says."""
        self.classified = self.classified and told.from_text
        if time_us is not None:
            self.first_us = time_us if self.first_us is None else min(self.first_us, time_us)
            self.last_us = time_us if self.last_us is None else max(self.last_us, time_us)
        if stage:
            self.stages[stage] += 1
        if message:
            self._count_message(message, 1)

    def _count_message(self, message: str, times: int) -> None:
        if message in self.messages or len(self.messages) < _MESSAGES_KEPT:
            self.messages[message] += times

    def add(self, other: FailureGroup) -> None:
        """Take what another group has gathered of later failures of the same kind."""
        self.requests += other.requests
        self.loose_lines += other.loose_lines
        self.classified = self.classified and other.classified
        self.first_us = min((time for time in (self.first_us, other.first_us) if time is not None), default=None)
        self.last_us = max((time for time in (self.last_us, other.last_us) if time is not None), default=None)
        self.stages += other.stages
        self.text_lens += other.text_lens
        for message, times in other.messages.items():
            self._count_message(message, times)
        for request in other.examples:
            self.examples.take(request)
        for request_id, time_us in other.newest_us.items():
            self._remember(request_id, time_us)

    def _remember(self, request_id: str, time_us: int) -> None:
        self.newest_us[request_id] = max(time_us, self.newest_us.get(request_id, time_us))
        if len(self.newest_us) > 4 * _IDS_KEPT:
            self.newest_us = {kept: self.newest_us[kept] for kept in self.request_ids}

    @property
    def request_ids(self) -> list[str]:
        """The newest of its requests, newest first."""
        return sorted(self.newest_us, key=lambda request_id: (-self.newest_us[request_id], request_id))[:_IDS_KEPT]


class Failures:
    """The failures of a window by kind, and the newest requests that have no end, by why.

    Failures without a code are told from their text; those that no signature knows are grouped by what their messages
    have in common, and stay unclassified.
    """

    def __init__(self) -> None:
        self._groups: dict[tuple[str, str | None], FailureGroup] = {}
        self._lost: dict[str, Newest] = {}

    def take(self, request: Request) -> None:
        """Take a request that did not succeed."""
        if request.outcome == "incomplete":
            self._lost.setdefault(request.reason or "unknown", Newest(_EXAMPLES_KEPT)).take(request)
        elif request.outcome == "failed" or request.error_code is not None:
            texts = request.error_message, request.traceback, request.error_type
            told = _tell(request.error_code, texts, told=request.code_is_told)
            group = self._group(told)
            group.see(told, request.time_us, request.last_stage, request.error_message)
            group.take_request(request)

    def add(self, group: FailureGroup) -> None:
        """Take failures of one kind that were gathered elsewhere."""
        self._group(group.told).add(group)

    def take_line(self, event: Event) -> None:
        """Take a line that belongs to no request; one that tells of no failure is left."""
        if event.level not in ("error", "critical"):
            return
        message = event.text("error_message") or event.text("message")
        texts = message, event.text("traceback"), event.text("error_type")
        told = _tell(event.text("error_code"), texts)
        if told.code == UNCLASSIFIED and not told.template:
            return
        group = self._group(told)
        group.see(told, event.time_us, event.text("model_stage"), message)
        group.loose_lines += 1

    def _group(self, told: Told) -> FailureGroup:
        key = told.code, told.template
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = FailureGroup(told)
        return group

    @property
    def groups(self) -> list[FailureGroup]:
        """The kinds of failure, the commonest first."""
        return sorted(
            self._groups.values(),
            key=lambda group: (-group.requests, -group.loose_lines, group.told.code, group.told.template or ""),
        )

    @property
    def examples(self) -> list[Request]:
        """All requests that are kept whole."""
        return [*(request for group in self._groups.values() for request in group.examples), *self.lost]

    @property
    def lost(self) -> list[Request]:
        """The newest incomplete requests of each reason."""
        return [request for _, newest in sorted(self._lost.items()) for request in newest]


def _tell(code: str | None, texts: tuple[str | None, str | None, str | None], *, told: bool = False) -> Told:
    """Return the code of a failure, else what its text proves.

    Args:
        code: as logged, or told from the text before.
        texts: message, traceback and type of the error.
        told: the code itself was told so.
    """
    if code:
        return Told(code, from_text=told)
    found = diagnose(*texts)
    template = mask(found.template) if found.template else None
    return Told(found.error_code or UNCLASSIFIED, template, from_text=True)
