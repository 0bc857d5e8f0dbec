"""`ttslog explain`."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ttslog.commands._config import settings
from ttslog.commands._show import print_blocks, to_json

if TYPE_CHECKING:
    from ttslog.reports.views.words import Lang


@click.command()
@click.argument("code", metavar="CODE|-")
@click.option("--signatures", type=click.Path(path_type=Path), help="TOML file with your own rows.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="[table]")
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="Language of cause and remedy.")
def command(code: str, signatures: Path | None, form: str, lang: Lang, *, as_json: bool) -> int:
    """Say what an error code means, or what a pasted traceback or log excerpt proves.

    \b
    ttslog explain CUDA_OOM --lang zh
    journalctl -u tts | tail -50 | ttslog explain -
    """
    from ttslog.questions.explain import explain_code, explain_excerpt  # noqa: PLC0415
    from ttslog.reports.views.explain import blocks  # noqa: PLC0415

    configured = settings().get("signatures")
    extra = signatures or (Path(configured) if configured else None)
    if code == "-":
        document = explain_excerpt(_decoded(sys.stdin.buffer.read()), lang, extra)
    else:
        document = explain_code(code, lang, extra)
    if as_json or form == "json":
        sys.stdout.write(f"{to_json(document)}\n")
    else:
        print_blocks(blocks(document, lang), UTC, lang)
    return 0


def _decoded(raw: bytes) -> str:
    """Return pasted bytes as text: UTF-8, else GBK, in which a Chinese Windows console writes."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
