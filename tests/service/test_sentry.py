"""The service reports its failures to Sentry by settings alone, and nothing of a request leaves with them."""

from __future__ import annotations

import pytest

from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with
from reference_service.demo.service import running_service
from tests.sentry_sink import sentry_sink

pytestmark = pytest.mark.service

SECRETS = ("13812345678", "sk-live-51Hq8zR2vNpXw", "Ottoline", "ottoline@example.org", "UklGRiQAAABXQVZF")
TEXT = "Ottoline, 13812345678, ottoline@example.org, sk-live-51Hq8zR2vNpXw."
FAILS = corpus.speech("voice that has to be downloaded", TEXT, voice="emma", reference_audio=SECRETS[-1] * 50)
SUCCEEDS = corpus.speech("spoken", TEXT)


def test_a_failure_of_the_service_is_in_sentry_and_nothing_personal_is(tmp_path):
    with sentry_sink() as sink:
        with running_service(tmp_path, workers=1, sentry_dsn=sink.dsn, sentry_traces_sample_rate=1.0) as service:
            client = Client(service.port)
            row = client.send(FAILS)
            client.send(SUCCEEDS)
        (event,) = sink.items("event")
        transactions = sink.items("transaction")

    end = lines_with(service.logs, "synthesis_complete")[0]
    assert (end["request_id"], end["sentry_event_id"]) == (row.request_id, event["event_id"])
    assert event["fingerprint"] == ["MODEL_DOWNLOAD_FAILED", "model_load"]
    assert event["environment"] == "demo"
    assert len(transactions) == 2
    assert "vocoder" in {span["description"] for span in transactions[1]["spans"]}
    assert [secret for secret in SECRETS if secret in sink.everything()] == []


@pytest.mark.parametrize("status", [429, 500])
def test_a_sentry_that_refuses_fails_no_request(tmp_path, status):
    with (
        sentry_sink(status) as sink,
        running_service(tmp_path, workers=1, sentry_dsn=sink.dsn, sentry_traces_sample_rate=1.0) as service,
    ):
        rows = [Client(service.port).send(SUCCEEDS) for _ in range(20)]

    assert {row.http_status for row in rows} == {200}
    assert {line["status"] for line in lines_with(service.logs, "synthesis_complete")} == {"success"}


def test_a_sentry_that_never_answers_does_not_hold_up_the_end_of_the_service(tmp_path):
    with sentry_sink() as sink:
        sink.goes_on.clear()
        with running_service(tmp_path, workers=1, sentry_dsn=sink.dsn) as service:
            rows = [Client(service.port).send(FAILS) for _ in range(5)]
        ended = service.process.returncode

    assert {row.error_code for row in rows} == {"MODEL_DOWNLOAD_FAILED"}
    assert ended == 0
    assert len(lines_with(service.logs, "service_stop")) == 1
