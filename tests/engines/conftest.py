"""The prepared model, damaged copies of it, and what the engines log; all of it is skipped where torch is missing."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from structlog.testing import capture_logs

from reference_service.engines import engine_named
from tests.engines.loopback_hub import LoopbackHub

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from reference_service.engines import Engine

# ModelScope reads these once. A hub that is down here stays down, so one retry tells as much as five.
os.environ |= {"MODELSCOPE_API_MAX_RETRIES": "1", "MODELSCOPE_DOWNLOAD_MAX_RETRIES": "1"}


@pytest.fixture
def lines() -> Iterator[list[Any]]:
    """Return what is logged, line by line, as it comes."""
    with capture_logs() as captured:
        yield captured


@pytest.fixture(scope="session")
def prepared() -> Path:
    """Return the directory of the prepared model."""
    for package in ("torch", "modelscope", "tflite", "pypinyin", "cn2an"):
        pytest.importorskip(package)
    from reference_service.models.prepare import model_folder

    folder = model_folder()
    if not folder.exists():
        pytest.skip("no weights here: run python -m reference_service.models.prepare")
    return folder


@pytest.fixture(scope="session")
def baker(prepared) -> Engine:  # noqa: ARG001  it loads what is prepared
    engine = engine_named("baker")
    engine.load()
    return engine


@pytest.fixture
def model_cache(tmp_path, monkeypatch) -> Iterator[Path]:
    """Let ModelScope look for models in an empty directory, and ask no hub."""
    config = pytest.importorskip("modelscope_hub.config")
    before = config.get_default_config()
    monkeypatch.setenv("MODELSCOPE_CACHE", str(tmp_path))
    monkeypatch.delenv("MODELSCOPE_ENDPOINT", raising=False)
    config.set_default_config(config.HubConfig())
    yield tmp_path
    config.set_default_config(before)


@pytest.fixture
def copied(prepared, model_cache) -> Callable[[], Path]:
    """Return a function that puts a copy of the model, to be damaged, where ModelScope looks for it."""

    def copy() -> Path:
        folder = model_cache / prepared.relative_to(prepared.parents[3])
        shutil.copytree(prepared, folder)
        return folder

    return copy


@pytest.fixture
def hub(model_cache, monkeypatch) -> Iterator[Any]:  # noqa: ARG001  downloads go there
    """Return a hub on loopback that ModelScope takes for the real one."""
    from modelscope_hub import config

    hub = LoopbackHub()
    monkeypatch.setenv("MODELSCOPE_ENDPOINT", hub.url)
    config.set_default_config(config.HubConfig())
    yield hub
    hub.close()
