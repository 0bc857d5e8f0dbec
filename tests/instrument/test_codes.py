"""Which code an exception gets."""

from __future__ import annotations

import asyncio
import errno
import multiprocessing
from asyncio import CancelledError
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import pytest
from fastapi import HTTPException
from werkzeug.exceptions import ClientDisconnected, ServiceUnavailable, Unauthorized

from ttslog.instrument import CodedError, error_code, give_code, http_status, stage, synthesis


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    try:
        raise error from cause
    except type(error) as caught:
        return caught


def refuse(_text: str) -> None:
    raise CodedError("TEXT_EMPTY", "nothing to speak", param="input")


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


def test_what_was_wrapped_has_the_code_and_the_stage(written):
    def speak():
        try:
            with stage("acoustic"):
                refuse(" ")
        except CodedError as error:
            raise RuntimeError("the engine failed") from error

    with pytest.raises(RuntimeError), synthesis("Hello"):
        speak()

    assert written()[-1].items() >= {"error_code": "TEXT_EMPTY", "model_stage": "acoustic"}.items()


def test_a_failed_fallback_is_not_told_as_what_it_was_to_help_out_of():
    error = LookupError("no model for the CPU")
    error.__context__ = CodedError("CUDA_OOM", "no room")

    assert error_code(error) == "INTERNAL_ERROR"


def test_a_group_of_tasks_failed_as_its_first_task_did(written):
    async def fail():
        with stage("vocoder"):
            raise CodedError("TEXT_EMPTY", "nothing to speak")

    async def speak():
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(fail())
            tasks.create_task(asyncio.sleep(60))

    with pytest.raises(ExceptionGroup), synthesis("Hello"):
        asyncio.run(speak())

    told = {"error_code": "TEXT_EMPTY", "http_status": 422, "model_stage": "vocoder", "level": "warning"}
    assert written()[-1].items() >= told.items()


class Redirected(HTTPException):
    """An answer that tells of no failure."""


@pytest.mark.parametrize(
    ("error", "code", "status", "level"),
    [
        (HTTPException(422, "bad"), "REQUEST_INVALID", 422, "warning"),
        (HTTPException(404, "no such voice"), "VOICE_NOT_FOUND", 404, "warning"),
        (HTTPException(429), "SERVICE_OVERLOADED", 429, "warning"),
        (HTTPException(400, "CUDA out of memory"), "REQUEST_INVALID", 400, "warning"),
        (HTTPException(500, "bad"), "INTERNAL_ERROR", 500, "error"),
        (HTTPException(504, "bad"), "TIMEOUT", 504, "error"),
        (Unauthorized(), "REQUEST_INVALID", 401, "warning"),
        (ServiceUnavailable("CUDA out of memory"), "CUDA_OOM", 503, "error"),
        (ClientDisconnected(), "CLIENT_DISCONNECTED", 499, "warning"),
        (Redirected(303, "bad"), "INTERNAL_ERROR", 500, "error"),
    ],
    ids=repr,
)
def test_an_answer_of_the_framework_is_told_with_the_status_that_the_caller_gets(written, error, code, status, level):
    with pytest.raises(type(error)), synthesis("Hello"):
        raise error

    assert written()[-1].items() >= {"error_code": code, "http_status": status, "level": level}.items()


def test_what_a_bug_reads_like_makes_it_not_the_callers_fault(written):
    with pytest.raises(KeyError), synthesis("Hello"):
        raise KeyError("voice")

    told = {"error_code": "VOICE_NOT_FOUND", "http_status": 500, "level": "error"}
    assert written()[-1].items() >= told.items()


def test_a_code_that_is_given_decides_whose_fault_it_is(written):
    error = KeyError("anna")
    give_code(error, "VOICE_NOT_FOUND")
    with pytest.raises(KeyError), synthesis("Hello"):
        raise error

    assert written()[-1].items() >= {"http_status": 404, "level": "warning"}.items()


def test_a_caller_that_left_is_told_as_one_by_the_frameworks_answer_too(written):
    with pytest.raises(HTTPException), synthesis("Hello"):
        raise HTTPException(499)

    assert written()[-1].items() >= {"error_code": "CLIENT_DISCONNECTED", "status": "aborted"}.items()


def test_a_worker_process_hands_over_its_failure_and_lives():
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        failed = pool.submit(refuse, " ").exception()
        lives = pool.submit(len, "four").result()

    assert isinstance(failed, CodedError)
    assert (failed.code, str(failed), failed.param, lives) == ("TEXT_EMPTY", "nothing to speak", "input", 4)


def test_a_coded_error_made_again_from_its_arguments_has_its_code():
    """As Celery does of what a worker tells it in JSON."""
    error = CodedError("VOICE_NOT_FOUND", "no such voice")
    again = type(error)(*error.args)
    assert (again.code, str(again)) == ("VOICE_NOT_FOUND", "no such voice")
