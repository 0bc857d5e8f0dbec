"""`ttslog formats`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ttslog.commands._config import default_paths
from ttslog.commands._shared import Question
from ttslog.commands._show import show, to_json
from ttslog.commands._zone import read_zone
from ttslog.visible import visible
from ttslog.windows import Window


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--explain", is_flag=True, help="Say which formats took the lines of the files at PATH.")
@click.option("--formats", "own", type=click.Path(path_type=Path), help="TOML file with your own formats.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "tsv", "json", "ndjson"]),
    help="[table; with --explain tsv when piped]",
)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--show-text", is_flag=True, help="Show unknown lines with their personal data.")
@click.option("-v", "--verbose", is_flag=True, help="With the samples; with --explain, name every file.")
def command(paths: tuple[str, ...], own: Path | None, form: str | None, **switches: bool) -> int:
    """List the log formats that can be read, or say which of them some files are in.

    \b
    ttslog formats -v
    ttslog formats --explain logs/
    ttslog formats --formats acme.toml --explain acme.log
    """
    chosen = "json" if switches["as_json"] else form
    if paths or switches["explain"]:
        return _explain(paths or default_paths(), own, chosen, switches)
    _list(own, chosen, verbose=switches["verbose"])
    return 0


def _explain(paths: tuple[str, ...], own: Path | None, form: str | None, switches: dict[str, bool]) -> int:
    from ttslog.questions.formats import explain_formats  # noqa: PLC0415
    from ttslog.reports.views.formats import view  # noqa: PLC0415

    asked = Question(paths, Window(), read_zone(None), own, form, verbose=switches["verbose"])
    show_text = switches["show_text"]
    return show(view(explain_formats(asked.logs), show_text=show_text), asked)


def _list(own: Path | None, form: str | None, *, verbose: bool) -> None:
    from ttslog.commands._own_formats import own_formats  # noqa: PLC0415 - the parsers, which a help text spares
    from ttslog.questions.formats import known_formats  # noqa: PLC0415

    known = known_formats(own_formats(own))
    if form == "json":
        click.echo(to_json({"formats": known}))
        return
    for format_ in known:
        click.echo(to_json(format_) if form == "ndjson" else _line(format_, form))
        if verbose and form not in ("ndjson", "tsv"):
            click.echo("".join(f"    {visible(sample)}\n" for sample in format_["samples"]), nl=False)


def _line(format_: dict[str, Any], form: str | None) -> str:
    title = visible(format_["title"])
    cells = (format_["name"], format_["kind"], title)
    return "\t".join(cells) if form == "tsv" else "{:<18} {:<10} {}".format(*cells)
