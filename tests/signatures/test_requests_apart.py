"""Several requests in one text: what one of them reached says nothing about another."""

from __future__ import annotations

import pytest

from tests.signatures.cases import told

FAILED = "2026-11-21 10:00:00,000 - tts - ERROR - id=ts_aaaa1111 CUDA out of memory\n"
UNNAMED = "2026-11-21 10:00:00,500 - tts - ERROR - CUDA out of memory\n"
RAISED = """\
2026-11-21 10:00:00,000 - tts - ERROR - synthesis failed, request_id=ts_aaaa1111
Traceback (most recent call last):
  File "/srv/tts/store.py", line 9, in put
    handle.write(audio)
OSError: [Errno 28] No space left on device

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/tts/engine.py", line 40, in synthesize
    store.put(audio)
RuntimeError: no audio kept
"""
NATIVE_FAILED = (
    '{"timestamp":"2026-11-21T10:00:00Z","level":"error","event":"synthesis_complete",'
    '"request_id":"ts_aaaa1111","status":"failed","error_type":"OSError","error_message":"No space left on device"}\n'
)


def begun(request: str) -> str:
    return f"2026-11-21 09:59:59,000 - tts - INFO - synthesis_start: id={request}, lang=zh\n"


def succeeded(request: str) -> str:
    return f"2026-11-21 10:00:01,000 - tts - INFO - synthesis_complete: id={request}, status=success\n"


def native_success(request: str) -> str:
    return (
        '{"timestamp":"2026-11-21T10:00:01Z","level":"info","event":"synthesis_complete",'
        f'"request_id":"{request}","status":"success"}}\n'
    )


def retried(request: str) -> str:
    return f"2026-11-21 10:00:01,000 - tts - INFO - [{request}] second attempt succeeded after retry\n"


THIS, OTHER = "ts_aaaa1111", "ts_bbbb2222"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (begun(OTHER) + FAILED + succeeded(OTHER), "CUDA_OOM"),
        (FAILED + begun(OTHER) + succeeded(OTHER), "CUDA_OOM"),
        (FAILED + retried(OTHER), "CUDA_OOM"),
        (begun(OTHER) + RAISED + succeeded(OTHER), "DISK_FULL"),
        (RAISED + retried(OTHER), "DISK_FULL"),
        (RAISED + native_success(OTHER), "DISK_FULL"),
        (native_success(OTHER) + NATIVE_FAILED + native_success(OTHER), "DISK_FULL"),
        (UNNAMED + succeeded(OTHER), "CUDA_OOM"),
    ],
)
def test_the_success_of_another_request_leaves_a_failure_standing(text, code):
    assert told(text) == code


@pytest.mark.parametrize(
    "text",
    [
        FAILED + succeeded(THIS),
        FAILED + succeeded(OTHER) + succeeded(THIS),
        FAILED + retried(THIS),
        FAILED + "INFO - falling back to cpu\n",
        RAISED + succeeded(THIS),
        NATIVE_FAILED + native_success(THIS),
        begun(THIS) + UNNAMED + succeeded(THIS),
        UNNAMED + retried(OTHER),
    ],
)
def test_a_failure_that_its_own_request_got_over_is_none(text):
    assert told(text) == "NONE"


@pytest.mark.parametrize(
    "named",
    [
        "id={}",
        "request_id={}",
        "request_id: '{}'",
        "req-id={}",
        "requestId={}",
        "X-Request-ID: {}",
        "rid={}",
        "请求ID：{}",
        "请求编号={}",
        "request {} failed",
        "[{}]",
        "({})",
    ],
)
@pytest.mark.parametrize("ids", [(THIS, OTHER), ("0b7f9e52-3f0c-4a53-9f39-2d3e1f6a7b8c", "chatcmpl-" + "0b7f" * 8)])
def test_the_id_of_a_request_is_known_however_it_is_written(named, ids):
    one, other = (named.format(request) for request in ids)
    assert told(f"ERROR - {one} CUDA out of memory\nINFO - {other} succeeded after retry\n") == "CUDA_OOM"
    assert told(f"ERROR - {one} CUDA out of memory\nINFO - {one} succeeded after retry\n") == "NONE"


@pytest.mark.parametrize(
    "words",
    [
        "speaker id=7",
        "voice_id=7",
        "request_id=-",
        "id=None",
        "[3]",
        "[139872137]",
        "[tts_engine]",
        "[gpu-worker01]",
        "request failed",
        "text='id=ts_cccc3333'",
    ],
)
def test_other_numbers_and_words_are_no_id_of_a_request(words):
    assert told(f"ERROR - id=ts_aaaa1111 CUDA out of memory\nINFO - {words} falling back to cpu\n") == "NONE"
