"""`ttslog index`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from ttslog.commands._config import setting
from ttslog.commands._shared import Question
from ttslog.commands._show import conclude, to_json
from ttslog.commands._zone import read_zone
from ttslog.errors import OutputFailed
from ttslog.windows import Window

if TYPE_CHECKING:
    from ttslog.index.store import Store

_MB = 1_000_000


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("--status", is_flag=True, help="Say what is kept and where, and read nothing.")
@click.option("--clear", is_flag=True, help="Remove all that is kept.")
@click.option(
    "--tz", metavar="ZONE", help="Zone of times written without one: what is kept answers questions in it. [local]"
)
@click.option("--format", "form", type=click.Choice(["table", "json"]), help="[table]")
@click.option("--json", "as_json", is_flag=True, help="Short for --format json.")
@click.option("--strict", is_flag=True, help="Exit with 3 when a file is damaged or a line bad.")
@click.option("-v", "--verbose", is_flag=True, help="Name every file, also those that gave no trouble.")
def command(paths: tuple[str, ...], tz: str | None, form: str | None, **switches: bool) -> int:
    """Read logs now, so that later questions about them are answered at once.

    What the files tell is kept as columns, by the content of each, in $TTSLOG_CACHE_DIR (else the user's cache folder).
    `top-errors`, `requests`, `stages` and `report` keep it too when there are 32 MiB of text or more, and so does
    `trace` for a request without an end; not with --no-cache, --formats or a pipe. $TTSLOG_CACHE_MB is the most that is
    kept, in MiB [2048].

    \b
    ttslog index /var/log/tts
    ttslog index --status
    """
    from ttslog.index.store import default_store  # noqa: PLC0415

    as_json = switches["as_json"] or form == "json"
    store = default_store()
    if switches["clear"]:
        _say({"cleared_bytes": store.clear(), "folder": str(store.folder)}, as_json=as_json)
        return 0
    if switches["status"]:
        _say(_status(store), as_json=as_json)
        return 0
    zone = read_zone(tz or setting("tz"))
    asked = Question(paths, Window(), zone, None, form, strict=switches["strict"], verbose=switches["verbose"])
    return _index(asked, store, as_json=as_json)


def _index(asked: Question, store: Store, *, as_json: bool) -> int:
    logs = asked.logs
    _ensure_kept(store)
    from ttslog.index.opening import index_files  # noqa: PLC0415 - brings polars

    reading = index_files(logs)
    _say(_status(store), as_json=as_json)
    return conclude(reading, asked)


def _ensure_kept(store: Store) -> None:
    """Raise where nothing can be written: other questions go on without, but to keep is all that is asked for here.

    Raises:
        OutputFailed: so it is.
    """
    try:
        store.begin().rmdir()
    except OSError as error:
        raise OutputFailed(
            f"nothing can be kept in {store.folder}: {error.strerror or error};"
            " set $TTSLOG_CACHE_DIR to a folder that can be written"
        ) from None


def _status(store: Store) -> dict[str, object]:
    pieces = list(store.pieces())
    return {
        "files": len(pieces),
        "bytes": sum(piece.size_bytes for piece in pieces),
        "most_bytes": store.cap_bytes,
        "folder": str(store.folder),
    }


def _say(facts: dict[str, object], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(f"{to_json(facts)}\n")
        return
    for name, value in facts.items():
        shown = f"{value / _MB:,.1f} MB" if name.endswith("bytes") and isinstance(value, int) else value
        sys.stdout.write(f"{name.removesuffix('_bytes').replace('bytes', 'size')}\t{shown}\n")
