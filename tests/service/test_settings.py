"""A wrong setting is said in one line that names the variable, and the service does not start."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from math import ceil

import pytest

from reference_service.demo import corpus
from reference_service.demo.client import Client
from reference_service.demo.service import running_service
from reference_service.settings import BadSetting, Settings

OUT_OF_RANGE = {
    "WORKERS": ["0", "-1"],
    "THREADS": ["0"],
    "PORT": ["0", "65536", "-1", "eighty"],
    "MAX_CHARACTERS": ["0"],
    "SPEAKING_AT_ONCE": ["0", "-2"],
    "WAITING_AT_MOST": ["-1"],
    "SMALL_DEVICE_CHARACTERS": ["0", "-1"],
    "SPEAKING_SECONDS": ["0", "-1", "nan", "inf"],
    "SENDING_SECONDS": ["0", "-1", "nan", "inf"],
    "UPLOAD_KEEP_HOURS": ["0", "nan", "1e300"],
    "LOG_MAX_BYTES": ["0", "-1"],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name in OUT_OF_RANGE for value in OUT_OF_RANGE[name]])
def test_a_setting_out_of_range_is_named_with_what_is_allowed(name, value):
    with pytest.raises(BadSetting, match=rf"TTSREF_{name}='{value}': Expected .*(>|<|int)"):
        Settings.from_environment({f"TTSREF_{name}": value})


def test_an_empty_variable_is_one_that_is_not_set():
    names = [name.upper() for name in Settings.__slots__]

    assert Settings.from_environment({f"TTSREF_{name}": "" for name in names}) == Settings()


@pytest.mark.parametrize(
    ("host", "bind"),
    [("127.0.0.1", "127.0.0.1:8000"), ("::1", "[::1]:8000"), ("[::1]", "[::1]:8000"), ("localhost", "localhost:8000")],
)
def test_an_address_of_ipv6_is_taken_with_brackets_and_without(host, bind):
    assert Settings(host=host).bind == bind


def start(folder, **settings):
    variables = {f"TTSREF_{name.upper()}": str(value) for name, value in settings.items()}
    environment = os.environ | variables
    command = [sys.executable, "-m", "reference_service"]
    return subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize(
    ("settings", "status", "said"),
    [
        ({"workers": 0}, 2, "TTSREF_WORKERS='0'"),
        ({"engine": "parrot"}, 2, "TTSREF_ENGINE='parrot': the engines are baker, hibari"),
        ({"log_dir": "/proc/nowhere"}, 1, "TTSREF_LOG_DIR='/proc/nowhere'"),
        ({"metrics_dir": "a-file"}, 1, "TTSREF_METRICS_DIR='a-file'"),
        ({"host": "203.0.113.1"}, 1, "TTSREF_HOST='203.0.113.1'"),
    ],
    ids=["range", "engine", "log", "counts", "address"],
)
def test_what_cannot_run_is_said_in_one_line(tmp_path, settings, status, said):
    (tmp_path / "a-file").touch()
    done = start(tmp_path, **settings)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (status, "", 1)
    assert said in done.stderr


def test_a_port_in_use_is_said_in_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = start(tmp_path, port=port)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert f"TTSREF_PORT={port}" in done.stderr
    assert "in use" in done.stderr


@pytest.mark.service
def test_a_service_without_a_folder_for_its_cache_speaks_all_the_same(tmp_path):
    (tmp_path / "a-file").touch()
    with running_service(tmp_path, workers=1, cache_dir=tmp_path / "a-file") as service:
        assert Client(service.port).send(corpus.speech("spoken", "Hello there.")).http_status == 200


def test_a_stop_leaves_time_for_all_that_a_request_may_take():
    code = "from reference_service import server; print(server.graceful_timeout)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    settings = Settings()

    assert int(done.stdout) >= ceil(settings.wait_seconds + settings.speaking_seconds)
