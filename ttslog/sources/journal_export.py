"""The journal's export format -> the lines that `journalctl -o json` writes: one an entry, and blank ones for the rest.

An entry is a field a line and a blank line behind it. A value with a control character in it (a colour, a line
feed) stands behind its name's line: its length in eight bytes, little-endian, and then the bytes, whatever they are.
Such a file has to be cut by its lengths before it can be cut into lines. The number of line feeds stays what it was.
https://systemd.io/JOURNAL_EXPORT_FORMATS/
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

FIRST_FIELDS = (b"__CURSOR=", b"__REALTIME_TIMESTAMP=")
_NAME = re.compile(rb"[A-Z_][A-Z0-9_]{0,63}")
_LENGTH_BYTES = 8
_LONGEST_VALUE = 1 << 20  # a core dump is a field too; as in JSON a longer value is null

_Value = str | list[int] | list[str] | None


def is_export(first: bytes) -> bool:
    """Return whether a file that begins with these bytes is in the export format."""
    return first.startswith(FIRST_FIELDS)


def as_json_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Recode a file in the export format; what is no field passes as it is. An empty chunk is a gap: it ends an entry.

    At most one value is held in memory, and of one longer than 1 MiB nothing.
    """
    entries = _Entries()
    for chunk in chunks:
        if chunk:
            if recoded := entries.feed(chunk):
                yield recoded
            continue
        yield entries.finish()
        yield chunk
    yield entries.finish()


class _Entries:
    """Cuts bytes into fields and gathers the fields of an entry."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._fields: dict[str, _Value] = {}
        self._line_feeds = 0
        self._to_skip = 0  # bytes of a value that is too long to be kept

    def feed(self, chunk: bytes) -> bytes:
        """Take bytes; return the lines of the entries that they complete."""
        self._bytes += chunk
        done, at = [], 0
        while (step := self._step(at)) is not None:
            at, line = step
            done.append(line)
        del self._bytes[:at]
        return b"".join(done)

    def finish(self) -> bytes:
        """Take what is left as it is: the file was cut within an entry."""
        rest = bytes(self._bytes)
        self._bytes.clear()
        self._to_skip = 0
        if rest:
            name, _, value = rest.partition(b"\n" if _NAME.match(rest.partition(b"\n")[0]) else b"=")
            self._put(name, value, rest.removesuffix(b"\n") + b"\n")
        return self._end(0) if self._line_feeds else b""

    def _step(self, at: int) -> tuple[int, bytes] | None:
        """Take one field, or the end of an entry; return where it ends and the lines it completes, None to wait."""
        if self._to_skip:
            return self._skip(at)
        end = self._bytes.find(b"\n", at)
        if end < 0:
            return None
        line = bytes(self._bytes[at:end])
        if not line:
            return end + 1, self._end(1)
        if _NAME.fullmatch(line):
            return self._binary(line, at, end + 1)
        name, equals, value = line.partition(b"=")
        if not equals or not _NAME.fullmatch(name):
            return end + 1, self._end(0) + line + b"\n"
        self._put(name, value, b"\n")
        return end + 1, b""

    def _binary(self, name: bytes, at: int, length_at: int) -> tuple[int, bytes] | None:
        value_at = length_at + _LENGTH_BYTES
        if len(self._bytes) < value_at:
            return None
        end = value_at + int.from_bytes(self._bytes[length_at:value_at], "little")
        if end - value_at > _LONGEST_VALUE:
            self._to_skip = end + 1 - value_at
            self._put(name, None, self._bytes[at:value_at])
            return value_at, b""
        if len(self._bytes) <= end:
            return None
        self._put(name, bytes(self._bytes[value_at:end]), self._bytes[at : end + 1])
        return end + 1, b""

    def _skip(self, at: int) -> tuple[int, bytes] | None:
        skipped = self._bytes[at : at + self._to_skip]
        self._to_skip -= len(skipped)
        self._line_feeds += skipped.count(b"\n")
        return (at + len(skipped), b"") if skipped else None

    def _put(self, name: bytes, value: bytes | None, raw: bytes | bytearray) -> None:
        self._line_feeds += raw.count(b"\n")
        key, read = name.decode("ascii", "replace"), None if value is None else _read(value)
        before = self._fields.get(key)
        if isinstance(before, str) and isinstance(read, str):
            self._fields[key] = [before, read]  # a field that comes twice is an array in JSON
        else:
            self._fields[key] = read

    def _end(self, line_feeds: int) -> bytes:
        """Return the entry as one line, and a blank one for each line feed more that it had."""
        fields, count = self._fields, self._line_feeds + line_feeds
        self._fields, self._line_feeds = {}, 0
        return (msgspec.json.encode(fields) if fields else b"") + b"\n" * count


def _read(value: bytes) -> str | list[int]:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return list(value)
