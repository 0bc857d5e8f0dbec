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
