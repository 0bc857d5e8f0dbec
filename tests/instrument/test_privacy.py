"""The text of a request does not get into its lines, whoever quotes it."""

from __future__ import annotations

import base64
import json
import logging
from contextvars import copy_context
from urllib.parse import quote, unquote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.instrument import bind_request, get_logger, stage, synthesis
from ttslog.instrument.privacy import kept_out, without_secret
from ttslog.privacy import mask_shapes

TEXT = "Call Wei Zhang at 13812345678, the token is sk-live-4f9a8b7c6d. 张伟在家。"


def test_an_exception_that_quotes_the_text_does_not_leak_it(written):
    with pytest.raises(ValueError, match="bad"), synthesis(TEXT), stage("g2p"):
        raise ValueError(f"bad character in {TEXT!r}")

    lines = str(written())
    assert not [piece for piece in ("13812345678", "sk-live-4f9a8b7c6d", "Wei Zhang", "张伟") if piece in lines]
    assert "bad character in" in written()[-1]["error_message"]


def test_a_library_that_prints_a_part_of_the_text_does_not_leak_it(written):
    with synthesis(TEXT):
        logging.getLogger("front.end").warning("skipped %s", "13812345678")
        get_logger().info("front end", words=["the", "token is sk-live-4f9a8b7c6d"])

    assert "13812345678" not in str(written())
    assert "sk-live" not in str(written())


SPELLED = {
    "in lower case": TEXT.lower(),
    "in upper case": TEXT.upper(),
    "as part of an address": quote(TEXT),
    "as part of an address, of lower-case digits": quote(TEXT.lower()).replace("%E", "%e"),
    "as part of an address that spares commas": quote(TEXT, safe=",/:"),
    "as a field of a form": urlencode({"text": TEXT}),
    "as JSON in ASCII": json.dumps({"text": TEXT}),
}


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
def test_a_library_that_spells_the_text_in_another_way_does_not_leak_it(written, spelled):
    with pytest.raises(OSError, match="GET"), synthesis(TEXT), stage("g2p"):
        raise OSError(f"GET https://front.end/g2p?{spelled} failed")
    logging.getLogger("front.end").warning("got %s", spelled)

    lines = unquote_plus(str(written())).lower().replace("\\u5f20", "张").replace("\\", "")
    assert [piece for piece in ("wei z", "13812345678", "4f9a8b7c6d", "张", "u5f20") if piece in lines] == []
    assert "GET https://front.end/g2p?" in written()[-2]["error_message"]


def test_signs_that_spell_others_are_left_alone_where_they_are_not_of_the_text():
    message = "GET /a%20b+c?x=%E5%BC%A0 is 100% \\u5f20 \\u %zz %C0%80 +"
    with kept_out(TEXT.replace("张", "")):
        assert without_secret({"message": message}) == {"message": message}


AUDIO = bytes(range(256)) * 8
PERSONAL = {
    "mail": "ottoline@example.org",
    "phone": "13912345678",
    "token": "Bearer sk-live-51Hq8zR2vNpXw",
    "audio": base64.b64encode(AUDIO).decode(),
    "audio as bytes": repr(AUDIO),
    "audio too long for a line": repr(AUDIO * 40),
    "audio as bytes with the other quotes": repr(AUDIO + b"'"),
}


@pytest.mark.parametrize("kind", PERSONAL)
def test_what_is_personal_in_an_exception_beside_the_text_is_named_by_its_kind(written, kind):
    personal = PERSONAL[kind]
    with pytest.raises(ValueError, match="cannot"), synthesis(TEXT), stage("audio_decode"):
        raise ValueError(f"cannot use {personal} for this") from RuntimeError(personal)
    logging.getLogger("front.end").warning("got %s", personal)

    pieces = [personal[at : at + 12] for at in range(0, len(personal) - 12, 5)]
    lines = json.dumps(written(), ensure_ascii=False).replace("\\\\", "\\")
    assert [piece for piece in pieces if piece in lines] == []
    assert "cannot use" in written()[-2]["error_message"]
    assert "RuntimeError:" in written()[-2]["traceback"]


def test_a_name_between_two_numbers_is_not_left_over(written):
    with synthesis("From 13812345678 Wei 13912345678 it is."):
        logging.getLogger("front.end").warning("skipped 13812345678 Wei 13912345678")

    assert "Wei" not in str(written())


@pytest.mark.parametrize("text", ["stage_time", "success", "ts_0123456789abcdef", "2026-11-21T20:", "test-tts"])
def test_a_text_cannot_unname_the_services_own_fields(written, text):
    with synthesis(text), stage("g2p"):
        pass

    start, timed, end = written()
    assert [start["event"], timed["event"], end["event"]] == ["synthesis_start", "stage_time", "synthesis_complete"]
    assert (end["status"], end["service"]) == ("success", "test-tts")
    assert end["timestamp"].startswith("20")


def test_an_event_that_quotes_the_text_does_not_leak_it(written):
    with synthesis(TEXT):
        get_logger().info(f"speaking {TEXT}")
        get_logger().info(42)

    assert "13812345678" not in str(written())


def test_usual_words_of_a_message_are_left_alone():
    with kept_out("I have no memory of the time when I ran out."):
        event = without_secret({"message": "CUDA out of memory"})

    assert event == {"message": "CUDA out of memory"}


def test_outside_of_the_request_nothing_is_masked():
    with kept_out("a long secret text"):
        pass

    assert without_secret({"message": "a long secret text"}) == {"message": "a long secret text"}


@given(st.text(min_size=8), st.text(), st.text())
def test_no_message_holds_the_whole_text(text, before, after):
    with kept_out(text):
        message = without_secret({"message": before + text + after})["message"]

    assert text not in message.replace("[text]", "")


def failing(error: Exception) -> Exception:
    with pytest.raises(type(error)) as caught, synthesis(TEXT), stage("g2p"):
        raise error
    return caught.value


def wrapped(error: Exception) -> Exception:
    other = RuntimeError("no audio")
    other.__cause__ = error
    return other


def grouped(error: Exception) -> Exception:
    return ExceptionGroup("of a task group", [error])


@pytest.mark.parametrize("told", [lambda error: error, wrapped, grouped], ids=["itself", "wrapped", "grouped"])
def test_the_servers_own_line_about_an_exception_does_not_leak_the_text(written, told):
    error = told(failing(ValueError(f"cannot phonemize {TEXT!r}")))
    copy_context().run(logging.getLogger("uvicorn.error").error, f"Exception: {TEXT}", exc_info=error)
    logging.getLogger("uvicorn.error").error("again", exc_info=error.__cause__ or error)

    assert [piece for piece in ("Wei Zhang", "张伟") if piece in str(written())] == []
    assert "cannot phonemize" in written()[-1]["traceback"]


def test_the_text_of_a_wrapped_exception_does_not_leak_with_the_one_around_it(written):
    error = failing(wrapped(ValueError(TEXT)))
    logging.getLogger("app").error("inner", exc_info=error.__cause__)

    assert "Wei Zhang" not in str(written())


def test_two_requests_inside_each_other_both_keep_their_texts_out(written):
    with synthesis("Good morning, Ottoline."), synthesis("Good evening, Bartholomew."):
        get_logger("front.end").info("got Good morning, Ottoline. and Good evening, Bartholomew.")

    assert [name for name in ("Ottoline", "Bartholomew") if name in str(written())] == []


def test_a_line_of_the_request_behind_its_synthesis_does_not_leak_the_text(written):
    bind_request("abc")
    with synthesis(TEXT):
        pass
    logging.getLogger("app").warning("was asked for %s", TEXT)
    bind_request("def")
    logging.getLogger("app").warning("Wei Zhang again")

    assert "Wei Zhang" not in written()[-2]["message"]
    assert written()[-1]["message"] == "Wei Zhang again"


def test_a_generator_that_is_run_step_by_step_in_copies_of_the_context_does_not_leak_the_text(written):
    def pieces():
        with synthesis(TEXT):
            yield 1
            logging.getLogger("front.end").warning("skipped %s", TEXT)

    bind_request("abc")
    steps = pieces()
    for _ in range(2):
        copy_context().run(next, steps, None)

    assert "Wei Zhang" not in str(written())


@pytest.mark.parametrize("address", ["ottoline@example.org", "o.tt-o+l@mail.example.co.uk", "ö@bücher.example"])
def test_an_ordinary_address_is_found(address):
    assert mask_shapes(f"write to <{address}>, soon") == "write to <<mail>>, soon"


@pytest.mark.parametrize("row", ["a." * 100_000, "a.@" * 70_000, "a@" + "a." * 100_000, "a.a.a@" + "-" * 100_000])
def test_a_long_row_that_is_no_address_is_passed_over(row):
    """Looked through again from each of its places it would take this test an hour."""
    mask_shapes(row)
