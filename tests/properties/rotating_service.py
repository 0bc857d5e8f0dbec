"""A service that writes, rotates, compresses, is killed and damaged, and what of its lines a reader must find.

Everything is bytes in memory: file name -> content, beside the lines that were whole in it.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field

_NUMBER = re.compile(rb'"number": (\d+)')
_HEADER_BYTES = 10  # of gzip: nothing checks most of its bits


def line(number: int, size: int) -> bytes:
    record = f'{{"timestamp": "2026-11-20T12:{number // 60:02}:{number % 60:02}Z", "event": "tick", "number": {number}'
    return f'{record}, "padding": "{"日" * size}"}}\n'.encode()


def gz(content: bytes) -> bytes:
    pack = zlib.compressobj(6, zlib.DEFLATED, 31)
    return pack.compress(content) + pack.flush()


@dataclass
class Service:
    """The files of one log.

    Attributes:
        files: name -> bytes as they lie on the disk.
        texts: name -> the whole lines that were written into it.
        sure: numbers of the lines that no damage can have touched: a reader must find each exactly once.
        touched: numbers of the lines that damage may have taken or changed.
        damaged: names of the files that a reader must call damaged.
    """

    files: dict[str, bytes] = field(default_factory=lambda: {"app.log": b""})
    texts: dict[str, bytes] = field(default_factory=lambda: {"app.log": b""})
    sure: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    damaged: set[str] = field(default_factory=set)
    written: int = 0
    copied: bytes | None = None

    def write(self, share: float) -> None:
        text = line(self.written, int(share * 40))
        self.files["app.log"] += text
        self.texts["app.log"] += text
        self.sure.add(self.written)
        self.written += 1

    def tear(self, share: float) -> None:
        """Be killed in the middle of a line."""
        text = line(self.written, 9)
        self.files["app.log"] += text[: 1 + int(share * (len(text) - 3))]
        self.written += 1

    def rename(self, _: float) -> None:
        if self.files["app.log"]:
            self._shift()
            self._move("app.log", "app.log.1")
            self._put("app.log", b"", b"")
            self.copied = None

    def copy(self, _: float) -> None:
        """The first half of copytruncate: until the second, every line lies there twice."""
        if self.files["app.log"] and self.copied is None:
            self._shift()
            self._put("app.log.1", self.files["app.log"], self.texts["app.log"])
            self.copied = self.texts["app.log"]

    def truncate(self, _: float) -> None:
        """The second half: what was written between the two is lost."""
        if self.copied is not None:
            self.sure -= numbers_in(self.texts["app.log"].removeprefix(self.copied))
            self._put("app.log", b"", b"")
            self.copied = None

    def compress(self, share: float) -> None:
        if name := _pick(self._plain(), share):
            content, text = self.files.pop(name), self.texts.pop(name)
            self._put(f"{name}.gz", gz(content), text)

    def die_compressing(self, share: float) -> None:
        if name := _pick(self._plain(), share):
            whole = gz(self.files[name])
            self._put(f"{name}.gz", whole[: 2 + int(share * (len(whole) - 2))], b"")

    def cut(self, share: float) -> None:
        if name := _pick(self._packed(), share):
            whole = self.files[name]
            self._damage(name, whole[: 2 + int(share * (len(whole) - 3))])

    def flip(self, share: float) -> None:
        if name := _pick(self._packed(), share):
            content = bytearray(self.files[name])
            bit = int(share * (len(content) - _HEADER_BYTES) * 8)
            content[_HEADER_BYTES + bit // 8] ^= 1 << bit % 8
            if not _means_the_same(bytes(content), self.files[name]):
                self._damage(name, bytes(content))

    def _packed(self) -> list[str]:
        return [name for name in self.files if name.endswith(".gz") and self.texts[name] and name not in self.damaged]

    def _plain(self) -> list[str]:
        return [name for name in self.files if name[-1].isdigit() and f"{name}.gz" not in self.files]

    def _shift(self) -> None:
        """Count every rotated file up by one."""
        for name in sorted(self.files, key=_count, reverse=True):
            if number := _count(name):
                self._move(name, name.replace(f".{number}", f".{number + 1}"))

    def _damage(self, name: str, content: bytes) -> None:
        numbers = numbers_in(self.texts[name])
        self.sure -= numbers
        self.touched |= numbers
        self.damaged.add(name)
        self.files[name] = content

    def _put(self, name: str, content: bytes, text: bytes) -> None:
        self.files[name], self.texts[name] = content, text

    def _move(self, old: str, new: str) -> None:
        self.files[new], self.texts[new] = self.files.pop(old), self.texts.pop(old)
        if old in self.damaged:
            self.damaged.remove(old)
            self.damaged.add(new)


STEPS = (
    *(Service.write,) * 6,
    Service.tear,
    *(Service.rename,) * 2,
    Service.copy,
    Service.truncate,
    *(Service.compress,) * 2,
    Service.die_compressing,
    Service.cut,
    Service.flip,
)


def numbers_in(text: bytes) -> set[int]:
    return {int(number) for number in _NUMBER.findall(text)}


def _means_the_same(content: bytes, sound: bytes) -> bool:
    """A few bits behind the last symbol fill up a byte and mean nothing."""
    try:
        return zlib.decompress(content, 31) == zlib.decompress(sound, 31)
    except zlib.error:
        return False


def _pick(names: list[str], share: float) -> str | None:
    return sorted(names)[int(share * len(names))] if names else None


def _count(name: str) -> int:
    return int(digits[0]) if (digits := re.findall(r"\.(\d+)", name)) else 0
