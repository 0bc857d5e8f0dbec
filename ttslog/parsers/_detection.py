"""Detection: in which order formats are asked about a line. It is computed from their samples.

A format that claims a sample of another one is more general than that one, and asked after it.
"""

from __future__ import annotations

from collections.abc import Mapping

from ttslog.parsers._clock import Clock
from ttslog.parsers._format import Format, ParseAll, ParseLine

NATIVE = "native_json"
# name, parser, and what must stand in the line for it to be asked
Order = tuple[tuple[str, ParseLine | ParseAll, tuple[str, ...]], ...]


# Of the lines that begin alike: the format of the last one, its parser if that is to be asked at once, and the order
# of those asked then.
Way = tuple[str, ParseLine | ParseAll | None, Order]


class Ways(dict[bytes, Way]):
    """Which formats to ask behind one, by the first byte of the line; made when they are first asked for.

    Args:
        name: of the format behind us; it is asked at once if no other may come before it.
        order: of all formats.
        begins: what the lines of each format may begin with.
    """

    def __init__(self, name: str, order: Order, begins: Mapping[str, bytes]) -> None:
        self._name = name
        self._order = order
        self._begins = begins

    def __missing__(self, begin: bytes) -> Way:
        able = tuple(asked for asked in self._order if self._may_begin(asked[0], begin))
        is_first = bool(able) and able[0][0] == self._name
        way = self[begin] = (self._name, able[0][1] if is_first else None, able[is_first:])
        return way

    def _may_begin(self, name: str, begin: bytes) -> bool:
        return not self._begins[name] or not begin.isascii() or begin in self._begins[name]


class Detection:
    """The order of some formats.

    Args:
        formats: by name. Of two that claim each other's samples the earlier one is asked first.
    """

    def __init__(self, formats: Mapping[str, Format]) -> None:
        self.formats = formats
        self.claims = {name: _claims(name, formats) for name in formats}
        self.ranked = sorted(formats, key=lambda name: len(self.claims[name]))
        self._after: dict[str, Order] = {}
        self._ways: dict[str, Ways] = {}

    def after(self, last: str) -> Order:
        """Return the parsers of all formats in the order to ask about a line behind one of format `last`.

        That one is asked first, but for those that are more specific: logs come in runs.
        """
        if last not in self._after:
            specific = self._more_specific(last)
            ahead = [name for name in self.ranked if name in specific]
            names = (*ahead, last, *(name for name in self.ranked if name != last and name not in ahead))
            known = ((name, self.formats[name]) for name in names)
            self._after[last] = tuple(
                (name, format_.parse_all or format_.parse, format_.marks) for name, format_ in known
            )
        return self._after[last]

    def ways(self, last: str) -> Ways:
        """Return the formats to ask about a line behind one of format `last`, by the line's first byte."""
        if last not in self._ways:
            begins = {name: format_.begins for name, format_ in self.formats.items()}
            self._ways[last] = Ways(last, self.after(last), begins)
        return self._ways[last]

    def foreign_marks(self, name: str) -> tuple[str, ...]:
        """Return the marks of a format whose lines are JSON objects that are not native; none for any other."""
        marks = self.formats[name].marks
        return marks if name != NATIVE and any(mark.startswith('"') for mark in marks) else ()

    def _more_specific(self, last: str) -> set[str]:
        """Return the formats to be asked before it: those it claims lines of, those that they claim lines of ..."""
        found: set[str] = set()
        waiting = [last]
        while waiting:
            general = waiting.pop()
            new = {name for name in self.claims[general] if self._rank(name) < self._rank(general)} - found
            found |= new
            waiting.extend(new)
        return found

    def _rank(self, name: str) -> int:
        return self.ranked.index(name)


def _claims(name: str, formats: Mapping[str, Format]) -> frozenset[str]:
    """Return the other formats of whose samples this one claims some."""
    clock, parse = Clock(), formats[name].parse
    return frozenset(
        other
        for other, format_ in formats.items()
        if other != name and any(parse(sample.line.encode(), clock) is not None for sample in format_.samples)
    )
