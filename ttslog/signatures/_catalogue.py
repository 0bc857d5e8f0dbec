"""The error catalogue: `signatures.toml` and the user's own TOML as frozen rows, read when first asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import msgspec

from ttslog.errors import UsageError

Severity = Literal["critical", "high", "medium", "low"]
Fault = Literal["server", "client", "upstream"]
Retryable = Literal["yes", "no", "backoff"]
Language = Literal["en", "zh"]

_OWN = Path(__file__).parent.parent / "signatures.toml"


class Where(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A message that proves a code only in a place: `given` is searched in frames, logger and the lines before."""

    message: str
    given: str


class Signature(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One code: what it means, what to do, and the messages that prove it (see the head of `signatures.toml`)."""

    code: str
    stage: str
    severity: Severity
    fault: Fault
    retryable: Retryable
    cause_en: str
    cause_zh: str
    remedy_en: str
    remedy_zh: str
    aliases: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    where: tuple[Where, ...] = ()
    likely: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    frames: tuple[str, ...] = ()
    sample: str = ""

    def cause(self, lang: Language = "en") -> str:
        """Return why it happens, in one sentence."""
        return self.cause_zh if lang == "zh" else self.cause_en

    def remedy(self, lang: Language = "en") -> str:
        """Return what to do about it."""
        return self.remedy_zh if lang == "zh" else self.remedy_en


class Catalogue(msgspec.Struct, frozen=True):
    """All codes, and what text that is no error looks like."""

    signatures: dict[str, Signature]
    harmless: tuple[str, ...]
    recovered: tuple[str, ...]
    stages: dict[str, str]


def load(extra: Path | None = None) -> dict[str, Signature]:
    """Return every signature by code; `extra` is a TOML file of the user with rows of the same shape.

    A row of `extra` with a known code replaces that code's texts and adds to its patterns; a new code needs
    all the texts. Raises UsageError, with file and reason, for a file that cannot be understood.
    """
    return catalogue(extra).signatures


def lookup(code: str, extra: Path | None = None) -> Signature | None:
    """Return the signature of a code or of an alias (case does not matter), None for an unknown one."""
    return _names(extra).get(code.strip().upper())


@cache
def catalogue(extra: Path | None = None) -> Catalogue:
    """Return the whole catalogue; read once for each `extra`."""
    tables = _tables(_OWN)
    if extra is not None:
        tables = _merged(tables, _checked(_tables(extra), extra))
    return _built(tables, extra or _OWN)


@cache
def _names(extra: Path | None) -> dict[str, Signature]:
    signatures = load(extra)
    aliases = {alias: row for row in signatures.values() for alias in row.aliases}
    return aliases | signatures


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a TOML file: {error}") from error


def _merged(own: Mapping[str, Any], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Return `own` with `extra` laid over it: tables merge, lists grow (the extra items first), values are replaced."""
    merged = dict(own)
    for key, value in extra.items():
        known = merged.get(key)
        if isinstance(known, dict) and isinstance(value, dict):
            merged[key] = _merged(known, value)
        elif isinstance(known, list) and isinstance(value, list):
            merged[key] = [*value, *known]
        else:
            merged[key] = value
    return merged


def _built(tables: dict[str, dict[str, Any]], path: Path) -> Catalogue:
    try:
        rows = [msgspec.convert({**table, "code": code}, Signature) for code, table in tables.items() if code.isupper()]
        rest = msgspec.convert(
            {
                "signatures": {row.code: row for row in rows},
                "harmless": tables["harmless"]["patterns"],
                "recovered": tables["recovered"]["patterns"],
                "stages": tables["stages"],
            },
            Catalogue,
        )
    except (msgspec.ValidationError, TypeError) as error:
        raise UsageError(f"{path}: {error}") from error
    return rest


def _checked(tables: Mapping[str, Any], path: Path) -> Mapping[str, Any]:
    """Return the user's tables once every pattern in them compiles: a wrong one is named now, not amid a log."""
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise UsageError(f"{path}: `{name}` stands outside a [CODE] table")
        for pattern in _patterns(table):
            try:
                re.compile(pattern)
            except re.error as error:
                raise UsageError(f"{path}: [{name}] {pattern!r} is no regular expression: {error}") from error
    return tables


def _patterns(table: Mapping[str, Any]) -> Iterator[str]:
    for item in chain.from_iterable(table.get(key, ()) for key in ("patterns", "where", "likely", "hints")):
        yield from item.values() if isinstance(item, dict) else (item,)
