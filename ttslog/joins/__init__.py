"""Joins: lines without a request id -> lines with one, where the log shows whose they are; the rest stays as it is.

An event that has an id passes untouched. One without gets that of its request, and says in `join` and `confidence`
how it came to it: by the id that its message names (request_id), by a key it shares with the request (trace id,
connection, output path), or by its place in the log (serial). Lines of requests that ran at the same time and cannot
be told apart stay without an id, and the requests say so with a low confidence. Every event comes out once. What is
made beside them, an end that was counted or the start of a request that is one line, says so in `made_by`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ttslog.joins.joiner import Carried, Joiner
from ttslog.own_words import edge_of
from ttslog.parsers import Event
from ttslog.reading import Scan

__all__ = ["Carried", "Joiner", "join"]


def join(events: Iterable[Event], files: Sequence[str] = (), joiner: Joiner | None = None) -> Iterator[Event]:
    """Yield the events of a reading, each once, with the request ids that the log allows to give.

    The lines of a request without an id come out together when it is over, so that their order is that of ends.

    Args:
        events: in file order; usually a scan.
        files: path of each file by its number in the events; a scan brings its own.
        joiner: a new one, for who wants to look at what it carries from line to line.
    """
    paths = [file.path for file in events.reading.files] if isinstance(events, Scan) else files
    joiner = joiner or Joiner(paths)
    for event in events:
        if event.request_id is None:
            yield from joiner.take(event)
        else:
            edge = edge_of(event)
            if edge is not None:
                yield from joiner.see(event, edge)
            yield event
    yield from joiner.finish()
