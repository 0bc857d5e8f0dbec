"""How a text is read: root causes, what collectors put around a message, words to be spoken, hostile input."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.signatures.cases import told
from ttslog.signatures import explain_text

CHAIN = """\
Traceback (most recent call last):
  File "/srv/tts/store.py", line 9, in put
    handle.write(audio)
OSError: [Errno 28] No space left on device

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/srv/tts/engine.py", line 40, in synthesize
    store.put(audio)
RuntimeError: Failed to load model: out of memory
"""


def test_the_first_exception_of_a_chain_is_the_cause_and_the_wrappers_sentence_is_not():
    explanation = explain_text(CHAIN)
    assert explanation is not None
    assert explanation.error_code == "DISK_FULL"
    assert (explanation.root_exception_type, explanation.exception_type) == ("OSError", "RuntimeError")
    assert explanation.frame == "/srv/tts/store.py:9 in put"
    assert explanation.evidence[0].line == 4


def test_a_step_of_control_flow_is_not_the_cause():
    text = CHAIN.replace("OSError: [Errno 28] No space left on device", "KeyError: 'ts_1'").replace(
        "Failed to load model: out of memory", "CUDA out of memory"
    )
    assert told(text) == "CUDA_OOM"


@pytest.mark.parametrize(
    ("wrapped", "code"),
    [
        ("\x1b[31mERROR\x1b[0m \x1b[1mRuntimeError: CUDA out of memory\x1b[0m", "CUDA_OOM"),
        ("tts-1  | OSError: [Errno 98] Address already in use", "PORT_IN_USE"),
        ('{"log":"MemoryError\\n","stream":"stderr","time":"2026-11-21T10:00:00Z"}', "HOST_OOM"),
        ("<pre>ModuleNotFoundError: No module named &#39;kantts&#39;</pre>", "DEPENDENCY_MISSING"),
        ("loading\r50%\rOSError: [Errno 28] No space left on device", "DISK_FULL"),
        ("│ OutOfMemoryError: CUDA out of memory │", "CUDA_OOM"),
        ("2026-11-21T10:00:00.1Z stderr F BrokenPipeError: [Errno 32] Broken pipe", "CLIENT_DISCONNECTED"),
        ("\ufeffRuntimeError: CUDA out of memory".removeprefix("\ufeff").replace("\n", "\r\n"), "CUDA_OOM"),
    ],
)
def test_what_collectors_and_terminals_put_around_a_message_does_not_matter(wrapped, code):
    assert told(wrapped) == code


@pytest.mark.parametrize("field", ["text", "input", "tts_text", "prompt", "文本"])
def test_the_words_to_be_spoken_are_no_evidence(field):
    line = f'2026-11-21 10:00:00,000 - tts - ERROR - {field}="CUDA out of memory": Language not supported: xx'
    explanation = explain_text(line)
    assert explanation is not None
    assert explanation.error_code == "LANGUAGE_UNSUPPORTED"
    assert "CUDA" not in explanation.evidence[0].text


def test_an_error_of_no_known_kind_is_said_to_be_one_with_what_groups_it():
    explanation = explain_text('File "a.py"\nERROR - flux capacitor 7 misaligned at 0x7f3a')
    assert explanation is not None
    assert (explanation.error_code, explanation.unclassified) == (None, True)
    assert explanation.template == "flux capacitor <n> misaligned at <hex>"


def test_a_bug_in_the_service_is_an_internal_error_with_low_confidence():
    explanation = explain_text("Traceback (most recent call last):\n  File \"/srv/a.py\", line 1, in f\nKeyError: 'x'")
    assert explanation is not None
    assert explanation.error_code == "INTERNAL_ERROR"
    assert explanation.confidence < 0.5


def test_cause_and_remedy_come_in_the_language_asked_for():
    explanation = explain_text("RuntimeError: CUDA out of memory", lang="zh")
    assert explanation is not None
    assert "显存" in (explanation.cause or "")


@given(st.text(alphabet="ab 1:/\"'\\\n[]()ErrorTraceback,.x=模型失败\x1b\r", max_size=400))
def test_any_text_gets_an_answer(text):
    explanation = explain_text(text)
    assert explanation is None or 0 <= explanation.confidence <= 1


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        " ",
        "\n",
        "a.",
        'text="',
        '  File "',
        "{",
        "/a",
        "error: ",
        "No such file or directory: ",
        "\x1b[",
        "│",
        "'",
    ],
)
def test_hostile_length_is_cut_and_does_not_break_the_answer(piece):
    assert told("ERROR - CUDA out of memory\n" + piece * (400_000 // len(piece))) in {"CUDA_OOM", "NONE"}


def test_importing_the_package_reads_no_catalogue_and_loads_nothing_heavy():
    code = (
        "import sys, ttslog.signatures as s\n"
        "from ttslog.signatures import _catalogue as c\n"
        "assert c.catalogue.cache_info().misses == 0\n"
        "assert not {'polars', 'pandas', 'numpy', 'rich', 'plotly'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
