from __future__ import annotations

import gzip
import io
import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ttslog.commands import explain, run

OOM = "2026-11-21 10:00:00,000 - tts - ERROR - RuntimeError: CUDA out of memory. Tried to allocate 1.2 GiB\n"
CONTRACT = {
    "error_code",
    "confidence",
    "stage",
    "severity",
    "fault",
    "retryable",
    "cause",
    "remedy",
    "evidence",
}


def answer(*arguments: str, text: str | bytes = "") -> str:
    result = CliRunner().invoke(explain.command, arguments, input=text, standalone_mode=False)
    assert result.exception is None, result.exception
    return result.output


def document(*arguments: str, text: str | bytes = "") -> dict:
    return json.loads(answer(*arguments, "--json", text=text))


def test_a_code_gives_cause_and_remedy():
    printed = answer("CUDA_OOM")
    assert printed.startswith("CUDA_OOM\n")
    assert "nvidia-smi" in printed


def test_an_alias_gives_the_code_it_stands_for():
    assert document("model_load_timeout")["error_code"] == "TIMEOUT"


def test_the_answer_is_chinese_when_asked():
    printed = answer("CUDA_OOM", "--lang", "zh")
    assert "显存耗尽" in printed
    assert "处理办法" in printed


@pytest.mark.parametrize(("argument", "text"), [("DISK_FULL", ""), ("-", OOM)])
def test_json_has_every_key_of_the_contract(argument, text):
    assert document(argument, text=text).keys() >= CONTRACT


def test_pasted_text_is_answered_with_its_code_and_the_line_that_proves_it():
    found = document("-", text="INFO - start\n" + OOM)
    assert (found["error_code"], found["verdict"]) == ("CUDA_OOM", "known")
    assert found["evidence"][0]["line"] == 2
    assert "CUDA out of memory" in found["evidence"][0]["text"]


def test_harmless_text_is_said_to_be_harmless():
    found = document("-", text="INFO - all is well\n")
    assert (found["error_code"], found["verdict"]) == (None, "harmless")
    assert "Nothing in this text failed" in answer("-", text="INFO - all is well\n")


def test_an_error_of_no_known_kind_is_said_to_be_unclassified():
    found = document("-", text="ERROR - flux capacitor 7 misaligned\n")
    assert (found["error_code"], found["verdict"]) == (None, "unclassified")
    assert found["template"] == "flux capacitor <n> misaligned"
    assert "no known kind" in answer("-", text="ERROR - flux capacitor 7 misaligned\n")


def test_gbk_from_a_windows_console_is_read():
    text = "OSError: [Errno 28] 设备上没有空间: 'a.wav'\n".encode("gb18030")
    assert document("-", text=text)["error_code"] == "DISK_FULL"


@pytest.mark.parametrize(
    "raw",
    [
        gzip.compress(OOM.encode()),
        gzip.compress(gzip.compress(OOM.encode())),
        OOM.encode("utf-16"),
        b"\xef\xbb\xbf" + OOM.encode(),
    ],
    ids=["gzip", "gzip twice", "utf-16", "utf-8 with a mark"],
)
def test_what_is_piped_in_is_read_as_a_file_would_be(raw, ttslog_reading):
    code, out, err = ttslog_reading(raw)
    assert (code, json.loads(out)["error_code"], err) == (0, "CUDA_OOM", "")


def test_of_a_damaged_stream_what_is_left_is_read_and_the_damage_named(ttslog_reading):
    code, out, err = ttslog_reading(gzip.compress(OOM.encode() * 2)[:-9])
    assert (code, json.loads(out)["error_code"]) == (0, "CUDA_OOM")
    assert err.startswith("standard input: truncated at byte ")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", ""),
        (b" \r\n\t\n", ""),
        (gzip.compress(b""), ""),
        (gzip.compress(OOM.encode())[:10], "truncated at byte 10: "),
    ],
    ids=["empty", "blank", "gzip of nothing", "gzip without content"],
)
def test_nothing_to_read_is_one_line_that_says_what_to_do(raw, why, ttslog_reading):
    code, out, err = ttslog_reading(raw)
    assert (code, out) == (1, "")
    assert err.startswith(f"ttslog: no text on standard input{why and f' ({why}'}")
    assert err.endswith("pipe a traceback or some log lines into `ttslog explain -`\n")
    assert err.count("\n") == 1


@pytest.fixture
def ttslog_reading(capsys, monkeypatch):
    """Return a function that runs `ttslog explain - --json` on bytes and gives exit code, stdout and stderr."""

    def ask(raw: bytes) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(raw)))
        code = run(["explain", "-", "--json"])
        return (code, *capsys.readouterr())

    return ask


@pytest.mark.parametrize("name", ["docs/report.png", sys.executable])
def test_what_is_no_text_is_one_line_that_says_so(name, ttslog_reading):
    raw = (Path(__file__).parents[1] / name).read_bytes()[:200_000]

    code, out, err = ttslog_reading(raw)

    assert (code, out) == (1, "")
    assert err.startswith("ttslog: standard input is no text but a binary file: ")
    assert err.count("\n") == 1


def test_text_with_a_few_control_bytes_is_text(ttslog_reading):
    assert ttslog_reading(b"\x01\x02" + OOM.encode())[0] == 0


def test_nothing_of_the_text_acts_on_the_terminal():
    assert "\x1b" not in answer("-", text="ERROR - \x1b]0;owned\x07 \x9b31m flux\n")


def test_secrets_in_the_evidence_are_masked():
    printed = answer("-", "--json", text="ERROR - RuntimeError: CUDA out of memory token=abcdef123456\n")
    assert "abcdef123456" not in printed


def test_own_signatures_are_read_from_the_file_named(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('[CUDA_OOM]\npatterns = ["gpu sulks"]\n', "utf-8")
    assert document("-", "--signatures", str(path), text="ERROR - gpu sulks")["error_code"] == "CUDA_OOM"


def test_own_signatures_are_read_from_the_file_configured(tmp_path, monkeypatch):
    (tmp_path / "own.toml").write_text('[CUDA_OOM]\npatterns = ["gpu sulks"]\n', "utf-8")
    (tmp_path / "ttslog.toml").write_text('signatures = "own.toml"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert document("-", text="ERROR - gpu sulks")["error_code"] == "CUDA_OOM"


@pytest.mark.parametrize(
    ("name", "toml"), [("ttslog.toml", 'lang = "zh"\n'), ("pyproject.toml", '[tool.ttslog]\nlang = "zh"\n')]
)
def test_the_language_is_that_of_the_settings_unless_another_is_asked_for(tmp_path, monkeypatch, name, toml):
    (tmp_path / name).write_text(toml, "utf-8")
    monkeypatch.chdir(tmp_path)
    assert "显存耗尽" in document("CUDA_OOM")["cause"]
    assert "显存耗尽" in document("-", text=OOM)["cause"]
    assert "处理办法" in answer("CUDA_OOM")
    assert "memory" in document("CUDA_OOM", "--lang", "en")["cause"]


def test_a_language_of_the_settings_that_there_is_not_is_a_usage_mistake(tmp_path, monkeypatch, capsys):
    (tmp_path / "ttslog.toml").write_text('lang = "fr"\n', "utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["explain", "CUDA_OOM"]) == 2
    assert "the setting 'lang' has to be one of en, zh" in capsys.readouterr().err


def test_an_unknown_code_is_a_usage_mistake_that_names_close_ones(capsys):
    assert run(["explain", "CUDA_OM"]) == 2
    assert "CUDA_OOM" in capsys.readouterr().err
