"""The wheel alone, in an environment of its own, reads log files: no extra is needed, none sneaks in."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SEED = ROOT / "tests" / "cases" / "seed.log"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = tmp_path_factory.mktemp("source")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("ttslog", "reference_service"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", source / "dist", source]
    subprocess.run(command, check=True, capture_output=True)
    return next((source / "dist").glob("*.whl"))


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=True)
    python = home / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel]
    subprocess.run(command, check=True, capture_output=True)
    return python


def ask(python, *arguments):
    done = subprocess.run([python.parent / "ttslog", *arguments], capture_output=True, text=True, check=True, cwd="/")
    return done.stdout


def test_the_wheel_alone_traces_and_ranks_and_reports(python, tmp_path):
    assert json.loads(ask(python, "trace", "ts_7f3a", str(SEED), "--json"))["request"]["duration_ms"] == 523.0
    assert json.loads(ask(python, "top-errors", str(SEED), "--json"))["errors"][0]["error_code"] == "SCIPY_FFT_INVALID"
    ask(python, "report", str(SEED), "-o", str(tmp_path / "incident.html"))
    assert "SCIPY_FFT_INVALID" in (tmp_path / "incident.html").read_text("utf-8")


def test_the_wheel_brings_no_engine_and_no_web_framework(python):
    listed = subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, check=True)
    names = {package["name"].lower() for package in json.loads(listed.stdout)}
    assert not names & {"torch", "flask", "pandas", "numpy", "structlog", "sentry-sdk", "modelscope", "librosa"}


def test_the_wheel_is_typed_and_carries_its_data_and_no_weights(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "ttslog/py.typed" in names
    assert {"ttslog/signatures.toml", "ttslog/http_statuses.toml"} <= set(names)
    assert any(name.startswith("ttslog/reports/assets/") for name in names)
    assert {"page.html", "page.css", "page.js"} <= {
        name.rpartition("reference_service/web/assets/")[2] for name in names
    }
    assert not [name for name in names if name.endswith((".onnx", ".bin", ".pt", ".npz", ".wav"))]
    assert wheel.stat().st_size < 2_000_000
