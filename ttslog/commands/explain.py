"""`ttslog explain`."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ttslog.commands._config import settings
from ttslog.commands._show import to_json
from ttslog.errors import UsageError
from ttslog.privacy import mask
from ttslog.signatures import Explanation, Language, Signature, explain_text, load, lookup
from ttslog.visible import visible

_WIDTH = 100
_WORDS = {
    "en": {
        "stage": "stage",
        "severity": "severity",
        "fault": "fault of",
        "retryable": "retry",
        "cause": "cause",
        "remedy": "remedy",
        "frame": "frame",
        "template": "message",
        "evidence": "because",
        "line": "line {}",
        "harmless": "Nothing in this text failed, or the work went on.",
        "unclassified": "an error of no known kind",
    },
    "zh": {
        "stage": "阶段",
        "severity": "严重程度",
        "fault": "责任方",
        "retryable": "可否重试",
        "cause": "原因",
        "remedy": "处理办法",
        "frame": "代码位置",
        "template": "消息模板",
        "evidence": "依据",
        "line": "第 {} 行",
        "harmless": "这段文本里没有失败，或者处理已继续完成。",
        "unclassified": "未归类的错误",
    },
}
_SHOWN = ("stage", "severity", "fault", "retryable", "cause", "remedy", "frame")


@click.command()
@click.argument("code", metavar="CODE|-")
@click.option("--signatures", type=click.Path(path_type=Path), help="TOML file with your own rows.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", help="Language of cause and remedy.")
def command(code: str, signatures: Path | None, form: str, lang: Language, *, as_json: bool) -> int:
    """Say what an error code means, or what a pasted traceback or log excerpt proves.

    \b
    ttslog explain CUDA_OOM --lang zh
    journalctl -u tts | tail -50 | ttslog explain -
    """
    configured = settings().get("signatures")
    extra = signatures or (Path(configured) if configured else None)
    document = _of_text(lang, extra) if code == "-" else _of_code(code, lang, extra)
    if as_json or form == "json":
        click.echo(to_json(document))
    else:
        _print(document, lang)
    return 0


def _of_text(lang: Language, extra: Path | None) -> dict[str, Any]:
    found = explain_text(_decoded(sys.stdin.buffer.read()), lang=lang, extra=extra)
    if found is None:
        return {"error_code": None, "verdict": "harmless", "confidence": None, "evidence": []}
    return {"verdict": "unclassified" if found.unclassified else "known", **_fields(found)}


def _decoded(raw: bytes) -> str:
    """Return pasted bytes as text: UTF-8, else GBK, in which a Chinese Windows console writes."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _fields(found: Explanation) -> dict[str, Any]:
    fields = {name: getattr(found, name) for name in found.__struct_fields__}
    proofs = [{"line": proof.line, "text": mask(proof.text), "why": mask(proof.why)} for proof in found.evidence]
    return {**fields, "evidence": proofs, "template": mask(found.template)}


def _of_code(code: str, lang: Language, extra: Path | None) -> dict[str, Any]:
    row = lookup(code, extra)
    if row is None:
        close = difflib.get_close_matches(code.upper(), list(load(extra)), n=3, cutoff=0.4)
        advice = f"did you mean {', '.join(close)}?" if close else "`ttslog explain -` reads a pasted message instead"
        raise UsageError(f"no error code {code!r}: {advice}")
    return {"error_code": row.code, "verdict": "known", "confidence": 1.0, **_row(row, lang), "evidence": []}


def _row(row: Signature, lang: Language) -> dict[str, Any]:
    shown = {name: getattr(row, name) for name in ("stage", "severity", "fault", "retryable", "aliases", "sample")}
    return {**shown, "cause": row.cause(lang), "remedy": row.remedy(lang)}


def _print(document: dict[str, Any], lang: Language) -> None:
    """Print the answer as labels and values, with nothing in it that a terminal would act on."""
    from rich.console import Console  # noqa: PLC0415 - 30 ms that JSON does not need
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    words = _WORDS[lang]
    if document["verdict"] == "harmless":
        click.echo(words["harmless"])
        return
    title = document["error_code"] or words["unclassified"]
    sure = "" if document["confidence"] in (0.0, 1.0) else f"  ({document['confidence']:.0%})"
    grid = Table.grid(padding=(0, 2))
    for label, value in _facts(document, words):
        grid.add_row("", Text(label), Text(visible(value), overflow="fold"))
    terminal = Console(highlight=False)
    page = Console(highlight=False, width=min(terminal.width, _WIDTH) if terminal.is_terminal else _WIDTH)
    with page.capture() as printed:
        page.print(grid)
    lines = [f"{title}{sure}", *printed.get().splitlines()]
    click.echo("\n".join(line.rstrip() for line in lines))


def _facts(document: dict[str, Any], words: dict[str, str]) -> Iterator[tuple[str, str]]:
    yield from ((words[name], str(document[name])) for name in _SHOWN if document.get(name))
    if document["verdict"] == "unclassified":
        yield words["template"], document["template"]
    for proof in document["evidence"]:
        yield words["evidence"], f"{words['line'].format(proof['line'])}: {proof['text']}"
        yield "", proof["why"]
