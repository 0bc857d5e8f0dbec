"""`ttslog stages`."""

from __future__ import annotations

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import show


@click.command()
@question
def command(asked: Question) -> int:
    """Show where the time goes: each stage with its percentiles and its share of all time.

    `requests` counts all of them; the durations above the table are of those that succeeded and did not come from the
    cache, the real-time factors of all that have one. A stage's share is of the time of all stages of all requests and
    `unaccounted` together: what requests that log stages took beyond these. One without stages counts in no share.

    \b
    ttslog stages --since 1h
    """
    from ttslog.questions.stages import stage_times  # noqa: PLC0415 - brings polars
    from ttslog.reports.views.stages import view  # noqa: PLC0415

    return show(view(stage_times(asked.logs), lang=asked.lang), asked)
