"""What clients were answered: HTTP statuses by access log, and what to do about those that are errors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ttslog import signatures
from ttslog.answers import is_error
from ttslog.observe import Observations
from ttslog.times import rfc3339


@dataclass(frozen=True, slots=True)
class AnswerGroup:
    """One HTTP status in one log. The log of a gateway and that of the service may hold the same answer twice.

    Attributes:
        log: the path of the live file, whether it was read or only what it was rotated into.
        count: access lines about syntheses.
        share: of all in the same log, 0 to 1.
        source: `file:line` of the newest.
        request_id: on the newest line, of those that are errors.
    """

    log: str
    http_status: int
    count: int
    share: float
    first_us: int | None
    last_us: int | None
    source: str
    request_id: str | None
    cause: dict[str, str] | None
    remedy: dict[str, str] | None

    @property
    def is_error(self) -> bool:
        """True where the client got no audio."""
        return is_error(self.http_status)

    def to_dict(self, lang: str = "en") -> dict[str, Any]:
        """Return one row of `answers` in the JSON contract."""
        return {
            "log": self.log,
            "http_status": self.http_status,
            "count": self.count,
            "share": round(self.share, 4),
            "first": rfc3339(self.first_us),
            "last": rfc3339(self.last_us),
            "source": self.source,
            "request_id": self.request_id,
            "cause": self.cause[lang] if self.cause else None,
            "remedy": self.remedy[lang] if self.remedy else None,
        }


def detect(seen: Observations) -> list[AnswerGroup]:
    """Return the answers of a window, by log and status."""
    in_log: Counter[str] = Counter()
    for log, _, answered in seen.answers:
        in_log[log] += answered.count
    return [
        AnswerGroup(
            log=log,
            http_status=status,
            count=answered.count,
            share=answered.count / in_log[log],
            first_us=answered.first_us,
            last_us=answered.last_us,
            source=answered.source,
            request_id=answered.request_id if is_error(status) else None,
            **_advice(status),
        )
        for log, status, answered in seen.answers
    ]


def errors_first(groups: Iterable[AnswerGroup]) -> list[AnswerGroup]:
    """Return groups that are errors before others, the commonest first."""
    return sorted(groups, key=lambda group: (not group.is_error, -group.count, group.log, group.http_status))


def _advice(status: int) -> dict[str, dict[str, str] | None]:
    known = signatures.http_status(status) if is_error(status) else None
    if known is None:
        return {"cause": None, "remedy": None}
    return {
        "cause": {"en": known.cause("en"), "zh": known.cause("zh")},
        "remedy": {"en": known.remedy("en"), "zh": known.remedy("zh")},
    }


def _as_finding(seen: Observations) -> list[dict[str, Any]]:
    """Return the groups as plain data, cause and remedy in both languages."""
    return [group.to_dict() | {"cause": group.cause, "remedy": group.remedy} for group in detect(seen)]


DETECTOR = _as_finding
