"""`ttslog requests`."""

from __future__ import annotations

import click

from ttslog.commands._shared import Question, question, wants_table
from ttslog.commands._show import show
from ttslog.schema import STATUSES


@click.command()
@click.option("--status", type=click.Choice(STATUSES), multiple=True, help="Only these; may be given several times.")
@click.option("--code", metavar="CODE", multiple=True, help="Only requests with this error code, or UNCLASSIFIED.")
@click.option("-n", "--newest", type=click.IntRange(min=0), default=50, help="Rows on a terminal; 0 shows all. [50]")
@question
def command(asked: Question, status: tuple[str, ...], code: tuple[str, ...], newest: int) -> int:
    """List the requests, one row each, oldest first.

    A terminal shows the newest; piped, as JSON and as ndjson every request comes, with every column.

    \b
    ttslog requests --status failed --status incomplete
    ttslog requests --since 1h --format ndjson | jq .request_id
    """
    from ttslog.questions.requests import list_requests  # noqa: PLC0415
    from ttslog.reports.views.requests import view  # noqa: PLC0415

    answer = list_requests(asked.logs, status, code)
    shown = newest if wants_table(asked) else None
    return show(view(answer, lang=asked.lang, newest=shown, show_text=asked.show_text), asked)
