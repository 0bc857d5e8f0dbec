"""A cache of a test's own, and logs to keep in it."""

from __future__ import annotations

import pytest

from tests.faults.writing import failed, gz, requests, start
from tests.index.kept import lay, noting_extractions


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TTSLOG_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def logs(tmp_path):
    """Three files of one log that nobody has written to for long."""
    folder = tmp_path / "logs"
    folder.mkdir()
    lay(folder / "app.log.2.gz", gz(requests(40) + start(40, "r-lost")))
    lay(folder / "app.log.1.gz", gz(requests(40, first=40) + failed(90, "r-lost")))
    lay(folder / "app.log", requests(10, first=100))
    return folder


@pytest.fixture
def extracted(monkeypatch):
    """The names of the files that were extracted."""
    return noting_extractions(monkeypatch, lambda task: task.file.path.name)
