"""`ttslog lint`."""

from __future__ import annotations

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import show

_NOT_HELD = 3


@click.command()
@question
def command(asked: Question) -> int:
    """Check a service's logs: what is missing or odd, how often, where, and what that costs.

    Every line of the window is looked at; of what a pipe brings, only not whether its times have a zone. With --strict
    the exit code is 3 when anything is found.

    \b
    ttslog lint logs
    ttslog lint --since end-10m --strict logs       in the tests of a service
    """
    from ttslog.questions.lint import lint  # noqa: PLC0415
    from ttslog.reports.views.lint import view  # noqa: PLC0415

    answer = lint(asked.logs)
    code = show(view(answer, lang=asked.lang), asked)
    return _NOT_HELD if asked.strict and answer.findings else code
