"""Which code an exception gets."""

from __future__ import annotations

import errno
from asyncio import CancelledError
from dataclasses import dataclass

import pytest

from ttslog.instrument import CodedError, error_code, http_status, stage, synthesis


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CodedError("VOICE_NOT_FOUND", "no such voice"), "VOICE_NOT_FOUND"),
        (RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"), "CUDA_OOM"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 28584384 bytes"), "HOST_OOM"),
        (OSError(errno.ENOSPC, "No space left on device"), "DISK_FULL"),
        (LookupError("a bug"), "INTERNAL_ERROR"),
    ],
)
def test_the_code_is_its_own_or_the_catalogues(error, code):
    assert error_code(raised(error)) == code


def test_the_cause_decides():
    error = raised(ValueError("synthesis failed"), cause=raised(OSError(errno.ENOSPC, "No space left on device")))

    assert error_code(error) == "DISK_FULL"


def test_a_text_that_speaks_of_a_failure_is_not_believed(written):
    text = "CUDA out of memory. Tried to allocate 2.00 GiB"
    with pytest.raises(LookupError) as caught, synthesis(text):
        raise LookupError(f"no phonemes for {text!r}")

    assert written()[-1]["error_code"] == "INTERNAL_ERROR"
    assert error_code(caught.value) == "INTERNAL_ERROR"


@pytest.mark.parametrize(
    ("code", "status"), [("TEXT_EMPTY", 422), ("SERVICE_OVERLOADED", 429), ("SOMETHING_ELSE", 500)]
)
def test_a_code_answers_with_its_status(code, status):
    assert http_status(code) == status


@dataclass(frozen=True)
class Frozen(Exception):
    why: str


def test_an_exception_that_cannot_be_changed_has_a_code_and_comes_out_as_it_is(written):
    error = Frozen("a bug")
    with pytest.raises(Frozen) as caught, synthesis("Hello"), stage("acoustic"):
        raise error

    assert caught.value is error
    assert written()[-1].items() >= {"error_code": "INTERNAL_ERROR", "model_stage": "acoustic"}.items()


@pytest.mark.parametrize("error", [CancelledError(), GeneratorExit()], ids=["cancelled", "closed"])
def test_work_that_nobody_waits_for_any_more_has_lost_its_client(error):
    assert error_code(error) == "CLIENT_DISCONNECTED"
