"""The metrics are the sums of the lines, over all processes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest

from ttslog.instrument import metric_table
from ttslog.lifecycle import audio

pytest.importorskip("prometheus_client")

ROOT = Path(__file__).parents[2]
# prometheus_client decides at its import whether it counts for many processes, so each test has a process of its own.
PROGRAM = """
import os, sys
from pathlib import Path
from structlog.contextvars import clear_contextvars
from ttslog import instrument, schema
instrument.configure("test", lambda line: None)
instrument.bind_request()
instrument.init_metrics(Path(sys.argv[1]))
instrument.init_metrics(Path(sys.argv[1]))  # by whoever sets the service up once more: nothing is counted twice

def work(number):
    log = instrument.get_logger()
    log.warning(schema.WARNING, warning_code="CACHE_WRITE_FAILED")
    log.info(schema.CACHE_HEALTH, used_percent=42.5)
    with instrument.synthesis("hello", engine="e") as request:
        with instrument.stage("acoustic"):
            request.add(cache_hit=False, rtf=0.25, queue_ms=40.0, audio_rms=0.0005, silence_ratio=0.9)
    try:
        with instrument.synthesis("hello", engine="e"), instrument.stage("vocoder"):
            raise instrument.CodedError("GENERATION_EMPTY", "no audio")
    except instrument.CodedError:
        pass
    clear_contextvars()
    with instrument.stage("model_load"):  # of no request
        pass
    if number == 2:
        instrument.synthesis("hello").__enter__()  # in hand when the worker is killed

for number in range(3):
    worker = os.fork()
    if not worker:
        work(number)
        os._exit(0)
    os.waitpid(worker, 0)
    instrument.worker_ended(worker)
sys.stdout.buffer.write(instrument.metrics_page()[0])
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    folder = tmp_path_factory.mktemp("counts")
    (folder / "counter_1.db").write_bytes(b"of an earlier run")
    return page_of(PROGRAM, folder)


def page_of(program, folder):
    run = [sys.executable, "-c", program, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(run, check=True, capture_output=True, text=True, env=environment).stdout


@pytest.mark.parametrize(
    ("series", "value"),
    [
        ('tts_requests_total{engine="e",status="success"}', 3),
        ('tts_requests_total{engine="e",status="failed"}', 3),
        ('tts_errors_total{error_code="GENERATION_EMPTY",model_stage="vocoder"}', 3),
        ('tts_warnings_total{warning_code="CACHE_WRITE_FAILED"}', 3),
        ('tts_cache_lookups_total{cache_hit="False"}', 3),
        ('tts_request_seconds_count{status="success"}', 3),
        ('tts_stage_seconds_count{model_stage="acoustic",stage_family="inference"}', 3),
        ('tts_stage_seconds_count{model_stage="vocoder",stage_family="render"}', 3),
        ('tts_stage_seconds_count{model_stage="model_load",stage_family="model_load"}', 3),
        ('tts_real_time_factor_bucket{le="0.2"}', 0),
        ('tts_real_time_factor_bucket{le="0.3"}', 3),
        ('tts_queue_seconds_bucket{le="0.05"}', 3),
        ('tts_audio_rms_bucket{le="0.001"}', 3),
        ("tts_cache_disk_used_percent", 42.5),
    ],
)
def test_the_page_holds_the_sum_of_all_workers(page, series, value):
    (found,) = re.findall(rf"^{re.escape(series)} (\S+)$", page, re.MULTILINE)
    assert float(found) == value


def test_what_a_killed_worker_had_in_hand_is_forgotten(page):
    assert "tts_requests_in_progress 1" not in page


UNTOLD = """
import os, signal, sys
from pathlib import Path
from ttslog import instrument
instrument.configure("test", lambda line: None)
instrument.init_metrics(Path(sys.argv[1]))
instrument.synthesis("hello").__enter__()  # in hand here, where the page is asked for
worker = os.fork()
if not worker:
    instrument.bind_request()
    instrument.synthesis("hello").__enter__()
    os.kill(os.getpid(), signal.SIGKILL)
os.waitpid(worker, 0)  # and nobody calls worker_ended
sys.stdout.buffer.write(instrument.metrics_page()[0])
"""


def test_so_it_is_where_nobody_tells_of_the_workers_end(tmp_path):
    assert "tts_requests_in_progress 1.0\n" in page_of(UNTOLD, tmp_path)


def test_the_verdicts_on_audio_can_be_read_off_the_buckets():
    assert {audio.SILENT_RMS, audio.QUIET_RMS} <= set(metric_table.LOUDNESS)
    assert {audio.CLIPPED_SHARE, audio.SILENCE_SHARE} <= set(metric_table.SHARES)


ODD = """
import sys
from pathlib import Path
from ttslog import instrument
instrument.configure("test", lambda line: None)
instrument.init_metrics(Path(sys.argv[1]))
for facts in (
    {"rtf": float("nan")}, {"rtf": float("inf")}, {"rtf": 0.5}, {"queue_ms": "12", "audio_rms": 0.1}, {"rtf": 10**400}
):
    with instrument.synthesis("hello", engine="e") as request:
        request.add(**facts)
instrument.get_logger().info("cache_health", used_percent="full")
sys.stdout.buffer.write(instrument.metrics_page()[0])
"""


def test_a_value_that_is_no_finite_number_is_not_counted_and_spoils_nothing(tmp_path):
    page = page_of(ODD, tmp_path)

    assert "tts_real_time_factor_sum 0.5\n" in page
    assert "tts_real_time_factor_count 1.0\n" in page
    assert "tts_audio_rms_count 1.0\n" in page
    assert 'tts_requests_total{engine="e",status="success"} 5.0\n' in page
    assert "tts_requests_in_progress 0.0\n" in page


def test_files_of_others_in_the_folder_are_left_alone(tmp_path):
    for name in ("gauge_livesum_7.db", "customers.db", "counter_of_words.db"):
        (tmp_path / name).write_bytes(b"")

    page_of("import sys, pathlib, ttslog.instrument as one\none.init_metrics(pathlib.Path(sys.argv[1]))", tmp_path)

    assert not (tmp_path / "gauge_livesum_7.db").exists()
    assert {"customers.db", "counter_of_words.db"} <= {path.name for path in tmp_path.iterdir()}


FORKED_FROM_THREADS = """
import os, signal, sys
from pathlib import Path
from threading import Thread
from ttslog import instrument, schema
instrument.configure("test", lambda line: None)
instrument.init_metrics(Path(sys.argv[1]))

def warn(code):
    instrument.get_logger().warning(schema.WARNING, warning_code=code)

def warn_for_ever():
    while True:
        warn("OF_A_THREAD")

for _ in range(3):
    Thread(target=warn_for_ever, daemon=True).start()
for _ in range(60):
    worker = os.fork()
    if not worker:
        signal.alarm(10)
        warn("OF_A_WORKER")
        os._exit(0)
    assert os.waitpid(worker, 0)[1] == 0, "a worker is locked"
sys.stdout.buffer.write(instrument.metrics_page()[0])
sys.stdout.flush()
os._exit(0)
"""


def test_a_worker_may_be_forked_while_other_threads_count(tmp_path):
    assert 'tts_warnings_total{warning_code="OF_A_WORKER"} 60.0\n' in page_of(FORKED_FROM_THREADS, tmp_path)


INTERRUPTED = """
import signal, sys
from pathlib import Path
from ttslog import instrument, schema
instrument.configure("test", lambda line: None)
instrument.init_metrics(Path(sys.argv[1]))
heard = 0

def warn(code):
    instrument.get_logger().warning(schema.WARNING, warning_code=code)

def handle(*_):
    global heard
    heard += 1
    warn("OF_A_HANDLER")

signal.alarm(30)  # should it lock
signal.signal(signal.SIGPROF, handle)
signal.setitimer(signal.ITIMER_PROF, 0.0005, 0.0005)
while heard < 1_000:
    warn("INTERRUPTED")
signal.setitimer(signal.ITIMER_PROF, 0)
warn("LAST")
sys.stdout.buffer.write(instrument.metrics_page()[0] + b"heard %d" % heard)
"""


def test_a_signal_handler_may_log_while_its_own_thread_counts(tmp_path):
    page = page_of(INTERRUPTED, tmp_path)

    heard = page.rpartition(" ")[2]
    assert f'tts_warnings_total{{warning_code="OF_A_HANDLER"}} {heard}.0\n' in page


STARTED_ANEW = """
import sys
from pathlib import Path
from ttslog import instrument, schema
instrument.configure("test", lambda line: None)
instrument.init_metrics(Path(sys.argv[1]))
instrument.get_logger().warning(schema.WARNING, warning_code="FULL")
print("ready", flush=True)
sys.stdin.readline()
sys.stdout.buffer.write(instrument.metrics_page()[0])
"""


@contextmanager
def worker(folder):
    """Run a worker that is started anew, not forked, as by `uvicorn --workers`; yield how it tells its page."""
    run = [sys.executable, "-c", STARTED_ANEW, str(folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(run, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout.readline() == "ready\n"
        yield lambda: process.communicate("\n")[0]


def test_workers_that_are_started_anew_do_not_clear_what_the_others_count(tmp_path):
    with worker(tmp_path) as first_page, worker(tmp_path) as second_page:
        assert 'tts_warnings_total{warning_code="FULL"} 2.0\n' in second_page()
        with worker(tmp_path):
            assert 'tts_warnings_total{warning_code="FULL"} 3.0\n' in first_page()
    with worker(tmp_path) as page:
        assert 'tts_warnings_total{warning_code="FULL"} 1.0\n' in page()
