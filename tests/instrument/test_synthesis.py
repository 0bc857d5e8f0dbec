"""One request: a start, and an end with everything about it."""

from __future__ import annotations

import asyncio
import hashlib
from contextvars import copy_context

import pytest

from ttslog import signatures
from ttslog.instrument import CodedError, bind_request, codes, get_logger, stage, synthesis


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


@pytest.mark.parametrize(
    ("text", "length"),
    [(b"caf\xc3\xa9", 4), (bytearray(b"caf\xe9"), 4), (["One.", b"Two."], 8), (("One.",), 4), ([], 0)],
    ids=repr,
)
def test_bytes_and_pieces_are_counted_as_text(written, text, length):
    with synthesis(text):
        pass

    assert written()[-1]["text_len"] == length


@pytest.mark.parametrize(
    "text", [12, {"text": "Hello"}, ["One.", 2], iter("abc"), object()], ids=lambda text: str(type(text))
)
def test_what_is_no_text_is_not_counted_and_breaks_no_request(written, text):
    with synthesis(text):
        pass

    assert not {"text_len", "text_sha256"} & written()[-1].keys()
    assert written()[-1]["status"] == "success"


def test_pieces_that_are_quoted_are_masked(written):
    with pytest.raises(ValueError, match="Wei"), synthesis(["Call Wei Zhang ", "at 13812345678."]):
        raise ValueError("cannot say 'Call Wei Zhang '")

    assert "Wei Zhang" not in str(written())


def test_half_a_surrogate_pair_can_be_counted_and_hashed(written):
    with synthesis("\ud83d"):
        pass

    assert written()[-1]["text_len"] == 1


def test_every_status_belongs_to_a_code_of_the_catalogue_and_says_whose_fault_it_is():
    catalogue = signatures.load()

    assert codes.INTERNAL_ERROR in catalogue
    for code, status in codes.HTTP_STATUS.items():
        assert (status < 500) == (catalogue[code].fault == "client" or status == 429), code


def test_a_client_that_leaves_aborts_its_request(written):
    async def speaking():
        with synthesis("Hello"), stage("acoustic"):
            await asyncio.sleep(60)

    async def leaving():
        task = asyncio.create_task(speaking())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(leaving())

    end = written()[-1]
    assert (end["status"], end["error_code"], end["http_status"]) == ("aborted", "CLIENT_DISCONNECTED", 499)
    assert "error" not in {line["level"] for line in written()}


def test_a_stream_that_is_closed_aborts_its_request(written):
    def pieces():
        with synthesis("Hello"), stage("vocoder"):
            yield 1

    stream = pieces()
    next(stream)
    stream.close()

    assert (written()[-1]["status"], written()[-1]["model_stage"]) == ("aborted", "vocoder")


def test_a_time_limit_within_the_request_is_a_timeout(written):
    async def speaking():
        with synthesis("Hello"):
            async with asyncio.timeout(0):
                await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        asyncio.run(speaking())

    assert written()[-1].items() >= {"status": "failed", "error_code": "TIMEOUT"}.items()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(1)], ids=["interrupted", "told to end"])
def test_a_process_that_ends_aborts_its_request_without_a_code(written, error):
    with pytest.raises(type(error)), synthesis("Hello"):
        raise error

    assert (written()[-1]["status"], written()[-1]["level"]) == ("aborted", "warning")
    assert "error_code" not in written()[-1]


NAMES = ["level", "event", "timestamp", "method_name", "duration_ms", "status", "exc_info", "http_status"]


@pytest.mark.parametrize("name", NAMES)
def test_a_fact_called_as_something_of_the_line_fails_no_request(written, name):
    with synthesis("Hello", **{name: "mine"}) as request:
        request.add(**{name: "mine"})

    start, end = written()
    assert (start["event"], end["event"]) == ("synthesis_start", "synthesis_complete")
    assert (end["level"], end["status"]) == ("info", "success")
    assert name in {"duration_ms", "status", "exc_info", "http_status"} or end[f"{name}_"] == "mine"


def test_a_request_without_an_id_gets_one_as_long_as_it_lasts(written):
    with synthesis("Hello"), stage("acoustic"):
        pass
    get_logger().info("later")

    *of_request, later = written()
    (made,) = {line["request_id"] for line in of_request}
    assert made.startswith("ts_")
    assert "request_id" not in later


def test_a_request_with_an_id_keeps_it(written):
    bind_request("abc")
    with synthesis("Hello"):
        pass
    get_logger().info("later")

    assert {line["request_id"] for line in written()} == {"abc"}


def test_a_generator_that_is_run_step_by_step_in_copies_of_the_context_is_one_request(written):
    def pieces():
        with synthesis("Hello", engine="e") as request:
            for number in range(2):
                with stage(f"piece{number}"):
                    yield number
            request.add(audio_seconds=1.0)

    bind_request("abc")
    steps = pieces()
    for _ in range(3):
        copy_context().run(next, steps, None)

    assert [line.get("model_stage", line["event"]) for line in written()] == [
        "synthesis_start", "piece0", "piece1", "synthesis_complete"
    ]  # fmt: skip
    assert {line["request_id"] for line in written()} == {"abc"}


def test_a_generator_that_ends_within_another_request_is_told_under_its_own_id(written):
    def pieces():
        with synthesis("Hello"), stage("vocoder"):
            yield 1

    bind_request("abc")
    left_behind = pieces()
    copy_context().run(next, left_behind)
    bind_request("def")
    with stage("acoustic"):
        left_behind.close()
    with stage("encode"):
        pass

    told = [(line["request_id"], line.get("model_stage", "")) for line in written()[1:]]
    assert told == [("abc", "vocoder"), ("abc", "vocoder"), ("def", "acoustic"), ("def", "encode")]
