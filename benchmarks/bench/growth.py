"""How time and memory grow with the log: `make bench-growth`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.bench.commands import Question
from benchmarks.bench.growth_plot import Series, plot
from benchmarks.bench.indexed import with_index
from benchmarks.bench.log_set import LogSet, log_set
from benchmarks.bench.machine import machine, versions
from benchmarks.bench.page import DOCS, PERFORMANCE, write_between
from benchmarks.bench.peers import Peers
from benchmarks.bench.questions import OURS, OURS_FROM_INDEX, questions
from benchmarks.bench.results import finish
from benchmarks.bench.rounds import Outcome, Table
from benchmarks.bench.tables import agreement, goals_table, markdown_table, today

SIZES_MB = (100, 500, 1_000, 5_000)
PLOT = DOCS / "growth.svg"
_PEER = {"trace": "rg -z", **dict.fromkeys(("top-errors", "requests", "stages", "report"), "DuckDB")}


def growth(table: Table, ttslog: Sequence[str], folder: Path, sizes_mb: Sequence[int], *, write: bool) -> int:
    """Ask ttslog and the nearest peer at every size; draw and tabulate; return the exit code."""
    by_size = {}
    for size_mb in sizes_mb:
        logs = log_set(folder, "native", size_mb)
        made, indexed = with_index(table, logs, ttslog)
        by_size[logs.truth.bytes / 1e9] = [made, *indexed.ask(_asked(logs, ttslog, table.scratch))]
    outcomes = [outcome for group in by_size.values() for outcome in group]
    code = finish(outcomes, folder / "growth.json")
    series = _series(by_size)
    text = "\n\n".join(_parts(series, by_size))
    print(text)
    if not write:
        (folder / PLOT.name).write_text(plot(series), "utf-8")
    elif not code:
        PLOT.write_text(plot(series), "utf-8")
        write_between(PERFORMANCE, "growth", text)
    return code


def _parts(series: Sequence[Series], by_size: Mapping[float, Sequence[Outcome]]) -> Iterator[str]:
    about = ", ".join(f"{name} {value}" for name, value in {**machine(), **versions()}.items())
    yield f"![time and memory against the size of the log]({PLOT.name})"
    yield f"{today()}: {about}. {agreement([outcome for group in by_size.values() for outcome in group])}"
    yield _table(series)
    largest = max(by_size)
    yield f"At {largest:.1f} GB:"
    yield goals_table(by_size[largest])


def _asked(logs: LogSet, ttslog: Sequence[str], scratch: Path) -> list[Question]:
    """Return the questions with ttslog and one peer each."""
    every = questions(logs, ttslog, Peers(logs, scratch / "lnav"))
    return [
        Question(
            question.name,
            question.answer,
            [command for command in question.commands if command.name in {OURS, OURS_FROM_INDEX, _PEER[question.name]}],
        )
        for question in every
        if question.name in _PEER
    ]


def _series(by_size: Mapping[float, Sequence[Outcome]]) -> list[Series]:
    """Return one line of the plot for each question and command, with a point for each size."""
    names = dict.fromkeys((o.question, o.command) for group in by_size.values() for o in group if o.runs)
    return [
        Series(question, command, list(_points(by_size, question, command)))
        for question, command in names
        if question in _PEER
    ]


def _points(
    by_size: Mapping[float, Sequence[Outcome]], question: str, command: str
) -> Iterable[tuple[float, float, float]]:
    for gigabytes, group in by_size.items():
        for outcome in group:
            if outcome.runs and (outcome.question, outcome.command) == (question, command):
                yield gigabytes, outcome.wall_s, outcome.peak_mb


def _table(series: Sequence[Series]) -> str:
    sizes = sorted({point[0] for line in series for point in line.points})
    rows = []
    for line in series:
        shown = {gigabytes: f"{wall_s:.2f} s, {peak_mb:,.0f} MB" for gigabytes, wall_s, peak_mb in line.points}
        rows.append([line.question, line.command, *(shown.get(size, "") for size in sizes)])
    return markdown_table(["question", "who", *(f"{size:.1f} GB" for size in sizes)], rows)
