"""What breaks in `baker` for real, and the code that the catalogue gives it."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from reference_service.engines import engine_named
from ttslog.instrument import CodedError, error_code

ONE_LONG_CLAUSE = "天" * 200
FITS_THE_VOICE = "天气" * 70

OUT_OF_MEMORY = f"""
import os, resource
from pathlib import Path
import torch
from reference_service.engines import engine_named
from ttslog.instrument import CodedError, error_code
engine = engine_named("baker")
engine.load()
torch.backends.mkldnn.set_flags(os.environ["WHO"] == "oneDNN")
engine.speak("你好", "baker", 1.0)
pages = int(Path("/proc/self/statm").read_text().split()[0])
_, hard = resource.getrlimit(resource.RLIMIT_AS)
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + int(os.environ["ROOM"]), hard))
try:
    engine.speak("{FITS_THE_VOICE}", "baker", 1.0)
except (RuntimeError, CodedError) as error:
    print(error_code(error), str(error), sep="|")
resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
print(len(engine.speak("今天天气真好", "baker", 1.0)) > 0)
"""
OUT_OF_MEMORY_TEXTS = {  # who has none, with how many bytes of room: which of the two meets the limit first is chance
    "the allocator": (40_000_000, "can't allocate memory: you tried to allocate"),
    "oneDNN": (1_000_000, "oneDNN had no memory for a primitive"),  # not even for its code
}


def code_of(call) -> str:
    with pytest.raises(Exception) as failure:  # noqa: PT011  the code is what is asserted
        call()
    return error_code(failure.value)


@pytest.mark.parametrize(
    ("text", "code"), [("呣，好", "LANGUAGE_UNSUPPORTED"), (ONE_LONG_CLAUSE, "TEXT_TOO_LONG")], ids=["g2p", "long"]
)
def test_a_text_that_the_voice_cannot_take_is_refused(baker, text, code):
    assert code_of(lambda: baker.speak(text, "baker", 1.0)) == code


def test_a_failure_is_logged_in_its_stage(baker, lines):
    with pytest.raises(CodedError):
        baker.speak(ONE_LONG_CLAUSE, "baker", 1.0)

    assert lines[-1]["model_stage"] == "acoustic"
    assert lines[-1]["error_type"] == "CodedError"


def test_the_longest_clause_that_people_write_fits(baker):
    assert len(baker.speak(FITS_THE_VOICE, "baker", 1.0)) > 20 * baker.sample_rate


def test_a_sound_shorter_than_the_vocoder_takes_is_padded(baker):
    samples = baker.speak("啊", "baker", 10.0)

    assert 0 < len(samples) < 10 * 300


def test_without_the_padding_the_vocoder_refuses(baker, monkeypatch):
    monkeypatch.setattr("reference_service.models.modelscope_plugin.MIN_FRAMES", 0)

    assert code_of(lambda: baker.speak("啊", "baker", 10.0)) == "VOCODER_SHAPE_MISMATCH"


@pytest.mark.parametrize("weights", ["acoustic.positions", "acoustic.mel", "vocoder.last"])
def test_a_weight_that_is_not_a_number_is_found_before_it_is_sound(baker, weights):
    parameter = baker._pipeline.model.get_parameter(f"{weights}.weight").data
    intact = parameter.clone()
    parameter[:] = float("nan")
    try:
        assert code_of(lambda: baker.speak("今天", "baker", 1.0)) == "NUMERIC_INSTABILITY"
    finally:
        parameter.copy_(intact)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a limit of the address space")
@pytest.mark.usefixtures("prepared")
@pytest.mark.parametrize("who", OUT_OF_MEMORY_TEXTS)
def test_out_of_memory_has_its_code_and_the_process_goes_on(who):
    room_bytes, message = OUT_OF_MEMORY_TEXTS[who]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "WHO": who, "ROOM": str(room_bytes)}
    command = [sys.executable, "-c", OUT_OF_MEMORY]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    told = [line for line in done.stdout.splitlines() if "stage_time" not in line]

    assert told[-1] == "True", done.stderr
    assert told[-2].startswith("HOST_OOM|")
    assert message in told[-2]


@pytest.mark.usefixtures("prepared")
def test_a_gpu_that_is_not_there_is_said_to_be_missing():
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    engine = type(engine_named("baker"))(device="cuda:0")

    assert code_of(engine.load) == "GPU_UNAVAILABLE"


def _another_shape(folder) -> None:
    import torch

    state = torch.load(folder / "pytorch_model.bin", weights_only=True)
    state["acoustic"]["mel.weight"] = torch.zeros(40, 256)
    torch.save(state, folder / "pytorch_model.bin")


DAMAGE = {
    "weights missing": (lambda folder: (folder / "pytorch_model.bin").unlink(), "MODEL_FILE_MISSING"),
    "weights cut": (lambda folder: os.truncate(folder / "pytorch_model.bin", 1_000_000), "MODEL_FILE_CORRUPT"),
    "weights empty": (lambda folder: os.truncate(folder / "pytorch_model.bin", 0), "MODEL_FILE_CORRUPT"),
    "weights garbage": (lambda folder: (folder / "pytorch_model.bin").write_bytes(b"?" * 99), "MODEL_LOAD_FAILED"),
    "weights of another shape": (_another_shape, "MODEL_CHECKPOINT_MISMATCH"),
    "symbols missing": (lambda folder: (folder / "baker_mapper.json").unlink(), "MODEL_FILE_MISSING"),
    "configuration missing": (lambda folder: (folder / "configuration.json").unlink(), "MODEL_FILE_MISSING"),
    "configuration cut": (lambda folder: os.truncate(folder / "configuration.json", 9), "MODEL_FILE_CORRUPT"),
}


@pytest.mark.parametrize(("damage", "code"), DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_model_is_not_loaded(copied, damage, code):
    damage(copied())

    assert code_of(engine_named("baker").load) == code


@pytest.mark.usefixtures("prepared", "model_cache")
def test_a_model_that_was_never_prepared_is_missing_and_no_hub_is_asked(lines):
    assert code_of(engine_named("baker").load) == "MODEL_FILE_MISSING"
    assert [line["hub_error_code"] for line in lines if line["event"] == "hub_failed"] == ["E1022"]
