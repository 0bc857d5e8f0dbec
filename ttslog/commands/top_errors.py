"""`ttslog top-errors`."""

from __future__ import annotations

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import show


@click.command("top-errors")
@click.option("-n", "--top", type=click.IntRange(min=1), help="Show only the N commonest codes. [all]")
@question
def command(asked: Question, top: int | None) -> int:
    """Rank the error codes: how many, since when, in which stage, for which texts, and what to do.

    What to do stands below the table for the five commonest codes, and in JSON for all; TSV leaves it out. Requests
    that never ended, or whose audio is bad although they succeeded, are counted beside the errors.

    \b
    ttslog top-errors --since 2h
    ttslog top-errors --since end-1h archive/*.gz     counted from the newest record
    """
    from ttslog.questions.top_errors import top_errors  # noqa: PLC0415
    from ttslog.reports.views.top_errors import view  # noqa: PLC0415

    answer = top_errors(asked.logs)
    return show(view(answer, lang=asked.lang, top=top), asked)
