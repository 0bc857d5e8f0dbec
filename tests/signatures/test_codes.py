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
