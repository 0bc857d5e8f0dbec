"""`ttslog explain`."""

from __future__ import annotations

import sys
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ttslog.commands._config import setting
from ttslog.commands._show import print_blocks, to_json
from ttslog.errors import NothingRead
from ttslog.visible import visible

if TYPE_CHECKING:
    from ttslog.reports.views.words import Lang


@click.command()
@click.argument("code", metavar="CODE|-")
@click.option("--signatures", type=click.Path(path_type=Path), help="TOML file with your own rows.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", help="[table]")
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of cause and remedy.")
def command(code: str, signatures: Path | None, form: str, lang: Lang | None, *, as_json: bool) -> int:
    """Say what an error code means, or what a pasted traceback or log excerpt proves.

    \b
    ttslog explain CUDA_OOM --lang zh
    journalctl -u tts | tail -50 | ttslog explain -
    """
    from ttslog.questions.explain import explain_code, explain_excerpt  # noqa: PLC0415
    from ttslog.reports.views.explain import blocks  # noqa: PLC0415

    lang = lang or setting("lang", ("en", "zh")) or "en"
    configured = setting("signatures")
    extra = signatures or (Path(configured) if configured else None)
    document = explain_excerpt(_pasted(), lang, extra) if code == "-" else explain_code(code, lang, extra)
    if as_json or form == "json":
        sys.stdout.write(f"{to_json(document)}\n")
    else:
        print_blocks(blocks(document, lang), UTC, lang)
    return 0


_NOT_IN_TEXT = bytes((*range(7), 11, *range(14, 27), *range(28, 32), 127))  # ESC, tabs, bells and such are
_MOST_NOT_IN_TEXT = 0.05  # damaged text has less, of compressed and executable files a tenth is such


def _is_binary(raw: bytes) -> bool:
    kept = len(raw.translate(None, _NOT_IN_TEXT))
    return len(raw) - kept > _MOST_NOT_IN_TEXT * len(raw)


def _pasted() -> str:
    """Return the text of standard input, read as a file of logs is; what was lost of it is named on stderr.

    Raises:
        NothingRead: there is no text, or what there is is none.
    """
    from ttslog.parsers import decode  # noqa: PLC0415 - the reading side, which the meaning of a code does not need
    from ttslog.sources import STDIN, Damage, LineNotes, LogFile, read_text  # noqa: PLC0415

    damage: list[Damage] = []
    raw = b"".join(chunk or b"\n" for chunk in read_text(LogFile(STDIN), damage, LineNotes()))
    if _is_binary(raw):
        raise NothingRead("standard input is no text but a binary file: pipe a traceback or some log lines into it")
    text = decode(raw)
    faults = "; ".join(visible(f"{fault.kind} at byte {fault.offset}: {fault.detail}") for fault in damage)
    if not text.strip():
        why = f" ({faults})" if faults else ""
        raise NothingRead(f"no text on standard input{why}: pipe a traceback or some log lines into `ttslog explain -`")
    if faults:
        sys.stderr.write(f"standard input: {faults}\n")
    return text
