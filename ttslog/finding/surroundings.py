"""Which lines lie around hits: one stretch in the order of reading, within the logs that the hits stand in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from ttslog.finding.hits import Hits, LineRange


class Surroundings(msgspec.Struct, frozen=True):
    """The lines to read.

    Attributes:
        ranges: by file, in the order of reading.
        first_hit: file and line of the first hit.
        from_start: nothing of the log lies before them.
        to_end: nothing of the log lies behind them.
    """

    ranges: Mapping[int, LineRange]
    first_hit: tuple[int, int]
    from_start: bool
    to_end: bool

    @property
    def lines(self) -> int:
        """How many lines that are."""
        return sum(found.last - found.first + 1 for found in self.ranges.values())


def lines_around(hits: Sequence[Hits], logs: Sequence[str], margin: int) -> Surroundings | None:
    """Return the lines from a margin before the first hit to a margin behind the last, None without any hit.

    What lies between two hits is read, however much it is: whether a request was settled meanwhile depends on how
    many events went by.

    Args:
        hits: of each file, in the order of reading.
        logs: the log of each file (`RotationKey.log`); a margin does not reach into another log.
        margin: lines on each side.
    """
    hit = [number for number, found in enumerate(hits) if found.ranges]
    if not hit:
        return None
    first, last = hit[0], hit[-1]
    ranges = {number: LineRange(1, hits[number].lines) for number in range(first, last + 1) if hits[number].lines}
    at, until = hits[first].ranges[0].first, hits[last].ranges[-1].last
    ranges[first] = LineRange(max(at - margin, 1), ranges[first].last)
    ranges[last] = LineRange(ranges[last].first, min(until + margin, hits[last].lines))
    before = _reach(hits, logs, range(first - 1, -1, -1), logs[first], margin - at + 1)
    behind = _reach(hits, logs, range(last + 1, len(hits)), logs[last], margin - (hits[last].lines - until))
    for number, lines in before.items():
        ranges[number] = LineRange(hits[number].lines - lines + 1, hits[number].lines)
    ranges.update({number: LineRange(1, lines) for number, lines in behind.items()})
    ordered = {number: ranges[number] for number in sorted(ranges)}
    return Surroundings(
        ordered,
        (first, at),
        from_start=_is_edge(hits, logs, range(min(ordered)), logs[first]) and ordered[min(ordered)].first == 1,
        to_end=_is_edge(hits, logs, range(max(ordered) + 1, len(hits)), logs[last])
        and ordered[max(ordered)].last == hits[max(ordered)].lines,
    )


def _reach(hits: Sequence[Hits], logs: Sequence[str], files: range, log: str, lines: int) -> dict[int, int]:
    """Return how many lines of each further file of a log make up so many lines, the nearest file first."""
    taken: dict[int, int] = {}
    for number in files:
        if lines <= 0 or logs[number] != log:
            break
        if hits[number].lines:
            taken[number] = min(lines, hits[number].lines)
            lines -= taken[number]
    return taken


def _is_edge(hits: Sequence[Hits], logs: Sequence[str], beyond: range, log: str) -> bool:
    """Return whether no line of the log lies in the files beyond."""
    return not any(logs[number] == log and hits[number].lines for number in beyond)
