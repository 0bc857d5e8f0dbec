"""What happens to the service in a run, one scene after the other; each gives the rows of its requests."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from reference_service.demo.client import Client
from reference_service.demo.live_log import lines_with, wait_for
from reference_service.demo.traffic import CORPORA
from reference_service.faults.full_cache_disk import FULL_DEVICE, empty, fill
from ttslog import schema
from ttslog.instrument import new_request_id

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from reference_service.demo.ledger import Row
    from reference_service.demo.service import Service
    from reference_service.demo.speech import Speech

CALLERS = 4
CROWD = 24


def everyday(service: Service, traffic: Iterable[Speech]) -> Iterable[Row]:
    """Send mixed traffic from a few callers at once."""
    with ThreadPoolExecutor(CALLERS) as callers:
        yield from callers.map(Client(service.port).send, traffic)


def crowd(service: Service, choice: random.Random, count: int = CROWD) -> Iterable[Row]:
    """Send more at once than the service takes: some are told to come again."""
    corpus = CORPORA[service.engine]
    speeches = [corpus.speech("crowd", corpus.unspoken(choice, 4)) for _ in range(count)]
    with ThreadPoolExecutor(count) as callers:
        yield from callers.map(Client(service.port).send, speeches)


def full_disk(service: Service, choice: random.Random, count: int = 6) -> Iterable[Row]:
    """Let cache writes meet a full disk for a while."""
    corpus = CORPORA[service.engine]
    workers = [line["pid"] for line in lines_with(service.logs, schema.SERVICE_START)]
    for _ in range(count if FULL_DEVICE.exists() else 0):
        for pid in workers:
            fill(service.cache, pid)
        yield Client(service.port).send(corpus.speech("cache disk full", corpus.unspoken(choice, 1)))
    for pid in workers:
        empty(service.cache, pid)


def hang_up(service: Service, choice: random.Random, count: int = 2) -> Iterable[Row]:
    """Ask for a long text and leave in the middle of it."""
    corpus = CORPORA[service.engine]
    for _ in range(count):
        speech = corpus.speech("client hangs up", corpus.unspoken(choice, 60))
        yield Client(service.port).hang_up(speech, lambda request: _wait_for_stage(service, request, "vocoder"))


def kill_worker(service: Service, choice: random.Random) -> Iterable[Row]:
    """Kill the worker that has a request in hand; its pid is on the request's lines."""
    corpus = CORPORA[service.engine]
    request_id = new_request_id()
    speech = corpus.speech("worker killed", corpus.breathless(choice))
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(Client(service.port).send, speech, request_id=request_id)
        os.kill(_wait_for_stage(service, request_id, corpus.SYMBOLS_STAGE), signal.SIGKILL)
        yield answer.result()
    wait_for(service.logs, schema.WORKER_KILLED, lambda _: True)


def _wait_for_stage(service: Service, request_id: str, stage: str) -> int:
    """Return the pid of the worker that has finished `stage` of this request."""
    line = wait_for(service.logs, request_id, lambda line: line.get("model_stage") == stage)
    pid: int = line["pid"]
    return pid
