"""Ask: large logs -> their pieces, merged; for small ones reading them is quicker than anything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from ttslog.large import is_large
from ttslog.logs import Logs
from ttslog.outside import mark_outside
from ttslog.sources import LogFile, list_files

if TYPE_CHECKING:
    from ttslog.index.merge import Merged


def ask(logs: Logs, parts: frozenset[str] = frozenset()) -> Merged | None:
    """Return large logs as merged pieces, made now or found; None where line by line is the way to go.

    Args:
        logs: what is asked about.
        parts: names of the files of a piece that will be looked at. Who needs none is content with counts; reading for
            these takes less than making pieces, which pays only where they are kept for the next question.

    Raises:
        UsageError: the window is the wrong way round.
    """
    files = list_files(logs.paths)
    if logs.formats or not is_large(files) or any(file.is_stream for file in files) or not (parts or logs.cache):
        return None
    span = logs.span()
    from ttslog.index.opening import open_pieces  # noqa: PLC0415 - the rest of the index: small logs need it not

    marked = mark_outside(files, span, logs.zone, None)
    return open_pieces(_whole(marked) if logs.cache else marked, logs, span, parts)


def _whole(files: Sequence[LogFile]) -> list[LogFile]:
    """Return files of which all is read: the next question may be about another window."""
    return [msgspec.structs.replace(file, since_us=None) for file in files]
