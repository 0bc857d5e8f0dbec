"""`ttslog stages`."""

from __future__ import annotations

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import show


@click.command()
@question
def command(asked: Question) -> int:
    """Show where the time goes: each stage with its percentiles and its share of all time.

    The requests above the table are those that were computed and succeeded; `unaccounted` is the share of time that
    no stage explains.

    \b
    ttslog stages --since 1h
    """
    from ttslog.questions.stages import stage_times  # noqa: PLC0415 - brings polars
    from ttslog.reports.views.stages import view  # noqa: PLC0415

    return show(view(stage_times(asked.logs), lang=asked.lang), asked)
