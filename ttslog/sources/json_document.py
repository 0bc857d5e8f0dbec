"""JSON written over several lines -> one line an object, and blank ones for the rest.

`gcloud logging read --format=json` and `jq -s` write one array, `aws logs filter-log-events` and Elasticsearch an
object around it, `jq .` one object below the other. The number of line feeds stays what it was, so that a line of the
answer is a line of the file. Objects that were written on one line each stay where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain

_OPENING = (b"[", b"{")
_PEEKED = 256  # bytes in which the first line of such a file ends
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"')
# A list of records in the object that a programming interface answers; an object that is a record has lists of its own.
_LIST = re.compile(rb'"(?:events|logEvents|hits|results|data|entries|items|logs)"\s*:\s*\[')
_OF_A_RECORD = re.compile(rb'\s*"(?:event|message|msg|timestamp|@timestamp|time|ts|level|severity)"\s*:')
_STRUCTURE = re.compile(rb'[\[\]{}, ]*|"(?:[^"\\]|\\.)*+"(?:\s*:.*|,?)')
_LONGEST_OBJECT = 4 << 20


def one_line_each(chunks: Iterable[bytes]) -> tuple[bool, Iterator[bytes]]:
    """Return whether the text is such JSON, and the text: recoded if it is, else as it came."""
    rest = iter(chunks)
    first = b""
    while len(first) < _PEEKED and (not first.strip() or (b"\n" not in first.lstrip() and first.strip() in _OPENING)):
        more = next(rest, None)
        if not more:
            rest = rest if more is None else chain((more,), rest)
            break
        first += more
    whole = chain((first,) if first else (), rest)
    if first.lstrip()[:1] not in (b"[", b"{") or not _is_document(first):
        return False, whole
    return True, _recoded(whole)


def _is_document(first: bytes) -> bool:
    line, _, behind = first.lstrip().partition(b"\n")
    # An opening bracket is half a line of anything; a key or an object below it is JSON.
    return line.strip() in _OPENING and behind.lstrip()[:1] in (b"", b"{", b'"')


def _recoded(chunks: Iterable[bytes]) -> Iterator[bytes]:
    objects = _Objects()
    begun = b""
    for chunk in chunks:
        if not chunk:
            yield objects.take(begun) if begun else b""
            yield objects.give_up()
            yield chunk
            begun = b""
            continue
        *lines, begun = (begun + chunk).split(b"\n")
        if recoded := b"".join(map(objects.take, (line + b"\n" for line in lines))):
            yield recoded
        if len(begun) > _LONGEST_OBJECT:
            yield objects.give_up() + begun
            begun = b""
    last = objects.take(begun) if begun else b""
    yield last + objects.give_up()


class _Objects:
    """Gathers the lines of one object; what stands around the objects becomes blank.

    Attributes:
        around: brackets that are open around the objects.
        depth: brackets that are open of the object that is gathered.
    """

    def __init__(self) -> None:
        self.around = 0
        self.depth = 0
        self._lines: list[bytes] = []
        self._bytes = 0

    def take(self, line: bytes) -> bytes:
        """Take one line, with its line feed; return those that it completes."""
        text = line.strip().removeprefix(b",")
        if not self.depth and not text.startswith(b"{"):
            return self._between(text, line)
        self._lines.append(line)
        self._bytes += len(line)
        self.depth += _opened(text)
        if self._is_around(text):
            return self._step_inside()
        if self.depth <= 0:
            return self._end()
        return self.give_up() if self._bytes > _LONGEST_OBJECT else b""

    def give_up(self) -> bytes:
        """Return what is gathered as it is: the file was cut within an object, or it is none."""
        rest = b"".join(self._lines)
        self._begin_anew()
        return rest

    def _between(self, text: bytes, line: bytes) -> bytes:
        """Brackets around the objects, and what else stands there, are no records; other text is left alone."""
        if (not self.around and text != b"[") or _STRUCTURE.fullmatch(text) is None:
            return line
        self.around = max(0, self.around + _opened(text))
        return b"\n" if line.endswith(b"\n") else b" "

    def _is_around(self, text: bytes) -> bool:
        """Return whether a list of records begins, and the object gathered so far is what stands around it."""
        if self.around or _LIST.fullmatch(text) is None:
            return False
        return not any(map(_OF_A_RECORD.match, self._lines))

    def _step_inside(self) -> bytes:
        self.around, feeds = self.depth, len(self._lines)
        self._begin_anew()
        return b"\n" * feeds

    def _end(self) -> bytes:
        count, is_last = len(self._lines), not self._lines[-1].endswith(b"\n")
        text = b"".join(line.strip() for line in self._lines).strip(b",")
        self._begin_anew()
        if is_last:  # without a line feed it is a line all the same
            return text + (b"\n" * (count - 1) + b" " if count > 1 else b"")
        return text + b"\n" * count

    def _begin_anew(self) -> None:
        self._lines.clear()
        self._bytes = self.depth = 0


def _opened(text: bytes) -> int:
    """Return how many brackets a line opens and does not close. Strings end on their line in JSON."""
    bare = _STRING.sub(b"", text)
    return bare.count(b"{") + bare.count(b"[") - bare.count(b"}") - bare.count(b"]")
