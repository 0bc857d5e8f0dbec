"""What a line looks like, whoever wrote it."""

from __future__ import annotations

import logging
import os
import re
import socket
import threading
import warnings

import numpy as np
import pytest
import structlog

from ttslog import schema
from ttslog.instrument import (
    CodedError,
    bind_request,
    error_code,
    get_logger,
    route,
    service_started,
    service_stopped,
    synthesis,
)
from ttslog.instrument.chain import Chain
from ttslog.instrument.routing import ChainHandler
from ttslog.signatures import _catalogue, _explain

KILLED = "Worker (pid:4711) was sent SIGKILL! Perhaps out of memory?"


def test_every_line_says_when_what_who_and_where(written):
    get_logger("my.engine").info("stage_time", duration_ms=1.5)

    (line,) = written()

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("timestamp"))
    assert line == {
        "level": "info",
        "event": "stage_time",
        "logger": "my.engine",
        "service": "test-tts",
        "release": "1.2.3",
        "env": "test",
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "duration_ms": 1.5,
    }


def test_own_fields_are_those_of_the_schema(written):
    bind_request("abc", f"00-{'a' * 32}-{'b' * 16}-01")
    get_logger().info("anything")

    assert written()[0].keys() <= {column.name for column in schema.LINE}


def test_unknown_is_absent_not_null(written):
    get_logger().info("stage_time", stage_family=None)

    assert "stage_family" not in written()[0]


def test_a_line_of_a_request_carries_its_ids(written):
    bind_request("abc", f"00-{'a' * 32}-{'b' * 16}-01")
    get_logger().info("stage_time")

    line = written()[0]
    assert (line["request_id"], line["trace_id"], line["span_id"]) == ("abc", "a" * 32, "b" * 16)


def test_a_failure_is_told_without_local_variables(written):
    def fail(number):
        secret = str(number)
        raise ValueError("bad shape" if secret else "")

    try:
        fail(13_812_345_678)
    except ValueError:
        get_logger().exception("synthesis_failed")

    line = written()[0]
    assert (line["error_type"], line["error_message"]) == ("ValueError", "bad shape")
    assert "in fail" in line["traceback"]
    assert "13812345678" not in str(line)


def test_a_refusal_needs_no_traceback(written):
    get_logger().info("refused", exc_info=CodedError("TEXT_EMPTY", "nothing to speak"))

    assert "traceback" not in written()[0]


def test_a_coded_failure_with_a_cause_shows_the_cause(written):
    error = CodedError("MODEL_DOWNLOAD_FAILED", "no voice")
    error.__cause__ = OSError("connection refused")
    get_logger().info("failed", exc_info=error)

    assert "connection refused" in written()[0]["traceback"]


def test_the_standard_librarys_loggers_write_the_same_lines(written):
    logging.getLogger("onnxruntime").warning("%s devices", 2)

    line = written()[0]
    assert (line["event"], line["message"]) == ("log", "2 devices")
    assert (line["level"], line["logger"]) == ("warning", "onnxruntime")


def test_a_python_warning_becomes_a_line(written):
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old interface", UserWarning, stacklevel=1)

    assert "old interface" in written()[0]["message"]


def test_arguments_that_do_not_fit_their_format_are_shown(written):
    record = logging.makeLogRecord({"name": "sloppy", "msg": "%d requests", "args": ("many",)})
    (handler,) = (handler for handler in logging.getLogger().handlers if isinstance(handler, ChainHandler))
    handler.handle(record)

    assert "many" in written()[0]["message"]


def test_gunicorns_notice_of_a_killed_worker_names_pid_and_signal(written):
    logging.getLogger("gunicorn.error").error(KILLED)

    line = written()[0]
    assert (line["event"], line["worker_pid"], line["signal"]) == ("worker_killed", 4711, "SIGKILL")
    assert line["message"] == KILLED


def test_a_worker_that_gunicorn_itself_has_stopped_is_no_killed_worker(written):
    """It reminds those that are slow to go, and may so end one that has said good-bye."""
    logging.getLogger("gunicorn.error").info("Worker (pid:4711) was sent SIGTERM!")

    assert (written()[0]["event"], "signal" in written()[0]) == ("log", False)


def test_a_library_that_keeps_its_lines_to_itself_is_routed(written, capsys):
    stubborn = logging.getLogger("stubborn")
    stubborn.addHandler(logging.StreamHandler())
    stubborn.propagate = False
    route("stubborn")

    stubborn.warning("hello")

    assert [line["message"] for line in written()] == ["hello"]
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "critical"])
def test_debug_is_off_and_every_other_level_is_written(written, level):
    getattr(structlog.get_logger(), level)("said")

    assert [line["level"] for line in written()] == ([] if level == "debug" else [level])


class HalfBuilt:
    def __str__(self) -> str:
        raise AttributeError("half built")


WORDS = [
    ("bad %d", "x"),
    ("%s %s", 1),
    (HalfBuilt(), 1),
    (HalfBuilt(),),
    ("of %s", HalfBuilt()),
    (None,),
    ("%(a)s", {"b": 1}),
    (np.zeros(2),),
]


@pytest.mark.parametrize("words", WORDS, ids=range(len(WORDS)))
def test_words_that_cannot_be_put_together_fail_no_request(written, words):
    get_logger().info(*words)
    get_logger().log(logging.INFO, *words)
    # Given to our handler alone: pytest's own is a strict one.
    (handler,) = (handler for handler in logging.getLogger().handlers if isinstance(handler, ChainHandler))
    handler.handle(logging.makeLogRecord({"msg": words[0], "args": words[1:]}))

    assert len(written()) == 3


def test_what_a_line_is_told_never_stands_in_the_place_of_its_own_time_and_level(written):
    get_logger().info("cut", timestamp=1.5, level="low")

    (line,) = written()
    assert (line["level"], line["level_"], line["timestamp_"]) == ("info", "low", 1.5)
    assert line["timestamp"].startswith("20")


def test_a_generator_that_is_closed_amid_another_failure_does_not_tell_that_one(written):
    def spoken():
        with synthesis("Hello"):
            yield

    steps = spoken()
    next(steps)
    try:
        {}["of another request"]
    except LookupError:
        steps.close()

    assert written()[-1]["status"] == "aborted"
    assert "another request" not in str(written())


def test_words_and_values_that_fit_are_put_together(written):
    get_logger().info("%s devices", 2)
    get_logger().log(logging.INFO, "%(count)d devices", {"count": 3})

    assert [line["event"] for line in written()] == ["2 devices", "3 devices"]


def test_a_sink_that_fails_does_not_fail_who_logs(capsys):
    def broken(_line):
        raise RuntimeError("no sink")

    handler = ChainHandler(Chain("test", None, None), broken)
    handler.handle(logging.makeLogRecord({"msg": "hello"}))

    assert "no sink" in capsys.readouterr().err


def test_who_waits_for_the_disk_makes_nobody_else_wait():
    waiting, done = threading.Event(), threading.Event()
    lines = []

    def hanging_once(line):
        if not lines:
            lines.append(line)
            waiting.set()
            done.wait(60)
        lines.append(line)

    handler = ChainHandler(Chain("test", None, None), hanging_once)
    first = threading.Thread(target=handler.handle, args=[logging.makeLogRecord({"msg": "first"})])
    second = threading.Thread(target=handler.handle, args=[logging.makeLogRecord({"msg": "second"})])
    first.start()
    waiting.wait(60)
    second.start()
    second.join(60)
    done.set()
    first.join()

    assert [b"second" in line for line in lines] == [False, True, False]


def test_the_first_failure_finds_the_catalogue_read(monkeypatch):
    for kept in (_explain._matchers, _catalogue.catalogue):
        kept.cache_clear()
    service_started()
    monkeypatch.setattr(_catalogue, "_tables", pytest.fail)

    assert error_code(RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")) == "CUDA_OOM"


@pytest.mark.parametrize("tell", [service_started, service_stopped])
def test_a_line_of_the_process_has_no_request_id(written, tell):
    bind_request("abc", f"00-{'a' * 32}-{'b' * 16}-01")
    tell()
    logging.getLogger("gunicorn.error").info("Worker exiting (pid: %s)", 4711)

    assert not any({"request_id", "trace_id", "span_id"} & line.keys() for line in written())
