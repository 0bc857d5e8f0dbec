"""Which errors, how many, since when, in which stage, for which inputs, and what to do."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any

from ttslog import signatures
from ttslog.failures import FailureGroup
from ttslog.observe import Observations
from ttslog.privacy import mask
from ttslog.times import rfc3339


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """One error code in a window.

    Attributes:
        count: requests that failed with it.
        share: of all failed requests with a code, 0 to 1.
        loose_lines: error lines of this kind that belong to no request (a model that does not load, say).
        stage: the one that most of them name; None where no line names any, for where such errors mostly occur is
            what `explain` says, and not where these did.
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


def detect(seen: Observations) -> list[ErrorGroup]:
    """Return the errors of a window, the commonest first."""
    groups = seen.failures.groups
    total = sum(group.requests for group in groups)
    return [_error_group(group, total) for group in groups]


def _error_group(group: FailureGroup, total: int) -> ErrorGroup:
    signature = signatures.lookup(group.told.code)
    message = _commonest(group.messages)
    return ErrorGroup(
        error_code=group.told.code,
        template=group.told.template,
        count=group.requests,
        share=group.requests / total if total else 0.0,
        loose_lines=group.loose_lines,
        classified=group.classified,
        first_us=group.first_us,
        last_us=group.last_us,
        stage=_commonest(group.stages),
        severity=signature.severity if signature else None,
        message=mask(message) if message else None,
        text_len=_spread(group.text_lens),
        request_ids=group.request_ids,
        cause=_both(signature.cause) if signature else None,
        remedy=_both(signature.remedy) if signature else None,
    )


def _both(say: Callable[[signatures.Language], str]) -> dict[str, str]:
    return {"en": say("en"), "zh": say("zh")}


def _commonest(counted: Counter[str]) -> str | None:
    return max(counted, key=lambda value: (counted[value], value)) if counted else None


def _spread(lengths: Counter[int]) -> dict[str, float] | None:
    return {"min": min(lengths), "p50": median(lengths.elements()), "max": max(lengths)} if lengths else None


def _as_finding(seen: Observations) -> list[dict[str, Any]]:
    """Return the error groups as plain data, cause and remedy in both languages."""
    return [group.to_dict() | {"cause": group.cause, "remedy": group.remedy} for group in detect(seen)]


DETECTOR = _as_finding
