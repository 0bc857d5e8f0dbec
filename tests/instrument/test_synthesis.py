"""One request: a start, and an end with everything about it."""

from __future__ import annotations

import hashlib

import pytest

from ttslog import signatures
from ttslog.instrument import CodedError, codes, stage, synthesis


def test_the_end_line_holds_what_was_known_and_what_was_learnt(written):
    with synthesis("Hello", voice="heart", engine="hibari") as request:
        request.add(cache_hit=False, audio_seconds=1.25)

    start, end = written()
    known = {"voice": "heart", "engine": "hibari", "text_len": 5, "text_sha256": hashlib.sha256(b"Hello").hexdigest()}
    assert start["event"] == "synthesis_start"
    assert start.items() >= known.items()
    assert end["event"] == "synthesis_complete"
    assert end.items() >= (known | {"cache_hit": False, "audio_seconds": 1.25, "status": "success"}).items()
    assert end["duration_ms"] >= 0


def test_success_has_no_error_code(written):
    with synthesis("Hello"):
        pass

    assert "error_code" not in written()[-1]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (CodedError("TEXT_EMPTY", "nothing"), ("failed", "TEXT_EMPTY", 422, "warning")),
        (CodedError("SERVICE_OVERLOADED", "later"), ("failed", "SERVICE_OVERLOADED", 429, "warning")),
        (CodedError("GENERATION_EMPTY", "no audio"), ("failed", "GENERATION_EMPTY", 500, "error")),
        (CodedError("CLIENT_DISCONNECTED", "left"), ("aborted", "CLIENT_DISCONNECTED", 499, "warning")),
        (LookupError("bug"), ("failed", "INTERNAL_ERROR", 500, "error")),
    ],
)
def test_a_failure_ends_the_request_with_its_code_and_is_raised_on(written, error, expected):
    with pytest.raises(type(error)), synthesis("Hello"), stage("acoustic"):
        raise error

    end = written()[-1]
    assert (end["status"], end["error_code"], end["http_status"], end["level"]) == expected
    assert (end["error_type"], end["model_stage"]) == (type(error).__name__, "acoustic")


def test_a_request_whose_text_could_not_be_read_has_no_length(written):
    with pytest.raises(CodedError), synthesis():
        raise CodedError("REQUEST_INVALID", "no JSON")

    assert not {"text_len", "text_sha256"} & written()[-1].keys()


def test_half_a_surrogate_pair_can_be_counted_and_hashed(written):
    with synthesis("\ud83d"):
        pass

    assert written()[-1]["text_len"] == 1


def test_every_status_belongs_to_a_code_of_the_catalogue_and_says_whose_fault_it_is():
    catalogue = signatures.load()

    assert codes.INTERNAL_ERROR in catalogue
    for code, status in codes.HTTP_STATUS.items():
        assert (status < 500) == (catalogue[code].fault == "client" or status == 429), code
