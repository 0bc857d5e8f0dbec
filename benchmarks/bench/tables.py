"""The results as Markdown and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from benchmarks.bench.goals import held
from benchmarks.bench.log_set import LogSet
from benchmarks.bench.questions import OURS, OURS_FROM_INDEX
from benchmarks.bench.rounds import Outcome

_NONE = ""


def markdown(outcomes: Sequence[Outcome], logs: LogSet, about: Mapping[str, str], mixed_lines: int = 0) -> str:
    """Return everything as it stands in docs/performance.md."""
    parts = [
        f"{_heading(logs, about)} {agreement(outcomes)}",
        markdown_table(
            ("question", "who", "median s", "min - max s", "CPU s", "peak MB", "ttslog takes", "from the index"),
            (_row(outcome, outcomes) for outcome in outcomes if outcome.runs),
        ),
        goals_table(outcomes, mixed_lines),
        _left_out(outcomes),
    ]
    return "\n\n".join(part for part in parts if part)


def goals_table(outcomes: Sequence[Outcome], mixed_lines: int = 0) -> str:
    """Return what was promised beside what was measured; nothing where no goal was measured."""
    rows = [
        (what, limit, found, "yes" if holds else "**no**") for what, limit, found, holds in held(outcomes, mixed_lines)
    ]
    return markdown_table(("goal", "limit", "measured", "holds"), rows) if rows else _NONE


def today() -> str:
    """Return the day of the run."""
    return date.today().isoformat()  # noqa: DTZ011 - the day as the reader of the page counts it


def _heading(logs: LogSet, about: Mapping[str, str]) -> str:
    truth, files = logs.truth, len(logs.files)
    told = ", ".join(f"{name} {value}" for name, value in about.items())
    return (
        f"{today()}: {truth.bytes / 1e6:,.0f} MB of log in {files} files "
        f"({logs.packed_bytes / 1e6:,.0f} MB on disk), {truth.lines:,} lines, {truth.requests:,} requests; {told}."
    )


def agreement(outcomes: Sequence[Outcome]) -> str:
    """Say whether all answers were right, and whose were not."""
    wrong = [f"{outcome.question} of {outcome.command}" for outcome in outcomes if outcome.disagrees]
    return f"Wrong answers: {', '.join(wrong)}." if wrong else "All answers agree."


def _row(outcome: Outcome, outcomes: Sequence[Outcome]) -> Sequence[str]:
    walls = [run.wall_s for run in outcome.runs]
    return (
        outcome.question,
        f"**{outcome.command}**" if outcome.command.startswith(OURS) else outcome.command,
        f"{outcome.wall_s:.2f}",
        f"{min(walls):.2f} - {max(walls):.2f}",
        f"{outcome.cpu_s:.2f}",
        f"{outcome.peak_mb:,.0f}",
        _ratio(outcome, OURS, outcomes),
        _ratio(outcome, OURS_FROM_INDEX, outcomes),
    )


def _ratio(outcome: Outcome, ours: str, outcomes: Sequence[Outcome]) -> str:
    """Return how long ours takes in units of this one; nothing for itself."""
    mine = [o for o in outcomes if (o.question, o.command) == (outcome.question, ours) and o.runs]
    if not mine or outcome.command.startswith(OURS):
        return _NONE
    return f"{mine[0].wall_s / outcome.wall_s:.2f} x"


def _left_out(outcomes: Sequence[Outcome]) -> str:
    troubles = {f"{outcome.command} ({outcome.trouble})" for outcome in outcomes if outcome.trouble}
    return f"Left out: {'; '.join(sorted(troubles))}." if troubles else _NONE


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; what stands in a cell stays in it."""
    return "\n".join(_lines(head, rows))


def _lines(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield "|---" * len(head) + "|"
    for row in rows:
        # A pipe in a cell, such as a pipeline's, would begin another cell.
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
