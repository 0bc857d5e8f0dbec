"""Which code a text gets, held against errors the patterns were and were not written from."""

from __future__ import annotations

import pytest

from tests.signatures.cases import EXAMPLES, FRESH, HELD_OUT, is_right, told
from ttslog.signatures import explain_text

HARMLESS = [case for case in EXAMPLES + HELD_OUT + FRESH if case["label"] == "NONE"]


def test_real_errors_get_their_code():
    wrong = [(case["id"], case["label"], told(case["text"])) for case in EXAMPLES if not is_right(case)]
    assert len(wrong) <= len(EXAMPLES) * 0.05, wrong


def test_errors_the_patterns_were_not_written_from_get_their_code():
    wrong = [(case["id"], case["label"], told(case["text"])) for case in HELD_OUT if not is_right(case)]
    assert len(wrong) <= len(HELD_OUT) * 0.02, wrong


@pytest.mark.parametrize("case", FRESH, ids=lambda case: f"{case['id']}-{case['family']}")
def test_single_lines_of_the_programs_around_a_service_get_their_code(case):
    assert is_right(case), told(case["text"])


@pytest.mark.parametrize("case", HARMLESS, ids=lambda case: case["id"])
def test_text_that_frightens_but_shows_the_work_went_on_is_no_error(case):
    assert explain_text(case["text"]) is None


@pytest.mark.parametrize("case", EXAMPLES, ids=lambda case: case["id"])
def test_exception_types_of_the_end_and_of_the_root_are_named(case):
    explanation = explain_text(case["text"])
    if explanation is not None:
        assert explanation.exception_type == case["exception_type"]
        assert explanation.root_exception_type in {None, case["root_exception_type"]}


@pytest.mark.parametrize("operator", ["Transpose", "MatMul", "Gelu", "Div", "Cast"])
def test_memory_that_onnx_runtime_did_not_get_is_no_matter_of_shapes(operator):
    text = (
        f"[ONNXRuntimeError] : 1 : FAIL : Non-zero status code returned while running {operator} node. "
        f"Name:'/{operator}_13' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:360 "
        "void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*) "
        "Failed to allocate memory for requested buffer of size 193257984"
    )
    assert told(text) == "HOST_OOM"


def test_an_error_of_onednn_without_a_reason_points_to_memory_and_proves_nothing():
    explanation = explain_text("RuntimeError: could not create a primitive")
    assert explanation is not None
    assert explanation.error_code == "HOST_OOM"
    assert explanation.confidence <= 0.5


@pytest.mark.parametrize("level", ["error", "info"])
@pytest.mark.parametrize("status", [500, 503])
@pytest.mark.parametrize("field", ["http_status", "http.response.status_code"])
def test_the_services_own_answer_is_no_failure_of_another_service(level, status, field):
    line = f'"level":"{level}","event":"synthesis_complete","request_id":"ts_1","status":"failed","{field}":{status}'
    assert told(f"{{{line}}}") == "UNCLASSIFIED"
    assert told(f"{level.upper()} - synthesis_complete: id=ts_1, status=failed, {field}={status}") == "UNCLASSIFIED"


def test_the_answer_of_another_service_is_a_failure_of_that_one():
    assert told("ERROR - backend answered with status_code=503") == "UPSTREAM_UNAVAILABLE"
    assert told("ERROR - synthesis_complete, status=failed, http_status=500\nERROR - engine: Bad Gateway") == (
        "UPSTREAM_UNAVAILABLE"
    )


def test_a_quiet_line_that_says_failed_tells_of_a_failure_unless_its_request_went_on():
    failed = "INFO - stage_time: id=ts_1, stage=vocoder, status=failed\n"
    assert told(failed) == "UNCLASSIFIED"
    assert told(f"{failed}INFO - synthesis_complete: id=ts_1, status=success\n") == "NONE"


@pytest.mark.parametrize("code", ["CUDA_OOM", "NUMERIC_INSTABILITY", "INTERNAL_ERROR"])
def test_a_code_that_the_line_itself_carries_is_the_answer(code):
    line = f'"level":"error","event":"synthesis_complete","status":"failed","error_code":"{code}","http_status":500'
    assert told(f"{{{line}}}") == code
    assert told(f"INFO - synthesis_complete: id=ts_1, status=failed, error_code={code}") == code


def test_a_carried_code_may_be_an_alias_and_gives_way_to_the_message_that_says_more():
    assert told("ERROR - id=ts_1 status=failed error_code=model_load_timeout") == "TIMEOUT"
    assert told("ERROR - id=ts_1 status=failed error_code=ACME_7") == "UNCLASSIFIED"
    assert told("ERROR - error_code=INTERNAL_ERROR: CUDA out of memory") == "CUDA_OOM"
    assert told("ERROR - CUDA out of memory\nERROR - synthesis_complete, error_code=INTERNAL_ERROR") == "CUDA_OOM"
