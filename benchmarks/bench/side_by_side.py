"""Everybody is asked everything, on one size of log in all its shapes: `make bench`."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks.bench.commands import Question
from benchmarks.bench.grown import ask_while_growing
from benchmarks.bench.indexed import with_index
from benchmarks.bench.log_set import log_set
from benchmarks.bench.machine import machine, versions
from benchmarks.bench.page import PERFORMANCE, write_between
from benchmarks.bench.peers import Peers
from benchmarks.bench.questions import questions, questions_of_shape
from benchmarks.bench.results import finish
from benchmarks.bench.rounds import Table
from benchmarks.bench.tables import markdown


def side_by_side(table: Table, asked: argparse.Namespace) -> int:
    """Ask, print, keep, and write into the page where that is wanted; return the exit code."""
    logs = log_set(asked.folder, "native", asked.size)
    made, indexed = with_index(table, logs, asked.ttslog)
    about_native = questions(logs, asked.ttslog, Peers(logs, table.scratch / "lnav"))
    outcomes, mixed_lines = [made, *indexed.ask(_wanted(about_native, asked.questions))], 0
    for shape in asked.shapes:
        others = log_set(asked.folder, shape, asked.size)
        mixed_lines = others.truth.lines if shape == "mixed" else mixed_lines
        about_shape = questions_of_shape(others, asked.ttslog, Peers(others, table.scratch / "lnav"))
        outcomes += table.ask(_wanted(about_shape, asked.questions))
    if not asked.questions:
        outcomes += ask_while_growing(logs, asked.ttslog, table)
    text = markdown(outcomes, logs, {**machine(), **versions()}, mixed_lines)
    print(text)
    code = finish(outcomes, asked.folder / "bench.json")
    if asked.write and not code:
        write_between(PERFORMANCE, "bench", text)
    return code


def _wanted(questions: Sequence[Question], names: Sequence[str]) -> list[Question]:
    """Keep the questions that were named, in every shape; all of them where none is."""
    return [question for question in questions if not names or question.name.partition(",")[0] in names]
