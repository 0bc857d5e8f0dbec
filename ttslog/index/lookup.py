"""Lookup: what kept pieces know of an id, in place of a search through the files they were made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from ttslog.finding import HEAD_LINES, Hits, IdSearch, LineRange, search_for_id
from ttslog.index.before import files_before, names
from ttslog.index.damage import DamagedPiece
from ttslog.index.ids import IDS_FILE, Place, find_ids
from ttslog.index.store import Store, default_store
from ttslog.sources import Damage, LineNotes, LogFile, read_lines


def look_up(request_id: str, files: Sequence[LogFile], zone: tzinfo) -> IdSearch | None:
    """Begin to search files for an id as `search_for_id` does, but for those of which kept pieces know enough."""
    return search_for_id(request_id, files, known_hits(request_id, files, default_store(), zone))


def known_hits(beginning: str, files: Sequence[LogFile], store: Store, zone: tzinfo) -> Mapping[int, Hits]:
    """Return the hits of the files whose pieces are kept, by number.

    Args:
        beginning: of the wanted ids.
        files: as listed.
        store: only what it can tell from time stamps is used: no file is read to find out what it holds.
        zone: of times that are written without one.
    """
    found: dict[int, Hits] = {}
    spans: dict[int, list[LineRange]] = {}
    for number, before in files_before(files).items():
        earlier = None if before is None else files[before]
        key = store.known_key(files[number], earlier, zone)
        answer = None if key is None else _ask(store, key, beginning)
        if answer is None or answer[1]["names"] not in (None, names(files[number], earlier)):
            continue
        places, about = answer
        found[number] = _hits(about)
        spans.setdefault(number, []).extend(_inside(places))
        if before is not None:
            spans.setdefault(before, []).extend(_reaching(places, found.get(before)))
    for number, hits in found.items():
        hits.ranges = _merged(spans[number])
    return found


def _ask(store: Store, key: str, beginning: str) -> tuple[list[Place], dict[str, Any]] | None:
    try:
        return find_ids(store.piece(key) / IDS_FILE, beginning)
    except DamagedPiece:  # or there is none: the file is searched
        return None


def _inside(places: Iterable[Place]) -> Iterable[LineRange]:
    """Return where requests stand in the file in which they ended, or were held until it was read."""
    yield from (LineRange(max(place.first, 1), place.last) for place in places if place.last > 0)


def _reaching(places: Iterable[Place], before: Hits | None) -> Iterable[LineRange]:
    """Return where requests that ended in a file stand in the file before it: from their first line to its end."""
    if before is not None:
        yield from (LineRange(-place.first, before.lines) for place in places if place.first < 0)


def _merged(ranges: Iterable[LineRange]) -> list[LineRange]:
    merged: list[LineRange] = []
    for one in sorted(ranges):
        if merged and one.first <= merged[-1].last + 1:
            merged[-1] = LineRange(merged[-1].first, max(one.last, merged[-1].last))
        else:
            merged.append(one)
    return merged


def about_file(file: LogFile, lines: int, damage: Iterable[Damage], made_of: list[str] | None) -> dict[str, Any]:
    """Return what `known_hits` has to know of a file beside its ids.

    Args:
        file: as listed; its beginning is read.
        lines: how many it has.
        damage: what was wrong with it.
        made_of: the names that its request ids are made of, None where they stand in its lines.
    """
    head: list[bytes] = []
    text_bytes = 0
    for block in read_lines(file, [], LineNotes()):
        head += block[: HEAD_LINES - len(head)]
        text_bytes = sum(map(len, block)) * lines // len(block)  # nobody asks for it to the byte
        if len(head) >= HEAD_LINES:
            break
    return {
        "lines": lines,
        "text_bytes": text_bytes,
        "head": [line.decode("latin-1") for line in head],
        "damage": [[one.kind, one.offset, one.detail] for one in damage],
        "names": made_of,
    }


def _hits(about: Mapping[str, Any]) -> Hits:
    return Hits(
        lines=about["lines"],
        text_bytes=about["text_bytes"],
        head=[line.encode("latin-1") for line in about["head"]],
        damage=[Damage(*one) for one in about["damage"]],
    )
