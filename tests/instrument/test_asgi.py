"""The ASGI middleware, driven as a server drives it."""

from __future__ import annotations

import asyncio

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ttslog.instrument import AsgiRequestIdMiddleware, get_logger, stage, synthesis

TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


async def app(scope, _receive, send):
    get_logger().info("inside")
    begin = {"type": "websocket.accept"} if scope["type"] == "websocket" else {"type": "http.response.start"}
    await send(begin)
    await send({"type": "http.response.body", "body": b"ok"})


async def call(headers=(), kind="http", application=app):
    sent = []

    async def send(message):
        sent.append(message)

    await AsgiRequestIdMiddleware(application)({"type": kind, "headers": list(headers)}, None, send)
    return sent


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_the_callers_id_and_trace_are_on_the_lines_and_in_the_answer(written, kind):
    begin, body = asyncio.run(call([(b"X-Request-Id", b"abc"), (b"traceparent", TRACE)], kind))

    assert begin["headers"] == [(b"x-request-id", b"abc")]
    assert "headers" not in body
    line = written()[0]
    assert (line["request_id"], line["trace_id"]) == ("abc", "0af7651916cd43dd8448eb211c80319c")


def test_a_refused_websocket_is_answered_with_the_id_too():
    async def refuse(_scope, _receive, send):
        await send({"type": "websocket.http.response.start", "status": 403, "headers": []})

    (begin,) = asyncio.run(call([(b"x-request-id", b"abc")], "websocket", refuse))
    assert begin["headers"] == [(b"x-request-id", b"abc")]


def test_the_id_of_a_service_behind_is_not_handed_on():
    async def hand_on(_scope, _receive, send):
        await send({"type": "http.response.start", "headers": [(b"X-Request-Id", b"behind"), (b"etag", b"1")]})

    (begin,) = asyncio.run(call([(b"x-request-id", b"abc")], application=hand_on))
    assert begin["headers"] == [(b"etag", b"1"), (b"x-request-id", b"abc")]


def test_a_mounted_application_that_is_wrapped_too_is_of_the_same_request(written):
    begin, _ = asyncio.run(call(application=AsgiRequestIdMiddleware(app)))

    ((_, answered),) = begin["headers"]
    assert written()[0]["request_id"] == answered.decode()


@pytest.mark.parametrize("headers", [[], [(b"x-request-id", b"two words")], [(b"x-request-id", b"\xff\xfe")]])
def test_without_a_usable_id_one_is_made(written, headers):
    begin, _ = asyncio.run(call(headers))

    made = dict(begin["headers"])[b"x-request-id"].decode()
    assert made.startswith("ts_")
    assert written()[0]["request_id"] == made


def test_the_life_of_the_server_is_no_request(written):
    asyncio.run(call(kind="lifespan"))

    assert "request_id" not in written()[0]


def test_requests_side_by_side_keep_their_lines_apart(written):
    async def speaking(_scope, _receive, _send):
        with synthesis("hello"):
            tasks = [asyncio.create_task(speak(number)) for number in range(3)]
            await asyncio.gather(*tasks)
            await asyncio.to_thread(get_logger().info, "aside")

    async def speak(number):
        with stage(f"piece{number}"):
            await asyncio.sleep(0)

    async def crowd():
        await asyncio.gather(*(call([(b"x-request-id", b"r%d" % n)], application=speaking) for n in range(20)))

    asyncio.run(crowd())
    of = {}
    for line in written():
        of.setdefault(line["request_id"], []).append(line.get("model_stage") or line["event"])
    assert {tuple(sorted(lines)) for lines in of.values()} == {
        ("aside", "piece0", "piece1", "piece2", "synthesis_complete", "synthesis_start")
    }
    assert len(of) == 20


def failing_api() -> FastAPI:
    api = FastAPI()

    @api.get("/boom")
    def boom():
        raise LookupError("a bug")

    return api


def test_an_application_that_is_wrapped_answers_a_failure_that_nobody_handles_with_the_id_too():
    client = TestClient(AsgiRequestIdMiddleware(failing_api()), raise_server_exceptions=False)
    answer = client.get("/boom", headers={"X-Request-ID": "abc"})

    assert (answer.status_code, answer.headers["X-Request-ID"]) == (500, "abc")
