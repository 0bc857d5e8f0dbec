"""A user's own formats: read from TOML, proved by their samples, and refused with the file and the key named."""

from __future__ import annotations

import json
from datetime import timedelta, timezone
from pathlib import Path

import pytest

from ttslog.commands import run
from ttslog.errors import UsageError
from ttslog.parsers import Clock, load_formats
from ttslog.reading import scan

ACME = r"""
[formats.acme]
title = "Acme TTS"
pattern = '(?P<time>[\d.]+ [\d:]+) (?P<level>\w) (?P<request_id>ts_\S+) (?P<stage>\w+) (?P<dur_ms>\d+) ?(?P<message>.*)'
time_format = "%d.%m.%Y %H:%M:%S"
levels = { I = "info", W = "warning", E = "error" }
event = "stage_time"

[[formats.acme.samples]]
line = "20.11.2026 14:00:00 E ts_7f3a2b1c vocoder 120 failed"
event = { name = "stage_time", time = "2026-11-20T14:00:00Z", level = "error", request_id = "ts_7f3a2b1c" }
"""
LINE = "20.11.2026 14:00:00 I ts_1 vocoder 120"


def stored(tmp_path: Path, content: str, name: str = "formats.toml") -> Path:
    path = tmp_path / name
    path.write_text(content, "utf-8")
    return path


def test_a_line_of_an_own_format_becomes_an_event_with_canonical_names(tmp_path: Path) -> None:
    own = load_formats(stored(tmp_path, ACME))
    log = tmp_path / "app.log"
    log.write_text(f"{LINE}\nINFO:root:another format\n")
    events = list(scan([str(log)], formats=own))
    assert [event.format for event in events] == ["acme", "python_basic"]
    assert (events[0].name, events[0].level, events[0].request_id) == ("stage_time", "info", "ts_1")
    assert events[0].fields == {"model_stage": "vocoder", "duration_ms": "120", "message": ""}
    assert events[0].time_us == Clock().text("2026-11-20T14:00:00Z")


def test_a_time_without_a_zone_is_read_in_the_zone_asked_for(tmp_path: Path) -> None:
    acme = load_formats(stored(tmp_path, ACME))["acme"]
    event = acme.parse(LINE.encode(), Clock(timezone(timedelta(hours=8))))
    assert event is not None
    assert event.time_us == Clock().text("2026-11-20T06:00:00Z")


def test_an_own_format_is_asked_before_one_of_the_package_that_is_no_more_specific(tmp_path: Path) -> None:
    mine = r"""
[formats.mine]
pattern = '(?P<time>\S+ \S+) INFO (?P<message>.*)'
[[formats.mine.samples]]
line = "2026-11-20 14:00:00 INFO ready"
"""
    log = tmp_path / "app.log"
    log.write_text("2026-11-20 14:00:00 INFO ready\n2026-11-20 14:00:00,123 INFO yield speech len 2.5, rtf 0.4\n")
    formats = [event.format for event in scan([str(log)], formats=load_formats(stored(tmp_path, mine)))]
    assert formats[0] == "mine"


def test_the_project_file_holds_formats_under_its_tool_table(tmp_path: Path) -> None:
    content = ACME.replace("[formats.", "[tool.ttslog.formats.").replace("[[formats.", "[[tool.ttslog.formats.")
    assert list(load_formats(stored(tmp_path, content, "pyproject.toml"))) == ["acme"]


def test_an_own_format_may_take_the_name_of_one_of_the_package(tmp_path: Path) -> None:
    own = load_formats(stored(tmp_path, ACME.replace("acme", "uvicorn")))
    log = tmp_path / "app.log"
    log.write_text(f"{LINE}\nINFO:     Application startup complete.\n")
    opened = scan([str(log)], formats=own)
    assert [event.format for event in opened] == ["uvicorn"]
    assert opened.reading.total("bad") == 1


def test_a_file_without_formats_gives_none(tmp_path: Path) -> None:
    assert load_formats(stored(tmp_path, "[logs]\npaths = ['x']\n")) == {}


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("pattern = '", "pattern = '("), "formats.acme.pattern is no regular expression"),
        (("pattern =", "patern ="), "formats.acme.patern is not known: use event, levels, pattern"),
        (('title = "Acme TTS"', "title = 3"), "formats.acme.title must be a text"),
        (("%Y", ""), "formats.acme.time_format has no year"),
        (('level = "error"', 'level = "info"'), "formats.acme.samples sample 1: level is 'error', not 'info'"),
        (('line = "20.', 'line = "x20.'), "formats.acme.samples sample 1: the line does not match"),
        (("line =", "lime ="), "formats.acme.samples number 1 needs `line`"),
        (("[formats.acme]", "[formats.acme"), "not TOML"),
        ((ACME, "formats = 3"), "formats must be a table"),
        ((ACME, "[formats]\nacme = 3"), "formats.acme must be a table"),
        ((ACME, "[formats.acme]\nsamples = []"), "formats.acme.samples is empty"),
        ((ACME, "[formats.acme]\npattern = 'x'\nsamples = [{line = 'x'}]"), "formats.acme.pattern has no named group"),
        ((ACME, "[formats.acme]\nsamples = [{line = 'x'}]"), "formats.acme.pattern is missing"),
    ],
)
def test_a_mistake_is_named_with_file_and_key(tmp_path: Path, wrong: tuple[str, str], told: str) -> None:
    path = stored(tmp_path, ACME.replace(*wrong))
    with pytest.raises(UsageError) as caught:
        load_formats(path)
    assert str(caught.value).startswith(f"{path}: {told}")


def test_a_project_file_of_a_wrong_shape_is_a_mistake_too(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="tool must be a table"):
        load_formats(stored(tmp_path, "tool = 3", "pyproject.toml"))


def test_a_file_that_is_not_there_is_a_mistake_of_the_user(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file"):
        load_formats(tmp_path / "none.toml")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    stored(tmp_path, f"{LINE}\nINFO:root:x\nnobody \x1b[31mknows 13812345678\n", "app.log")
    return tmp_path


def test_the_list_names_every_format_wrapper_and_own_format(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["formats", "--json", "--formats", str(stored(folder, ACME))]) == 0
    known = {each["name"]: each for each in json.loads(capsys.readouterr().out)["formats"]}
    assert (known["acme"]["kind"], known["uvicorn"]["kind"], known["compose"]["kind"]) == (
        "own format",
        "format",
        "wrapper",
    )
    assert all(each["samples"] for each in known.values())


def test_the_list_with_samples_holds_nothing_a_terminal_would_act_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["formats", "-v"]) == 0
    printed = capsys.readouterr().out
    assert "uvicorn" in printed
    assert "\x1b" not in printed
    assert folder.exists()


@pytest.mark.parametrize("given", [["--formats", "formats.toml"], []])
def test_explain_says_who_took_what_and_masks_what_nobody_took(
    folder: Path, capsys: pytest.CaptureFixture[str], given: list[str]
) -> None:
    stored(folder, ACME, "formats.toml" if given else "ttslog.toml")
    assert run(["formats", "--explain", "app.log", "--json", *given]) == 0
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert file["records"] == {"acme": 1, "python_basic": 1}
    assert (file["bad"], file["unmatched"]) == (1, [{"line": 3, "text": "nobody knows <phone>"}])


def test_explain_as_tsv_has_a_row_for_the_unknown_lines(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["formats", "app.log", "--format", "tsv"]) == 0
    rows = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert rows == [["path", "format", "records"], ["app.log", "python_basic", "1"], ["app.log", "unknown", "2"]]
    assert folder.exists()


def test_a_wrong_own_format_is_one_line_and_exit_code_2(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stored(folder, ACME.replace("pattern =", "patern ="))
    assert run(["formats", "--formats", "formats.toml"]) == 2
    assert capsys.readouterr().err.startswith("ttslog: formats.toml: formats.acme.patern is not known")
