"""Orders as they come over the wire."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from reference_service.order import Order, read_order
from ttslog.instrument import CodedError

GOOD = {"model": "hibari", "input": "Hello", "voice": "heart"}


def read(body: bytes):
    return read_order(Request(EnvironBuilder(method="POST", data=body).get_environ()))


def test_what_is_left_out_has_openais_meaning():
    assert read(json.dumps(GOOD).encode()) == Order("hibari", "Hello", "heart", "wav", 1.0)


def test_fields_that_openai_has_and_this_service_has_not_are_ignored():
    assert read(json.dumps(GOOD | {"instructions": "cheerful"}).encode()).input == "Hello"


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"input": None}, "input"),
        ({"voice": 7}, "voice"),
        ({"speed": 0.2}, "speed"),
        ({"speed": 4.1}, "speed"),
        ({"speed": "fast"}, "speed"),
        ({"response_format": "mp3"}, "response_format"),
        ({"stream_format": "sse"}, "stream_format"),
    ],
)
def test_a_field_that_is_wrong_is_named(change, param):
    refusal = read(json.dumps(GOOD | change).encode())

    assert (refusal.code, refusal.param) == ("REQUEST_INVALID", param)


@pytest.mark.parametrize("missing", GOOD)
def test_a_field_that_is_missing_is_named(missing):
    refusal = read(json.dumps({name: value for name, value in GOOD.items() if name != missing}).encode())

    assert refusal.param == missing


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_body_is_an_order_or_a_refusal_that_does_not_quote_it(body):
    read_it = read(body)

    assert isinstance(read_it, Order | CodedError)
    assert len(body) < 12 or body.decode(errors="replace") not in str(read_it)


@given(st.text(), st.floats(0.25, 4.0), st.sampled_from(["wav", "pcm"]))
def test_every_order_in_the_range_is_read_as_it_was_sent(text, speed, kind):
    body = json.dumps(GOOD | {"input": text, "speed": speed, "response_format": kind}).encode()

    assert read(body) == Order("hibari", text, "heart", kind, speed)


@pytest.mark.parametrize(
    ("voice", "logged"), [("heart", "heart"), ("zh_female-1.2", "zh_female-1.2"), ("two words", None), ("a" * 65, None)]
)
def test_only_a_plain_name_is_logged_as_voice(voice, logged):
    assert Order("hibari", "Hello", voice).loggable_voice() == logged
