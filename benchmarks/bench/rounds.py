"""Ask everybody in turn, A B C A B C ..., so that a busy moment of the machine meets all of them."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.bench.commands import Command, Question
from benchmarks.bench.measure import Run, measure

NOT_AVAILABLE = "not available"
_USAGE_ERROR = 2
_SLOW_S, _ROUNDS_WHEN_SLOW = 5.0, 2
_TOLD_CHARACTERS = 300


@dataclass(slots=True)
class Outcome:
    """What one command did for one question; `trouble` says why there are no runs, or no more."""

    question: str
    command: str
    runs: list[Run] = field(default_factory=list)
    answer: Any = None
    trouble: str = ""
    disagrees: str = ""

    @property
    def wall_s(self) -> float:
        """Median of the wall time."""
        return median(run.wall_s for run in self.runs)

    @property
    def cpu_s(self) -> float:
        """Median of the processor time."""
        return median(run.cpu_s for run in self.runs)

    @property
    def peak_mb(self) -> float:
        """Largest peak of memory."""
        return max(run.peak_mb for run in self.runs)

    @property
    def is_failure(self) -> bool:
        """True for a wrong answer or a command that broke, not for one that is missing."""
        return bool(self.disagrees) or self.trouble.startswith("failed")


@dataclass(frozen=True, slots=True)
class Table:
    """How to ask: how many rounds, with which environment, and a folder for what is printed."""

    rounds: int
    env: Mapping[str, str]
    scratch: Path
    has_index: bool = False

    def ask(self, questions: Sequence[Question]) -> list[Outcome]:
        """Ask one question after the other, each of everybody in turn."""
        return [outcome for question in questions for outcome in self._ask(question)]

    def _ask(self, question: Question) -> list[Outcome]:
        outcomes = [
            Outcome(question.name, command.name, trouble=self._missing(command)) for command in question.commands
        ]
        for number in range(self.rounds):
            for command, outcome in zip(question.commands, outcomes, strict=True):
                if not outcome.trouble and not _is_slow(outcome, number):
                    self.run(command, outcome)
        compare(question.answer, outcomes)
        for outcome in outcomes:
            print(told(outcome), file=sys.stderr, flush=True)
        return outcomes

    def run(self, command: Command, outcome: Outcome) -> None:
        """Run a command once more and keep what it took and answered."""
        out, err = self.scratch / "stdout", self.scratch / "stderr"
        run = measure(command.argv, out, err, self.env)
        if run.exit_code:
            outcome.trouble = _trouble(command, run, err)
            return
        outcome.runs.append(run)
        outcome.answer = command.read(out)

    def _missing(self, command: Command) -> str:
        if not command.is_installed:
            return f"not installed: {command.get}"
        return NOT_AVAILABLE if command.from_index and not self.has_index else ""


def told(outcome: Outcome) -> str:
    """Return one line about an outcome."""
    name = f"{outcome.question:24} {outcome.command:30}"
    if not outcome.runs:
        return f"{name} {outcome.trouble}"
    return f"{name} {outcome.wall_s:8.2f} s {outcome.peak_mb:7.0f} MB  {outcome.disagrees or outcome.trouble}"


def _is_slow(outcome: Outcome, number: int) -> bool:
    return number >= _ROUNDS_WHEN_SLOW and outcome.wall_s > _SLOW_S


def _trouble(command: Command, run: Run, err: Path) -> str:
    """Tell a command that is not there yet from one that broke."""
    said = err.read_text(errors="replace").strip()[-_TOLD_CHARACTERS:]
    if run.exit_code == _USAGE_ERROR and ("No such option" in said or "No such command" in said):
        return NOT_AVAILABLE
    return f"failed, exit code {run.exit_code} of {command.argv[0]}: {said}"


def compare(truth: Any, outcomes: Sequence[Outcome]) -> None:
    """Hold every answer against the truth, or the first answer where nobody knows it."""
    answered = [outcome for outcome in outcomes if outcome.runs]
    expected = truth if truth is not None or not answered else answered[0].answer
    for outcome in answered:
        if outcome.answer != expected:
            outcome.disagrees = f"WRONG: {outcome.answer}, not {expected}"
