"""Whole commands as data: tests/cases/*.toml."""

from __future__ import annotations

import json
import tomllib
from typing import Any

import pytest

from tests.cli.conftest import CASES

ALL = [
    pytest.param(case, id=case["name"])
    for path in sorted(CASES.glob("*.toml"))
    for case in tomllib.loads(path.read_text("utf-8"))["case"]
]


@pytest.mark.parametrize("case", ALL)
def test_command(case, folder, ttslog, monkeypatch):
    prepare(case, folder, monkeypatch)
    answer = ttslog(*case["args"])
    assert answer.code == case.get("exit", 0), answer.err
    for expected in case.get("out", []):
        assert expected in answer.out
    for unwanted in case.get("not_out", []):
        assert unwanted not in answer.out
    for expected in case.get("err", []):
        assert expected in answer.err
    if answer.code in (1, 2):
        *balance, mistake = answer.err.splitlines()
        assert mistake.startswith("ttslog: "), "a mistake gets one line"
        assert not balance or balance[0].startswith("read "), "behind what was read, if anything was"
        assert answer.out == ""
    document = json.loads(answer.out) if "json" in case else None
    for path, expected in case.get("json", {}).items():
        assert look_up(document, path) == (None if expected == "null" else expected), path


def prepare(case, folder, monkeypatch):
    for name in case.get("mkdir", []):
        (folder / name).mkdir()
    for name, text in case.get("files", {}).items():
        (folder / name).write_text(text, "utf-8")
    for name, source in case.get("cut", {}).items():
        (folder / name).write_bytes((folder / source).read_bytes()[:-20])
    for name, value in case.get("env", {}).items():
        monkeypatch.setenv(name, value)


def look_up(document: Any, path: str) -> Any:
    """Follow `errors.0.count`; "missing" where the way ends early."""
    for key in path.split("."):
        try:
            document = document[int(key)] if isinstance(document, list) else document[key]
        except (IndexError, KeyError):
            return "missing"
    return document
