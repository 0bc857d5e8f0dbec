"""`ttslog trace`."""

from __future__ import annotations

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import conclude, show


@click.command()
@click.argument("request_id", metavar="ID")
@click.option(
    "--attempt", type=click.IntRange(min=1), metavar="N", help="Of an id used again: show its Nth use. [last]"
)
@question
def command(asked: Question, request_id: str, attempt: int | None) -> int:
    """Show the whole life of one request: every stage, every line, and what is usual here.

    ID may be the beginning of an id when no other begins so; before one that begins with a dash, write --. A stage
    stands beside this service's own median (p50) and 95th percentile (p95), in large logs that of the requests around
    it and at the beginnings of files; "unaccounted" is time that no stage explains.

    \b
    ttslog trace ts_7f3a2b1c
    ttslog trace ts_7f3a 'logs/app.log*' --json
    ttslog trace --since 2h -- -abc
    """
    from ttslog.questions.trace import NotInTheseLogs, trace  # noqa: PLC0415
    from ttslog.reports.views.trace import view  # noqa: PLC0415

    try:
        answer = trace(request_id, asked.logs, attempt=attempt)
    except NotInTheseLogs as missing:
        conclude(missing.reading, asked)  # it may stand in what could not be read
        raise
    return show(view(answer, lang=asked.lang, show_text=asked.show_text), asked)
