"""`ttslog index`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ttslog.commands._shared import Question, question
from ttslog.commands._show import conclude, to_json
from ttslog.errors import UsageError

if TYPE_CHECKING:
    from ttslog.index.store import Store

_MB = 1_000_000


@click.command()
@click.option("--status", is_flag=True, help="Say what is kept and where, and read nothing.")
@click.option("--clear", is_flag=True, help="Remove all that is kept.")
@question
def command(asked: Question, *, status: bool, clear: bool) -> int:
    """Read logs now, so that later questions about them are answered at once.

    What the files tell is kept as columns, by the content of each, in $TTSLOG_CACHE_DIR (else the user's cache folder):
    of whole files, whatever the window is. `top-errors`, `requests`, `stages` and `report` keep it too when there are
    32 MiB of text or more, and so does `trace` for a request without an end; not with --no-cache, --formats or a pipe.
    $TTSLOG_CACHE_MB is the most that is kept, in MiB [2048].

    \b
    ttslog index /var/log/tts
    ttslog index --status
    """
    from ttslog.index.store import default_store  # noqa: PLC0415

    store = default_store()
    if clear:
        _say({"cleared_bytes": store.clear(), "folder": str(store.folder)}, asked)
        return 0
    if status:
        _say(_status(store), asked)
        return 0
    if not asked.cache:
        raise UsageError("`index` keeps what it reads and --no-cache keeps nothing: leave out one of them")
    from ttslog.index.opening import index_files  # noqa: PLC0415 - brings polars

    reading = index_files(asked.logs)
    _say(_status(default_store()), asked)
    return conclude(reading, asked)


def _status(store: Store) -> dict[str, object]:
    pieces = list(store.pieces())
    return {
        "files": len(pieces),
        "bytes": sum(piece.size_bytes for piece in pieces),
        "most_bytes": store.cap_bytes,
        "folder": str(store.folder),
    }


def _say(facts: dict[str, object], asked: Question) -> None:
    if asked.form in ("json", "ndjson"):
        sys.stdout.write(f"{to_json(facts)}\n")
        return
    for name, value in facts.items():
        shown = f"{value / _MB:,.1f} MB" if name.endswith("bytes") and isinstance(value, int) else value
        sys.stdout.write(f"{name.removesuffix('_bytes').replace('bytes', 'size')}\t{shown}\n")
