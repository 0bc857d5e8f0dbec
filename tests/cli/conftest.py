"""Runs the command line in this process, and holds the logs that the cases ask about."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.incident_logs import write
from ttslog.commands import run

CASES = Path(__file__).parents[1] / "cases"


@dataclass
class Answer:
    code: int
    out: str
    err: str


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for name in ("TTSLOG_LOGS", "NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TZ", "UTC")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A working directory with seed.log, own-words.log, gateway.log, and the incident of `incident_logs` in logs/."""
    (tmp_path / "logs").mkdir()
    write(tmp_path / "logs")
    for name in ("seed.log", "own-words.log", "gateway.log"):
        shutil.copy(CASES / name, tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def ttslog(capsys):
    """Return a function that runs `ttslog ARGUMENTS` and gives exit code, stdout and stderr."""

    def ask(*arguments: str | os.PathLike[str]) -> Answer:
        code = run([os.fspath(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return ask
