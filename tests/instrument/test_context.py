"""Request ids: taken where harmless, made where not, and given back."""

from __future__ import annotations

import re
import uuid
from io import BytesIO
from wsgiref.util import FileWrapper

import pytest
import structlog
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Response

from ttslog.instrument import RequestIdMiddleware, bind_request, get_logger, new_request_id

MADE = re.compile(r"ts_[0-9a-f]{16}")
TRACE = f"00-{'0af7651916cd43dd8448eb211c80319c'}-{'b7ad6b7169203331'}-01"


def app(environ, start_response):
    get_logger().info("inside")
    return Response("ok")(environ, start_response)


def answer(headers: dict[str, str]) -> TestResponse:
    return Client(RequestIdMiddleware(app)).get("/", headers=headers)


@pytest.mark.parametrize("sent", ["abc123", "ts_7f3a2b1c", "8f14e45f-ceea-4c1e-9a4b-000000000000", "a" * 128])
def test_the_callers_id_is_on_the_lines_and_in_the_answer(written, sent):
    response = answer({"X-Request-ID": sent})

    assert response.headers["X-Request-ID"] == sent
    assert written()[0]["request_id"] == sent


@pytest.mark.parametrize("sent", ["", "a" * 129, "two words", "<script>", "é", "%n", "a\tb", "$(id)"])
def test_an_id_that_is_no_plain_word_is_replaced(written, sent):
    made = answer({"X-Request-ID": sent}).headers["X-Request-ID"]

    assert MADE.fullmatch(made)
    assert written()[0]["request_id"] == made


def test_the_callers_trace_is_joined(written):
    answer({"traceparent": TRACE})

    assert written()[0]["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert written()[0]["span_id"] == "b7ad6b7169203331"


@pytest.mark.parametrize("sent", ["", "00-xyz", TRACE.upper(), TRACE[:-4]])
def test_a_trace_that_is_none_is_left_out(written, sent):
    answer({"traceparent": sent})

    assert "trace_id" not in written()[0]


def test_a_thread_that_serves_again_forgets_the_request_before(written):
    answer({"X-Request-ID": "first", "traceparent": TRACE})
    structlog.contextvars.bind_contextvars(voice="left over")
    answer({"X-Request-ID": "second"})

    last = written()[-1]
    assert last["request_id"] == "second"
    assert not {"trace_id", "voice"} & last.keys()


def test_what_a_thread_hears_of_after_an_answer_is_not_of_that_request(written):
    def spoken():
        try:
            yield b"ok"
        finally:
            get_logger().info("closed")

    def speak(_environ, start_response):
        start_response("200 OK", [])
        return spoken()

    answer = RequestIdMiddleware(speak)({"HTTP_X_REQUEST_ID": "abc"}, lambda *_: None)
    assert list(answer) == [b"ok"]
    get_logger().info("the server's access line")
    answer.close()
    get_logger().info("a bad request on the same connection")

    assert [line.get("request_id") for line in written()] == ["abc", "abc", None]


def test_the_id_of_a_service_behind_is_not_handed_on():
    behind = Response("ok", headers={"X-Request-Id": "behind"})

    answer = Client(RequestIdMiddleware(behind)).get("/", headers={"X-Request-ID": "abc"})
    assert answer.headers.getlist("X-Request-ID") == ["abc"]


def test_a_file_is_given_to_the_server_as_it_is():
    environ = {"wsgi.file_wrapper": FileWrapper}
    file = FileWrapper(BytesIO(b"audio"))

    assert RequestIdMiddleware(lambda *_: file)(environ, lambda *_: None) is file


def test_a_mounted_application_that_is_wrapped_too_is_of_the_same_request(written):
    answered = Client(RequestIdMiddleware(RequestIdMiddleware(app))).get("/").headers.getlist("X-Request-ID")

    assert [line["request_id"] for line in written()] == answered


def test_made_ids_differ():
    assert len({new_request_id() for _ in range(1000)}) == 1000


T, S = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize(
    "sent",
    [f"00-{'0' * 32}-{S}-01", f"00-{T}-{'0' * 16}-01", f"ff-{T}-{S}-01", f"00-{T}-{S}-01-more", f"01-{T}-{S}-01more"],
)
def test_a_trace_that_the_standard_calls_invalid_is_left_out(written, sent):
    answer({"traceparent": sent})

    assert "trace_id" not in written()[0]


def test_a_trace_of_a_later_version_is_joined(written):
    answer({"traceparent": f"01-{T}-{S}-01-more"})

    assert written()[0]["trace_id"] == T


def test_an_id_may_be_what_str_makes_of_it():
    made = uuid.uuid4()

    assert bind_request(made) == str(made)
    assert bind_request(4711) == "4711"


def test_headers_may_be_bytes_as_asgi_has_them(written):
    assert bind_request(b"abc", f"00-{T}-{S}-01".encode()) == "abc"
    get_logger().info("inside")

    assert written()[0]["trace_id"] == T
