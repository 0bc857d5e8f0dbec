"""`ttslog trace`."""

from __future__ import annotations

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import show


@click.command()
@click.argument("request_id", metavar="ID")
@question
def command(asked: Question, request_id: str) -> int:
    """Show the whole life of one request: every stage, every line, and what is usual here.

    ID may be the beginning of an id when no other begins so. A stage stands beside this service's own median (p50)
    and 95th percentile (p95), in large logs that of the requests around it and at the beginnings of files;
    "unaccounted" is time that no stage explains.

    \b
    ttslog trace ts_7f3a2b1c
    ttslog trace ts_7f3a 'logs/app.log*' --json
    """
    from ttslog.questions.trace import trace  # noqa: PLC0415
    from ttslog.reports.views.trace import view  # noqa: PLC0415

    answer = trace(request_id, asked.logs)
    return show(view(answer, lang=asked.lang, show_text=asked.show_text), asked)
