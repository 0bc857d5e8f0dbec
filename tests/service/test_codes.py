"""Every code that the service can give is in the catalogue that explains it."""

from __future__ import annotations

import ast
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import reference_service
from ttslog import instrument, signatures

if TYPE_CHECKING:
    from collections.abc import Iterator


def codes_in(package) -> set[str]:
    sources = Path(package.__file__).parent.rglob("*.py")
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sources]
    calls = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return set(chain.from_iterable(map(codes_of, calls)))


def codes_of(call: ast.Call) -> Iterator[str]:
    named = [given.value for given in call.keywords if given.arg in {"error_code", "warning_code"}]
    refused = call.args[:1] if isinstance(call.func, ast.Name) and call.func.id in {"CodedError", "_refusal"} else []
    for value in (*named, *refused):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value


def test_every_code_in_the_source_is_in_the_catalogue():
    used = codes_in(reference_service) | codes_in(instrument)

    assert used >= {"TEXT_EMPTY", "CACHE_WRITE_FAILED", "SERVICE_OVERLOADED", "CLIENT_DISCONNECTED"}
    assert used <= signatures.load().keys()
