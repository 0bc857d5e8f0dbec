"""Tally: what a piece has counted of its requests, so that most questions need not look at its rows.

Requests that began and ended in the file are counted. Those that another file may know of too are kept whole: what
counts of them is told when the pieces are put together. Where these are many nothing is counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ttslog.failures import FailureGroup, Failures, Told
from ttslog.index.checked import read_checked, write_checked
from ttslog.index.plain_json import from_json, to_json
from ttslog.lifecycle import Request, Stage
from ttslog.schema import REQUESTS
from ttslog.totals import Totals
from ttslog.windows import Span

TALLY_FILE = "tally.json"
MOST_LOOSE = 500
REQUEST_FIELDS = (
    *(column.name for column in REQUESTS if column.name != "verified"),  # which is made of the others and the files
    *("traceback", "code_is_told", "salvaged"),
)
_STAGE = ("model_stage", "stage_family", "start_us", "duration_ms", "cumulative_ms", "error_type")
_COUNTS = ("requests", "classified", "first_us", "last_us")
Plain = dict[str, Any]


@dataclass(slots=True)
class Tally:
    """What is known without the rows.

    Attributes:
        rows: of the piece, all of them.
        totals: of the counted requests; none of them is an orphan.
        oldest_us: the time of the first of them to end, or to be seen last; None without any.
        untimed: how many of them have no such time.
        loose: the requests that are not counted; None where they are too many, and nothing is.
        loose_rows: the numbers of their rows.
    """

    rows: int = 0
    totals: Totals = field(default_factory=Totals)
    oldest_us: int | None = None
    newest_us: int | None = None
    untimed: int = 0
    loose: list[Request] | None = None
    loose_rows: list[int] = field(default_factory=list)
    groups: list[Plain] = field(default_factory=list)
    _examples: str = "[]"

    def lies_in(self, span: Span) -> bool:
        """Return whether all that was counted lies in a window."""
        if span == Span():
            return True
        return not self.untimed and span.holds(self.oldest_us) and span.holds(self.newest_us)

    def lies_outside(self, span: Span) -> bool:
        """Return whether nothing that was counted lies in a window."""
        if self.oldest_us is None or self.newest_us is None:
            return span != Span()
        before = span.since_us is not None and self.newest_us < span.since_us
        return before or (span.until_us is not None and self.oldest_us >= span.until_us)

    def failures(self, *, examples: bool) -> Iterable[FailureGroup]:
        """Yield the failures that were counted, with the newest requests of each or without."""
        kept = from_json(self._examples) if examples else [()] * len(self.groups)
        for plain, requests in zip(self.groups, kept, strict=True):
            yield _group(plain, requests)

    def count(self, failures: Failures) -> None:
        """Take the failures of the requests that are counted."""
        self.groups = [_plain_group(group) for group in failures.groups]
        self._examples = to_json([[plain_request(one) for one in group.examples] for group in failures.groups])

    def write(self, path: Path) -> None:
        """Write it to a file."""
        plain = {
            "rows": self.rows,
            "outcomes": self.totals.outcomes,
            "bad_audio": self.totals.bad_audio,
            "times": [self.oldest_us, self.newest_us, self.untimed],
            "loose": None if self.loose is None else [plain_request(one) for one in self.loose],
            "loose_rows": self.loose_rows,
            "groups": self.groups,
        }
        write_checked(path, f"{to_json(plain)}\n{self._examples}")

    @classmethod
    def read(cls, path: Path) -> Tally:
        """Read what `write` wrote.

        Raises:
            DamagedPiece: the file is not as it was written.
        """
        counted, _, examples = read_checked(path).partition("\n")
        plain = from_json(counted)
        oldest_us, newest_us, untimed = plain["times"]
        loose = None if plain["loose"] is None else [request_of(one) for one in plain["loose"]]
        totals = Totals(Counter(plain["outcomes"]), bad_audio=plain["bad_audio"])
        counts = plain["rows"], totals, oldest_us, newest_us, untimed
        return cls(*counts, loose, plain["loose_rows"], plain["groups"], examples)


def plain_request(request: Request) -> Plain:
    """Return a request with its stages as plain values, without what is its own."""
    told = {name: value for name in REQUEST_FIELDS if (value := getattr(request, name)) is not None}
    return told | {"stages": [[getattr(stage, name) for name in _STAGE] for stage in request.stages]}


def request_of(plain: Plain) -> Request:
    """Return the request that `plain_request` gave."""
    return Request(**plain | {"stages": [Stage(*stage) for stage in plain["stages"]]})


def _plain_group(group: FailureGroup) -> Plain:
    return {
        "told": [group.told.code, group.told.template, group.told.from_text],
        **{name: getattr(group, name) for name in _COUNTS},
        "stages": _pairs(group.stages),
        "messages": _pairs(group.messages),
        "text_lens": _pairs(group.text_lens),
        "ids": {request_id: group.newest_us[request_id] for request_id in group.request_ids},
    }


def _group(plain: Plain, requests: Sequence[Plain]) -> FailureGroup:
    group = FailureGroup(Told(*plain["told"]), **{name: plain[name] for name in _COUNTS}, newest_us=plain["ids"])
    group.stages = Counter(dict(plain["stages"]))
    group.messages = Counter(dict(plain["messages"]))
    group.text_lens = Counter(dict(plain["text_lens"]))
    for one in requests:
        group.examples.take(request_of(one))
    return group


def _pairs(counted: Counter[Any]) -> list[tuple[Any, int]]:
    return list(counted.items())
