"""The servers' access records become fields, and their query strings stay out."""

from __future__ import annotations

import logging

import pytest

from ttslog.instrument import route

FIELDS = {"event": "http_access", "client": "10.0.0.7", "http_method": "POST", "http_path": "/say", "http_status": 200}
ATOMS = {"h": "10.0.0.7", "m": "POST", "U": "/say", "q": "key=sk-live-1", "s": "200", "M": 1250, "a": "curl"}


def uvicorn() -> None:
    values = ("10.0.0.7:4711", "POST", "/say?key=sk-live-1", "1.1", 200)
    logging.getLogger("uvicorn.access").info('%s - "%s %s HTTP/%s" %d', *values)


def gunicorn() -> None:
    logging.getLogger("gunicorn.access").info("%(h)s %(m)s %(U)s?%(q)s %(s)s", ATOMS)


@pytest.mark.parametrize(
    ("server", "more"), [(uvicorn, {}), (gunicorn, {"duration_ms": 1250.0})], ids=["uvicorn", "gunicorn"]
)
def test_an_access_record_is_told_in_fields_without_its_query(written, server, more):
    server()

    assert written()[0].items() >= (FIELDS | more).items()
    assert "sk-live" not in str(written())


def test_a_server_that_cut_its_loggers_off_is_brought_back(written):
    for name in ("uvicorn", "uvicorn.access", "gunicorn.error"):
        logging.getLogger(name).addHandler(logging.NullHandler())
        logging.getLogger(name).propagate = False
    uvicorn()
    route()
    uvicorn()

    assert len(written()) == 1


SAID = [
    ("uvicorn.error", '%s - "WebSocket %s" [accepted]', ("10.0.0.7:1", "/ws?key=sk-live-1&text=Wei%20Zhang")),
    ("gunicorn.error", "Error handling request %s", ("/say?text=Wei%20Zhang",)),
    ("gunicorn.error", "Error handling request (no URI read) GET %s", ("/say?text=Wei%22Zhang",)),
    ("werkzeug", '10.0.0.7 - - [22/Nov/2026 06:00:00] "GET %s HTTP/1.1" %s -', ("/say?text=Wei%20Zhang", 200)),
    (
        "aiohttp.access",
        '10.0.0.7 [22/Nov/2026:06:00:00 +0000] "GET %s HTTP/1.1" %s 812 "-"',
        ("/say?text=Wei%20Zhang", 200),
    ),
    ("tornado.access", "%d GET %s (10.0.0.7) 3.10ms", (200, "/say?text=Wei%20Zhang")),
    (
        "hypercorn.access",
        '10.0.0.7:1 - - [22/Nov/2026:06:00:00 +0000] "GET %s 1.1" 200 812',
        ("/say?text=Wei%20Zhang",),
    ),
    ("django.request", "Not Found: %s", ("/say?text=Wei%20Zhang",)),
    ("httpx", 'HTTP Request: %s %s "%s"', ("GET", "http://tts.example/say?text=Wei%20Zhang", "HTTP/1.1 200 OK")),
    ("urllib3.connectionpool", '%s "%s %s %s" %s', ("http://tts:80", "GET", "/?text=Wei", "HTTP/1.1", 200)),
]


@pytest.mark.parametrize(("logger", "words", "values"), SAID)
def test_the_words_of_a_server_or_client_have_no_query(written, logger, words, values):
    logging.getLogger(logger).warning(words, *values)

    cut = tuple(value.partition("?")[0] if isinstance(value, str) else value for value in values)
    assert written()[0]["message"] == words % cut


def test_a_question_is_no_query(written):
    logging.getLogger("gunicorn.error").error("Worker (pid:1) was sent SIGKILL! Perhaps out of memory?")
    logging.getLogger("app").error("what is /say?text=1")

    assert [line["message"][-7:] for line in written()] == ["memory?", "?text=1"]
