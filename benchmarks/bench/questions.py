"""The questions of an incident, and everybody who can answer them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.bench import answers, peers
from benchmarks.bench.commands import Command, Question, Reader
from benchmarks.bench.log_set import LogSet

OURS, OURS_FROM_INDEX = "ttslog", "ttslog, from the index"
Ask = Sequence[str]


def questions(logs: LogSet, ttslog: Ask, peer: peers.Peers) -> list[Question]:
    """Return what is asked of a log in the service's own shape: everybody is asked everything they can answer."""
    truth, end = logs.truth, ("--json", str(logs.folder))
    return [
        Question(
            "trace",
            truth.needle_lines,
            [*_ours(ttslog, ("trace", truth.needle, *end), answers.events_of_trace), *peer.trace(truth.needle)],
        ),
        Question(
            "top-errors",
            truth.failed_by_code,
            [*_ours(ttslog, ("top-errors", *end), answers.codes), *peer.errors()],
        ),
        Question(
            "requests",
            truth.requests,
            [*_ours(ttslog, ("requests", *end), answers.rows), *peer.requests()],
        ),
        Question(
            "stages",
            truth.lines_by_stage,
            [*_ours(ttslog, ("stages", *end), answers.stages), *peer.stages()],
        ),
        Question(
            "report",
            truth.by_status,
            [*_ours(ttslog, ("report", *end), answers.statuses), *peer.report()],
        ),
        Question(
            "last hour",
            None,
            [*_ours(ttslog, ("requests", "--since", "end-1h", *end), answers.rows), *peer.last_hour()],
        ),
    ]


def questions_of_shape(logs: LogSet, ttslog: Ask, peer: peers.Peers) -> list[Question]:
    """Return what is asked of the other shapes of log: nothing kept, beside those that can read them too."""
    truth, end = logs.truth, ("--json", str(logs.folder))
    asked: Mapping[str, tuple[Ask, Reader, Any, Sequence[Command]]] = {
        "trace": (("trace", truth.needle), answers.events_of_trace, truth.needle_lines, [peer.ripgrep(truth.needle)]),
        "top-errors": (("top-errors",), answers.codes, truth.failed_by_code, peer.duckdb_where_json("errors")),
        "requests": (("requests",), answers.rows, truth.requests, peer.duckdb_where_json("requests")),
    }
    return [
        Question(
            f"{name}, {logs.shape}",
            answer,
            [_ours(ttslog, (*asks, *end), read)[0], *others],
        )
        for name, (asks, read, answer, others) in asked.items()
    ]


def index(logs: LogSet, ttslog: Ask) -> Command:
    """Return what makes the index that the next questions are asked from."""
    return Command("ttslog index", [*ttslog, "index", str(logs.folder)], _nothing)


def _ours(ttslog: Ask, asked: Ask, read: Reader) -> list[Command]:
    argv = [*ttslog, *asked]
    return [Command(OURS, [*argv, "--no-cache"], read), Command(OURS_FROM_INDEX, argv, read, from_index=True)]


def _nothing(_: Path) -> None:
    """Read no answer: an index has none."""
