"""Failures reach Sentry with their code and stage, nothing personal does, and a bad Sentry hurts nobody."""

from __future__ import annotations

import logging
import socket
import threading
from asyncio import CancelledError

import numpy as np
import pytest

from tests.sentry_sink import NOBODY_LISTENS, sentry_sink
from ttslog.instrument import CodedError, bind_request, get_logger, init_sentry, listeners, stage, synthesis
from ttslog.instrument.sentry import quiet

sentry_sdk = pytest.importorskip("sentry_sdk")
patient = pytest.importorskip("ttslog.instrument.sentry.patient")

PHONE, TOKEN, MAIL = "13812345678", "sk-live-51Hq8zR2vNpXw", "ottoline@example.org"
AUDIO = "UklGRiQAAABXQVZFZm10" * 4
TEXT = f"Call Ottoline at {PHONE} or write to {MAIL}."
SECRETS = (PHONE, TOKEN, MAIL, AUDIO, "Ottoline", "rest of it")
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture(autouse=True)
def _no_trace_of_sentry():
    yield
    listeners._listeners.clear()
    logging.getLogger(quiet.CHATTER).filters.clear()
    sentry_sdk.get_client().close(timeout=2)
    sentry_sdk.init()


@pytest.fixture
def sink():
    with sentry_sink() as sink:
        yield sink


def fail(error: BaseException, text: str = TEXT) -> None:
    bind_request("ts_1", TRACE)
    with pytest.raises(type(error)), synthesis(text, voice="heart", engine="hibari"), stage("acoustic"):
        raise error


def sent(sink, kind="event"):
    sentry_sdk.flush(5)
    return sink.items(kind)


@pytest.mark.usefixtures("written")
def test_a_failure_is_one_event_where_the_service_was_set_up_twice(sink):
    init_sentry(sink.dsn, release="1.2.3")
    init_sentry(sink.dsn, release="1.2.4")
    fail(RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"))

    assert [event["release"] for event in sent(sink)] == ["1.2.4"]


def test_a_failure_becomes_one_event_that_its_line_names(written, sink):
    init_sentry(sink.dsn, release="1.2.3", environment="test")
    fail(RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"))

    (event,) = sent(sink)
    assert written()[-1]["sentry_event_id"] == event["event_id"]
    assert (event["release"], event["environment"], event["level"]) == ("1.2.3", "test", "error")
    assert event["fingerprint"] == ["CUDA_OOM", "acoustic"]
    assert event["tags"].items() >= {"request_id": "ts_1", "model_stage": "acoustic", "voice": "heart"}.items()
    assert event["contexts"]["tts"]["text_len"] == len(TEXT)
    assert event["contexts"]["tts"]["rss_mb"] > 1
    assert event["contexts"]["trace"]["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    (error,) = event["exception"]["values"]
    assert (error["type"], error["value"]) == ("RuntimeError", "CUDA_OOM in acoustic")
    assert error["stacktrace"]["frames"][-1]["function"] == "fail"


def test_a_number_of_any_kind_does_not_keep_an_event_from_being_sent(written, sink):
    init_sentry(sink.dsn)
    get_logger().error("failed", error_code="NUMERIC_INSTABILITY", rtf=np.float32(0.5), audio_seconds=float("nan"))

    (event,) = sent(sink)
    assert event["contexts"]["tts"].items() >= {"rtf": 0.5}.items()
    assert "audio_seconds" not in event["contexts"]["tts"]
    assert written()[0]["sentry_event_id"] == event["event_id"]


def test_an_event_that_found_no_place_is_not_named(written):
    with sentry_sink() as sink:
        sink.goes_on.clear()
        init_sentry(sink.dsn)
        for _ in range(150):
            fail(CodedError("GENERATION_EMPTY", "no audio"))

    named = [line for line in written() if "sentry_event_id" in line]
    assert 0 < len(named) < 150


@pytest.fixture
def tried(monkeypatch):
    """An event that is set when Sentry was tried in vain."""
    tried, rest = threading.Event(), patient.PatientTransport.on_dropped_event

    def noted(self, reason):
        tried.set()
        rest(self, reason)

    monkeypatch.setattr(patient.PatientTransport, "on_dropped_event", noted)
    return tried


def test_what_a_sentry_that_was_gone_has_missed_is_sent_when_it_is_back(written, tried, monkeypatch):
    monkeypatch.setattr(patient, "PAUSE_SECONDS", 60)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    init_sentry(f"http://key@127.0.0.1:{port}/1")
    for _ in range(5):
        fail(CodedError("GENERATION_EMPTY", "no audio"))
    assert tried.wait(10)

    with sentry_sink(port=port) as sink:
        found = [event["event_id"] for event in sent(sink)]

    named = [line["sentry_event_id"] for line in written() if "sentry_event_id" in line]
    assert found == named[1:]


def test_who_waits_for_a_sentry_that_is_gone_waits_no_longer_than_said(written, tried, monkeypatch):
    monkeypatch.setattr(patient, "PAUSE_SECONDS", 60)
    init_sentry(NOBODY_LISTENS)
    for _ in range(5):
        fail(CodedError("GENERATION_EMPTY", "no audio"))
    assert tried.wait(10)

    sentry_sdk.flush(5)

    assert not sentry_sdk.get_client().transport._worker._queue.unfinished_tasks
    assert len(written()) > 5


def test_the_callers_own_mistake_is_no_event(written, sink):
    init_sentry(sink.dsn)
    fail(CodedError("TEXT_EMPTY", "nothing to say"))

    assert sent(sink) == []
    assert "sentry_event_id" not in written()[-1]


def test_an_error_line_outside_of_a_request_is_an_event_and_words_alone_are_none(written, sink):
    init_sentry(sink.dsn)
    get_logger().error("model_load_failed", error_code="MODEL_FILE_MISSING")
    logging.getLogger("library").error("something about %s", PHONE)

    (event,) = sent(sink)
    assert event["message"] == "MODEL_FILE_MISSING"
    assert [("sentry_event_id" in line) for line in written()] == [True, False]


def test_without_a_dsn_nothing_is_set_up(written):
    assert init_sentry(None) is False
    fail(RuntimeError("broken"))

    assert "sentry_event_id" not in written()[-1]


def test_a_dsn_that_cannot_be_read_is_a_warning_that_does_not_quote_it(written):
    assert init_sentry(f"nonsense://{TOKEN}") is False

    assert (written()[0]["event"], written()[0]["level"]) == ("sentry_off", "warning")
    assert TOKEN not in str(written())


@pytest.mark.usefixtures("written")
def test_a_sampled_request_is_a_transaction_with_its_stages(sink):
    init_sentry(sink.dsn, traces_sample_rate=1.0)
    bind_request("ts_2", TRACE)
    with synthesis(TEXT), stage("acoustic"), stage("vocoder"):
        pass

    (transaction,) = sent(sink, "transaction")
    assert [span["description"] for span in transaction["spans"]] == ["vocoder", "acoustic"]
    assert transaction["tags"]["request_id"] == "ts_2"
    assert transaction["start_timestamp"] <= transaction["timestamp"]


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(("rates", "expected"), [((1.0, 0.0), (1, 0)), ((0.0, 1.0), (0, 1)), ((0.0, 0.0), (0, 0))])
def test_the_rates_decide_what_is_sent(sink, rates, expected):
    init_sentry(sink.dsn, sample_rate=rates[0], traces_sample_rate=rates[1])
    fail(RuntimeError("broken"))

    assert (len(sent(sink)), len(sent(sink, "transaction"))) == expected


def leaky(kind: str) -> None:
    reference_audio, headers = AUDIO, {"Authorization": f"Bearer {TOKEN}"}
    sentry_sdk.set_user({"email": MAIL})
    sentry_sdk.set_tag("phone", PHONE)
    sentry_sdk.set_extra("body", {"input": TEXT, "reference_audio": reference_audio})
    sentry_sdk.set_context("request", headers)
    sentry_sdk.add_breadcrumb(message=TEXT, data=headers)
    match kind:
        case "the request fails":
            fail(ValueError(f"cannot say {TEXT!r} with {reference_audio} for {headers}"))
        case "a cause fails":
            error = ValueError(f"bad {TOKEN}")
            error.__cause__ = KeyError(AUDIO)
            fail(error)
        case "somebody captures":
            sentry_sdk.capture_message(TEXT)
            sentry_sdk.capture_exception(ValueError(TEXT))
        case "a transaction of somebody":
            with sentry_sdk.start_transaction(op="http", name=f"/say/{PHONE}") as whole:
                whole.set_data("body", TEXT)
                with whole.start_child(op="db", name=f"select {MAIL}"):
                    pass


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(
    "kind", ["the request fails", "a cause fails", "somebody captures", "a transaction of somebody"]
)
def test_nothing_personal_is_in_any_envelope(sink, kind):
    init_sentry(sink.dsn, traces_sample_rate=1.0)
    sentry_sdk.get_client().options["traces_sample_rate"] = 1.0
    with sentry_sdk.isolation_scope():
        leaky(kind)

    assert sent(sink) or sent(sink, "transaction")
    assert [secret for secret in SECRETS if secret in sink.everything()] == []


@pytest.mark.usefixtures("written")
def test_messages_are_sent_where_asked_for_without_the_text(sink):
    init_sentry(sink.dsn, messages=True)
    fail(ValueError(f"no phoneme for {TEXT!r} at byte 7"))

    (event,) = sent(sink)
    assert event["exception"]["values"][0]["value"].endswith("at byte 7")
    assert [secret for secret in SECRETS if secret in sink.everything()] == []


@pytest.mark.usefixtures("written")
def test_a_message_that_the_server_logs_once_more_is_sent_without_the_text(sink):
    init_sentry(sink.dsn, messages=True)
    error = ValueError(f"no phoneme for {TEXT!r} at byte 7")
    fail(error)
    bind_request("another")
    logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)

    assert len(sent(sink)) == 2
    assert [secret for secret in SECRETS if secret in sink.everything()] == []


@pytest.mark.usefixtures("written")
def test_a_client_that_leaves_is_no_event(sink):
    init_sentry(sink.dsn)
    fail(CancelledError())

    assert sent(sink) == []


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize("audio", [AUDIO * 20, repr(bytes(range(256)) * 8), f"{bytearray(range(256)) * 8!r}"])
def test_audio_in_a_message_does_not_leave_with_it(sink, audio):
    init_sentry(sink.dsn, messages=True)
    fail(ValueError(f"cannot decode {audio} as audio"))

    (event,) = sent(sink)
    message = event["exception"]["values"][0]["value"]
    assert message.startswith("cannot decode ")
    assert [part for part in (audio[300:340], audio[-340:-300]) if part in message + sink.everything()] == []


def test_an_event_that_cannot_be_read_by_a_listener_is_written_all_the_same(written):
    def broken(_event):
        raise ZeroDivisionError

    listeners.listen(broken)
    get_logger().info("hello")

    assert (written()[0]["event"], written()[0]["listener_failed"]) == ("hello", "ZeroDivisionError")


def test_a_sentry_that_is_gone_is_said_once(written):
    init_sentry(NOBODY_LISTENS)
    for _ in range(3):
        fail(CodedError("GENERATION_EMPTY", "no audio"))
    sentry_sdk.flush(5)
    logging.getLogger("urllib3.connectionpool").warning("somebody else's trouble")

    said = [line["message"] for line in written() if line["logger"] == "urllib3.connectionpool"]
    assert [message.split(maxsplit=1)[0] for message in said] == ["Retrying", "somebody"]


@pytest.mark.parametrize("trouble", ["refused", "hanging", 429, 500])
def test_a_sentry_in_trouble_neither_stops_a_request_nor_loses_its_line(written, sink, trouble):
    sink.status = trouble if isinstance(trouble, int) else 200
    if trouble == "hanging":
        sink.goes_on.clear()
    init_sentry(NOBODY_LISTENS if trouble == "refused" else sink.dsn)
    for _ in range(150):  # more than its queue holds; the hanging one answers none of them before the end
        fail(CodedError("GENERATION_EMPTY", "no audio"))

    ends = [line for line in written() if line["event"] == "synthesis_complete"]
    assert [line["error_code"] for line in ends] == ["GENERATION_EMPTY"] * 150
