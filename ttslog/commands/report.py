"""`ttslog report`."""

from __future__ import annotations

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ttslog.commands._shared import Question, question, wants_table
from ttslog.commands._show import conclude, to_json
from ttslog.errors import OutputFailed, UsageError

if TYPE_CHECKING:
    from ttslog.questions.incident import Incident

_BY_SUFFIX = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json"}


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write: .html, .md or .json. [stdout]")
@click.option(
    "--stamp", is_flag=True, help="Say in the report when it was made (else the same logs give the same bytes)."
)
@question
def command(asked: Question, output: Path | None, *, stamp: bool) -> int:
    """Write the incident report: one self-contained HTML file that opens without a network.

    It says what broke, since when, for whom, in which stage and what to do, with the evidence. Without -o a terminal
    shows it as text, and a pipe gets the HTML.

    \b
    ttslog report -o incident.html --since 2h
    ttslog report --json > incident.json              the same findings as data
    """
    from ttslog.observe import observe  # noqa: PLC0415
    from ttslog.questions.incident import examine  # noqa: PLC0415 - brings polars

    form = _form(asked, output)
    seen = observe(asked.logs, tables=True)
    text = _render(examine(seen), form, asked, stamp=stamp)
    if output is None:
        sys.stdout.write(text)
    else:
        write_atomically(output, text)
        sys.stderr.write(f"wrote {output}\n")
    return conclude(seen.reading, asked)


# A report is no table: of the forms that other answers have, these two are left.
for _option in command.params:
    if isinstance(_option, click.Option) and _option.name == "form":
        _option.type, _option.help = click.Choice(["table", "json"]), "[table on a terminal, HTML when piped]"


def _form(asked: Question, output: Path | None) -> str:
    """Return html, markdown, json or terminal: by --format, by the file's suffix, else by where the answer goes."""
    if asked.form == "json":
        return "json"
    if output is None:
        return "terminal" if wants_table(asked) else "html"
    if output.suffix.lower() not in _BY_SUFFIX:
        raise UsageError(f"cannot tell the form of {output.name}: name it .html, .md or .json")
    return _BY_SUFFIX[output.suffix.lower()]


def _render(found: Incident, form: str, asked: Question, *, stamp: bool) -> str:
    if form == "json":
        return f"{to_json(found.to_dict())}\n"
    from ttslog.reports.build import build_report, render  # noqa: PLC0415 - brings jinja2

    made_at = datetime.now(asked.zone).isoformat(timespec="seconds") if stamp else None
    report = build_report(found, lang=asked.lang, made_at=made_at)
    return render(report, form, zone=asked.zone)


def write_atomically(path: Path, text: str) -> None:
    """Write a file under a temporary name beside it, then rename: an old one stays until the new one is whole.

    Raises:
        OutputFailed: the file system refused.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_text(text, "utf-8", errors="backslashreplace")
        temporary.replace(path)
    except OSError as error:
        raise OutputFailed(f"cannot write {path}: {error.strerror or error}") from None
    finally:
        temporary.unlink(missing_ok=True)
