"""Which errors, how many, since when, in which stage, for which inputs, and what to do."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any

from ttslog import signatures
from ttslog.lifecycle import Request
from ttslog.lifecycle.diagnosis import diagnose
from ttslog.observe import Observations
from ttslog.parsers import Event
from ttslog.privacy import mask
from ttslog.times import rfc3339

UNCLASSIFIED = "UNCLASSIFIED"
_IDS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """One error code in a window.

    Attributes:
        count: requests that failed with it.
        share: of all failed requests with a code, 0 to 1.
        loose_lines: error lines of this kind that belong to no request (a model that does not load, say).
        classified: the code is not from the log but was told from message and traceback.
        template: what the messages of an unclassified group have in common; None where there is a code.
        message: the commonest message, masked.
        text_len: shortest, median and longest text of its requests, in characters; None when unknown.
        request_ids: the newest of its requests, newest first.
    """

    error_code: str
    template: str | None
    count: int
    share: float
    loose_lines: int
    classified: bool
    first_us: int | None
    last_us: int | None
    stage: str | None
    severity: str | None
    message: str | None
    text_len: dict[str, float] | None
    request_ids: list[str]
    cause: dict[str, str] | None
    remedy: dict[str, str] | None

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Return one row of `errors` in the JSON contract."""
        return {
            "error_code": self.error_code,
            "template": self.template,
            "count": self.count,
            "share": round(self.share, 4),
            "loose_lines": self.loose_lines,
            "classified": self.classified,
            "first": rfc3339(self.first_us),
            "last": rfc3339(self.last_us),
            "stage": self.stage,
            "severity": self.severity,
            "message": self.message,
            "text_len": self.text_len,
            "request_ids": self.request_ids,
            "cause": self.cause[lang] if self.cause else None,
            "remedy": self.remedy[lang] if self.remedy else None,
        }


@dataclass(frozen=True, slots=True)
class _Told:
    """What a failure is: its code, or for one that nobody knows the template of its message."""

    code: str
    template: str | None = None
    from_text: bool = False


@dataclass(frozen=True, slots=True)
class _Case:
    """One failure, of a request or of a line that belongs to none."""

    told: _Told
    request: Request | None
    time_us: int | None
    stage: str | None
    message: str | None


def detect(seen: Observations) -> list[ErrorGroup]:
    """Return the errors of a window, the commonest first.

    Failures without a code are told from their text; those that no signature knows are grouped by what their messages
    have in common, and stay unclassified.
    """
    groups: dict[tuple[str, str | None], list[_Case]] = defaultdict(list)
    for case in (*_of_requests(seen.failures), *_of_lines(seen.service)):
        groups[case.told.code, case.told.template].append(case)
    total = sum(case.request is not None for cases in groups.values() for case in cases)
    found = [_group(cases, total) for cases in groups.values()]
    return sorted(found, key=lambda group: (-group.count, -group.loose_lines, group.error_code, group.template or ""))


def _of_requests(failures: Iterable[Request]) -> Iterable[_Case]:
    for request in failures:
        failed = request.status == "failed" or (request.status != "incomplete" and request.error_code is not None)
        if failed:
            told = _tell(request.error_code, request.error_message, request.traceback, told=request.code_is_told)
            yield _Case(told, request, request.time_us, request.last_stage, request.error_message)


def _of_lines(events: Iterable[Event]) -> Iterable[_Case]:
    for event in events:
        if event.level not in ("error", "critical"):
            continue
        message = event.text("error_message") or event.text("message")
        told = _tell(event.text("error_code"), message, event.text("traceback"))
        if told.code != UNCLASSIFIED or told.template:
            yield _Case(told, None, event.time_us, event.text("model_stage"), message)


def _tell(code: str | None, message: str | None, traceback: str | None, *, told: bool = False) -> _Told:
    """Return the code of a failure, else what its text proves; `told` says that the code itself was told so."""
    if code:
        return _Told(code, from_text=told)
    found = diagnose(message, traceback)
    template = mask(found.template) if found.template else None
    return _Told(found.error_code or UNCLASSIFIED, template, from_text=True)


def _group(cases: list[_Case], total: int) -> ErrorGroup:
    told = cases[0].told
    requests = [case.request for case in cases if case.request is not None]
    times = [case.time_us for case in cases if case.time_us is not None]
    signature = signatures.lookup(told.code)
    return ErrorGroup(
        error_code=told.code,
        template=told.template,
        count=len(requests),
        share=len(requests) / total if total else 0.0,
        loose_lines=len(cases) - len(requests),
        classified=all(case.told.from_text for case in cases),
        first_us=min(times, default=None),
        last_us=max(times, default=None),
        stage=_commonest(case.stage for case in cases) or (signature.stage if signature else None),
        severity=signature.severity if signature else None,
        message=_message(cases),
        text_len=_spread([request.text_len for request in requests if request.text_len is not None]),
        request_ids=_newest(requests),
        cause=_both(signature.cause) if signature else None,
        remedy=_both(signature.remedy) if signature else None,
    )


def _both(say: Callable[[signatures.Language], str]) -> dict[str, str]:
    return {"en": say("en"), "zh": say("zh")}


def _commonest(values: Iterable[str | None]) -> str | None:
    counted = Counter(value for value in values if value)
    return max(counted, key=lambda value: (counted[value], value)) if counted else None


def _message(cases: list[_Case]) -> str | None:
    message = _commonest(case.message for case in cases)
    return mask(message) if message else None


def _spread(lengths: list[int]) -> dict[str, float] | None:
    return {"min": min(lengths), "p50": median(lengths), "max": max(lengths)} if lengths else None


def _newest(requests: list[Request]) -> list[str]:
    ordered = sorted(requests, key=lambda request: request.time_us or 0, reverse=True)
    return list(dict.fromkeys(request.request_id for request in ordered))[:_IDS_SHOWN]


def _as_finding(seen: Observations) -> list[dict[str, Any]]:
    """Return the error groups as plain data, cause and remedy in both languages."""
    return [group.to_dict() | {"cause": group.cause, "remedy": group.remedy} for group in detect(seen)]


DETECTOR = _as_finding
