"""The error catalogue: `signatures.toml` and the user's own TOML as frozen rows, read when first asked for."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from ttslog.errors import UsageError

Severity = Literal["critical", "high", "medium", "low"]
Fault = Literal["server", "client", "upstream"]
Retryable = Literal["yes", "no", "backoff"]
Language = Literal["en", "zh"]

Kind = TypeVar("Kind")

_OTHER_TABLES = ("harmless", "recovered", "stages")
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
    own = _tables(_OWN)
    if extra is None:
        return _built(own, _OWN)
    added = _tables(extra)
    read = _built(_merged(own, added), extra)
    for code in added:
        _check_patterns(read.signatures.get(code), extra)
    return read


@cache
def _names(extra: Path | None) -> dict[str, Signature]:
    signatures = load(extra)
    aliases = {alias: row for row in signatures.values() for alias in row.aliases}
    return aliases | signatures


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: not a TOML file: {error}") from error
    strange = [name for name, table in tables.items() if not (isinstance(table, dict) and _is_known(name))]
    if strange:
        raise UsageError(f"{path}: `{strange[0]}` is no table of a code in capitals, nor {', '.join(_OTHER_TABLES)}")
    return tables


def _is_known(name: str) -> bool:
    return name.isupper() or name in _OTHER_TABLES


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


def _built(tables: Mapping[str, dict[str, Any]], path: Path) -> Catalogue:
    rest = {name: tables[name] for name in _OTHER_TABLES}
    return Catalogue(
        signatures={code: _row(code, table, path) for code, table in tables.items() if code.isupper()},
        harmless=_converted(rest["harmless"].get("patterns"), tuple[str, ...], f"{path}: [harmless]"),
        recovered=_converted(rest["recovered"].get("patterns"), tuple[str, ...], f"{path}: [recovered]"),
        stages=_converted(rest["stages"], dict[str, str], f"{path}: [stages]"),
    )


def _row(code: str, table: Mapping[str, Any], path: Path) -> Signature:
    return _converted({**table, "code": code}, Signature, f"{path}: [{code}]")


def _converted(value: Any, kind: type[Kind], where: str) -> Kind:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise UsageError(f"{where} {error}") from error


def _check_patterns(row: Signature | None, path: Path) -> None:
    """Compile what a user wrote once, so that a wrong pattern is named now and not amid a log."""
    if row is None:
        return
    places = (pattern for where in row.where for pattern in (where.message, where.given))
    for pattern in (*row.patterns, *row.likely, *row.hints, *places):
        try:
            re.compile(pattern)
        except re.error as error:
            raise UsageError(f"{path}: [{row.code}] {pattern!r} is no regular expression: {error}") from error
