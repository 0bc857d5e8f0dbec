"""`ttslog trace`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import show

if TYPE_CHECKING:
    from ttslog.finding import IdSearch

_SWITCH_SECONDS = 0.0005  # the usual 5 ms would let a searcher wait for twenty times what it needs


@click.command()
@click.argument("request_id", metavar="ID")
@question
def command(asked: Question, request_id: str) -> int:
    """Show the whole life of one request: every stage, every line, and what is usual here.

    ID may be the beginning of an id when no other begins so. A stage stands beside this service's own median (p50)
    and 95th percentile (p95), in large logs that of the requests around it and at the beginning of every file;
    "unaccounted" is time that no stage explains.

    \b
    ttslog trace ts_7f3a2b1c
    ttslog trace ts_7f3a 'logs/app.log*' --json
    """
    begun = _begin(request_id, asked)
    from ttslog.questions.trace import trace  # noqa: PLC0415
    from ttslog.reports.views.trace import view  # noqa: PLC0415

    answer = trace(request_id, asked.logs, begun=begun)
    return show(view(answer, lang=asked.lang, show_text=asked.show_text), asked)


def _begin(request_id: str, asked: Question) -> IdSearch | None:
    """Begin to search the files while the rest of the program is loaded, a little at a time."""
    from ttslog.commands._own_formats import own_formats  # noqa: PLC0415
    from ttslog.finding import search_for_id  # noqa: PLC0415
    from ttslog.sources import list_files  # noqa: PLC0415

    if not asked.window.is_open:
        return None  # which files lie in the window has to be told first
    sys.setswitchinterval(_SWITCH_SECONDS)
    files = list_files(asked.paths)
    if asked.cache and not own_formats(asked.formats):
        from ttslog.index.lookup import look_up  # noqa: PLC0415

        return look_up(request_id, files, asked.zone)
    return search_for_id(request_id, files)
