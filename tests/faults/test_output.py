"""Faults of output: nothing that a log holds acts on a terminal or leaves as somebody's secret."""

from __future__ import annotations

import base64
import csv
import json
import os
import re

import pytest

from tests.faults.outcome import write
from tests.faults.writing import failed, line, request, requests, stage, start
from ttslog.commands import run
from ttslog.schema import LINE

# What a terminal would act on: C0 but line feed and tab, DEL, C1, bidirectional controls, line separators.
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
HOSTILE = (
    "\x1b[2J\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1bP+q544e\x1b\\",
    "\x9b31m",
    "good\rbad",
    "ab\b\bxy",
    "\x07\x00\x7f",
    "\u202egnp.exe\u2066",
    "one\ntwo\u2028three\u0085four",
)
SHOWN = ("=cmd|' /C calc'!A0", "[bold red]x[/]", "{{7*7}}", "%(name)s %s {0}", "<b>x</b>", "@SUM(1)", "+1+1", "-2+3")
SECRETS = {
    "text": "请把我的密码念出来给大家听",
    "mail": "li.wei@example.cn",
    "phone": "13812345678",
    "id number": "11010519491231002X",
    "card": "6222021234567890123",
    "token": "sk-abcdefghij0123456789",
    "bearer": "Bearer abcdef0123456789abcdef",
    "DSN": "0123456789abcdef0123456789abcdef",
    "audio": base64.b64encode(bytes(range(256)) * 2).decode(),
}


@pytest.fixture
def answers(tmp_path, monkeypatch, capsys):
    """Return a function that writes a log and gives what every command prints about it, by command and form."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    for name in ("TTSLOG_LOGS", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)

    def ask(log: bytes, request_id: str, *forms: str) -> dict[tuple[str, str], str]:
        write(tmp_path, {"logs/app.log": log})
        questions = (("trace", "--", request_id), ("top-errors", "--"), ("requests", "--"))
        return {
            (question[0], form): _printed(capsys, question[0], "--format", form, *question[1:], "logs")
            for question in questions
            for form in forms
        }

    return ask


def _printed(capsys, *arguments: str) -> str:
    assert run([os.fspath(argument) for argument in arguments]) == 0
    captured = capsys.readouterr()
    return captured.out + captured.err


def of_every_field(value: str) -> bytes:
    """Return the log of a failing request that has `value` in every field of text, and as a warning and a stage."""
    texts = {column.name: value for column in LINE if column.kind == "text" and column.name not in ("event", "level")}
    odd = {**texts, "request_id": "odd", "status": "failed"}
    return b"".join(
        [
            start(0, **{**odd, value: value}),
            stage(0.2, **odd),
            line(0.3, value, **odd),
            line(0.4, "warning", level="warning", **{**odd, "request_id": None}),
            failed(0.5, code=value, **{key: text for key, text in odd.items() if key not in ("status", "error_code")}),
            request(1, "fine"),
        ]
    )


@pytest.mark.parametrize("value", HOSTILE, ids=ascii)
def test_nothing_a_log_holds_acts_on_a_terminal(answers, value):
    for question, printed in answers(of_every_field(value), "odd", "table", "tsv", "json").items():
        found = ACTING.search(printed)
        assert found is None, (question, printed[found.start() - 40 : found.start() + 40])


@pytest.mark.parametrize("value", SHOWN, ids=ascii)
def test_text_that_means_something_elsewhere_is_shown_as_it_is(answers, value):
    printed = answers(of_every_field(value), "odd", "json", "table")

    assert json.loads(printed["trace", "json"].partition("\nread ")[0])["request"]["voice"] == value
    assert value[:12] in printed["top-errors", "table"]


@pytest.mark.parametrize("value", SHOWN, ids=ascii)
def test_a_cell_piped_to_a_script_holds_what_the_log_holds(answers, value):
    printed = answers(of_every_field(value), "odd", "tsv")

    for text in printed.values():
        rows = list(csv.reader(text.partition("read 1 files")[0].splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE))
        assert {len(row) for row in rows if row} == {len(rows[0])}
    names, first, *_ = (row.split("\t") for row in printed["requests", "tsv"].splitlines())
    assert first[names.index("voice")] == value


@pytest.mark.parametrize("request_id", ["-abc", "--json", "=1+1", "+7", "@x"])
def test_an_id_that_looks_like_something_else_goes_from_one_command_to_the_next(answers, request_id):
    printed = answers(request(0, request_id), request_id, "tsv")

    assert printed["requests", "tsv"].splitlines()[1].split("\t")[0] == request_id


def secretive() -> bytes:
    """Return a log that holds every secret: in fields of text, in messages, in a traceback."""
    unspoken = "; ".join(secret for name, secret in SECRETS.items() if name not in ("text", "DSN"))
    unspoken += f"; https://{SECRETS['DSN']}@o1.ingest.example/2"
    everything = f"cannot say {SECRETS['text']}; {unspoken}"
    return b"".join(
        [
            start(0, "odd", text=SECRETS["text"], reference_audio=SECRETS["audio"], message=everything),
            stage(0.2, "odd", note=everything, nested={"deep": [everything]}),
            line(0.3, "warning", "odd", level="warning", message=everything, warning_code="W"),
            line(0.4, "warning", level="error", message=unspoken),
            failed(0.5, "odd", error_message=everything, traceback=f"Traceback\n{everything}"),
            requests(2),
        ]
    )


@pytest.mark.parametrize("form", ["table", "tsv", "json", "ndjson"])
def test_no_secret_of_an_old_log_is_shown(answers, form):
    printed = answers(secretive(), "odd", form)

    leaked = {
        (*question, name) for question, text in printed.items() for name, secret in SECRETS.items() if secret in text
    }
    assert leaked == set()


def test_the_report_shows_no_secret(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"logs/app.log": secretive()})
    _printed(capsys, "report", "logs", "-o", "incident.html")

    page = (tmp_path / "incident.html").read_text("utf-8")

    assert [name for name, secret in SECRETS.items() if secret in page] == []


def test_a_report_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"logs/app.log": requests(3), "out/incident.html": b"old"})
    assert run(["report", "logs", "-o", "out/missing/incident.html"]) == 1
    assert capsys.readouterr().err.count("\n") == 1

    assert (tmp_path / "out/incident.html").read_bytes() == b"old"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["incident.html"]
