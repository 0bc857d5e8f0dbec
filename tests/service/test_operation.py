"""What happens to a running service: it is stopped, killed, left alone by its client, and out of disk."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from reference_service.demo import corpus, scenes
from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.service import running_service
from ttslog.instrument import rotating_file

pytestmark = pytest.mark.service

FULL = Path("/dev/full")
full_disk = pytest.mark.skipif(not FULL.exists(), reason="no /dev/full on this system")
AT_ONCE = 6


@pytest.fixture
def choice():
    return random.Random(1)


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_stop_lets_every_request_end_and_loses_no_line(tmp_path, choice, name):
    with running_service(tmp_path) as service, ThreadPoolExecutor(AT_ONCE) as callers:
        speeches = [corpus.speech("long", corpus.unspoken(choice, 8)) for _ in range(AT_ONCE)]
        answers = [callers.submit(Client(service.port).send, speech) for speech in speeches]
        begun = lambda: len(lines_with(service.logs, "synthesis_start"))  # noqa: E731
        wait_for(service.logs, "synthesis_start", lambda _: begun() == AT_ONCE)
        os.kill(service.process.pid, signal.Signals[name])
        rows = [answer.result() for answer in answers]

    assert {row.http_status for row in rows} == {200}
    ended = {line["request_id"]: line["status"] for line in lines_with(service.logs, "synthesis_complete")}
    assert ended == {row.request_id: "success" for row in rows}
    assert len(lines_with(service.logs, "service_stop")) == 2


def test_a_killed_worker_leaves_its_request_without_an_end_and_is_named(service, choice):
    (row,) = scenes.kill_worker(service, choice)

    lines = lines_with(service.logs, row.request_id)
    assert row.outcome == "incomplete"
    assert [line["model_stage"] for line in lines if line["event"] == "stage_time"][-1] == "g2p"
    assert "synthesis_complete" not in {line["event"] for line in lines}
    killed = [line["worker_pid"] for line in lines_with(service.logs, "worker_killed")]
    assert lines[0]["pid"] in killed


def test_a_client_that_hangs_up_is_not_spoken_to_any_more(service, choice):
    (row,) = scenes.hang_up(service, choice, count=1)

    end = wait_for(service.logs, row.request_id, lambda line: line["event"] == "synthesis_complete")
    assert (end["status"], end["error_code"], end["http_status"]) == ("aborted", "CLIENT_DISCONNECTED", 499)
    spoken = Counter(line.get("model_stage") for line in lines_with(service.logs, row.request_id))
    assert spoken["vocoder"] < 60


def test_more_than_the_service_takes_is_refused_with_a_code(service, choice):
    rows = list(scenes.crowd(service, choice))

    assert {(row.http_status, row.error_code) for row in rows} == {(200, None), (429, "SERVICE_OVERLOADED")}


@full_disk
def test_a_full_disk_under_the_cache_fails_no_request(service, choice, lines_of):
    rows = list(scenes.full_disk(service, choice, count=2))

    assert [row.http_status for row in rows] == [200, 200]
    for row in rows:
        *others, end = lines_of(row.request_id)
        (warning,) = [line for line in others if line["event"] == "warning"]
        assert (warning["warning_code"], warning["error_message"]) == (
            "CACHE_WRITE_FAILED",
            "[Errno 28] No space left on device",
        )
        assert end["cache_saved"] is False


@full_disk
def test_a_full_disk_under_the_log_fails_no_request_and_is_confessed(tmp_path):
    speech = corpus.speech("log disk full", "Hello there.")
    with running_service(tmp_path, workers=1, log_max_bytes=1 << 30) as service:
        client, log = Client(service.port), service.logs / "app.log"
        before = client.send(speech)
        of_one = len(lines_with(service.logs, client.send(speech).request_id))
        log.rename(tmp_path / "aside")
        log.symlink_to(FULL)
        time.sleep(rotating_file.LOOK_SECONDS)
        unseen = [client.send(speech) for _ in range(5)]
        log.unlink()
        (tmp_path / "aside").rename(log)
        after = client.send(speech)

    assert {row.http_status for row in (before, *unseen, after)} == {200}
    assert not [row for row in unseen if lines_with(service.logs, row.request_id)]
    assert lines_with(service.logs, after.request_id)[0]["dropped_lines"] == 5 * of_one
