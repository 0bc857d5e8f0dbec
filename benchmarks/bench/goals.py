"""What was promised, held against what was measured: ratios of one run, seconds and megabytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.bench.questions import OURS, OURS_FROM_INDEX
from benchmarks.bench.rounds import Outcome

PIPELINE = "zcat | grep | sort | uniq -c"
Row = tuple[str, str, str, bool]  # what was promised, the limit, what was measured, whether it holds
Measured = Mapping[tuple[str, str], Outcome]  # by question and command


@dataclass(frozen=True, slots=True)
class Ratio:
    """The wall time of one command over another's, at most `limit`."""

    question: str
    ours: str
    peer: str
    limit: float
    peer_question: str = ""

    def row(self, measured: Measured) -> Row | None:
        """Return None where it was not measured."""
        ours = measured.get((self.question, self.ours))
        peer = measured.get((self.peer_question or self.question, self.peer))
        if not (ours and peer and ours.runs and peer.runs):
            return None
        found = ours.wall_s / peer.wall_s
        beside = f"{self.peer} ({self.peer_question})" if self.peer_question else self.peer
        return f"{self.question}: {self.ours} / {beside}", f"{self.limit:.2f} x", f"{found:.2f} x", found <= self.limit


@dataclass(frozen=True, slots=True)
class Limit:
    """Seconds (median) or megabytes (peak) of one command, at most `limit`."""

    question: str
    unit: str
    limit: float
    ours: str = OURS

    def row(self, measured: Measured) -> Row | None:
        """As `Ratio.row`."""
        ours = measured.get((self.question, self.ours))
        if not ours or not ours.runs:
            return None
        found = ours.peak_mb if self.unit == "MB" else ours.wall_s
        shown = f"{found:.0f} MB" if self.unit == "MB" else f"{found:.2f} s"
        return f"{self.question}: {self.ours}", f"{self.limit:g} {self.unit}", shown, found <= self.limit


@dataclass(frozen=True, slots=True)
class LinesPerSecond:
    """At least so many lines in a second of processor time, of a log of `lines` lines."""

    question: str
    lines: int
    limit: int

    def row(self, measured: Measured) -> Row | None:
        """As `Ratio.row`."""
        ours = measured.get((self.question, OURS))
        if not ours or not ours.runs:
            return None
        found = self.lines / ours.cpu_s
        what = f"{self.question}: lines a second of one core"
        return what, f"at least {self.limit:,}", f"{found:,.0f}", found >= self.limit


@dataclass(frozen=True, slots=True)
class MemoryRatio:
    """Peak memory of one question over another's, at most `limit`."""

    question: str
    than: str
    limit: float

    def row(self, measured: Measured) -> Row | None:
        """As `Ratio.row`."""
        ours, other = measured.get((self.question, OURS)), measured.get((self.than, OURS))
        if not (ours and other and ours.runs and other.runs):
            return None
        found = ours.peak_mb / other.peak_mb
        return f"{self.question}: memory / {self.than}", f"{self.limit:g} x", f"{found:.2f} x", found <= self.limit


GOALS: Sequence[Ratio | Limit | MemoryRatio] = (
    Ratio("trace", OURS, "rg -z", 0.35),
    Ratio("trace", OURS, "zgrep", 0.20),
    Limit("trace", "MB", 60),
    Ratio("top-errors", OURS, "DuckDB", 0.40),
    Ratio("top-errors", OURS, PIPELINE, 0.20),
    Limit("top-errors", "MB", 80),
    *(Ratio(question, OURS, "DuckDB", 1.0) for question in ("requests", "stages", "report")),
    *(Limit(question, "MB", 700) for question in ("requests", "stages", "report")),
    Limit("trace", "s", 0.35, OURS_FROM_INDEX),
    *(Limit(question, "s", 0.6, OURS_FROM_INDEX) for question in ("top-errors", "stages")),
    Limit("report", "s", 2.0, OURS_FROM_INDEX),
    Ratio("last hour", OURS, OURS, 0.15, "requests"),
    MemoryRatio("requests, mixed", "requests", 2.0),
)


def held(outcomes: Sequence[Outcome], mixed_lines: int) -> list[Row]:
    """Return a row for each goal that was measured; `mixed_lines` is the length of the mixed log, if one was read."""
    measured = {(outcome.question, outcome.command): outcome for outcome in outcomes}
    goals = (*GOALS, LinesPerSecond("requests, mixed", mixed_lines, 150_000))
    rows = (goal.row(measured) for goal in goals)
    return [row for row in rows if row]
