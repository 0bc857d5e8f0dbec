"""The formats of the engines: every sample, every template, any bytes."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.parsers import Clock, Event, LineParser, formats
from ttslog.parsers._format import Sample
from ttslog.parsers._templates import Templates

ENGINES = (
    *("alltalk", "chatterbox", "chattts", "coqui", "cosyvoice", "f5_tts", "fish_speech", "gpt_sovits", "gradio"),
    *(
        "higgs",
        "indextts",
        "indextts_vllm",
        "kantts",
        "kokoro",
        "melotts",
        "modelscope",
        "openai_edge_tts",
        "openedai_speech",
    ),
    *("orpheus", "piper", "sherpa", "spark_tts", "triton", "vllm", "xtts"),
)
SAMPLES = [pytest.param(name, sample, id=sample.line[:60]) for name in ENGINES for sample in formats()[name].samples]
LINES = [sample.values[1].line for sample in SAMPLES]


def parse(name: str, line: bytes) -> Event | None:
    return formats()[name].parse(line, Clock())


def said(event: Event, field: str) -> object:
    if field == "time":
        return event.time_us and f"{datetime.fromtimestamp(event.time_us / 1e6, UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
    return getattr(event, field) if field in ("name", "level", "request_id") else event.fields.get(field)


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_a_sample_becomes_its_event(name: str, sample: Sample) -> None:
    event = parse(name, sample.line.encode())

    assert event is not None
    assert {field: said(event, field) for field in sample.event} == sample.event


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_a_sample_is_claimed_by_its_own_format(name: str, sample: Sample) -> None:
    event = LineParser(Clock()).parse(sample.line.encode())

    assert event is not None
    assert event.format == name


@pytest.mark.parametrize(("name", "sample"), SAMPLES)
def test_no_two_engines_claim_the_same_line(name: str, sample: Sample) -> None:
    assert [other for other in ENGINES if parse(other, sample.line.encode())] == [name]


def test_every_template_of_every_engine_has_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    make_event = Templates._event
    monkeypatch.setattr(
        Templates, "_event", lambda self, row, found: written.append(row.template.line) or make_event(self, row, found)
    )

    for sample in SAMPLES:
        parse(sample.values[0], sample.values[1].line.encode())

    assert {line for name in ENGINES for line in templates_of(name)} <= set(written)


def templates_of(name: str) -> set[str]:
    module = importlib.import_module(f"ttslog.parsers.{name}")
    groups = [value for value in vars(module).values() if isinstance(value, Templates)]
    return {row.template.line for group in groups for rows in group._rows.values() for row in rows}


@pytest.mark.parametrize("name", ENGINES)
@given(line=st.binary(max_size=300))
def test_no_bytes_make_a_parser_raise(name: str, line: bytes) -> None:
    parse(name, line)


@given(line=st.sampled_from(LINES), cut=st.integers(0, 200), put=st.binary(max_size=12))
def test_no_damage_to_a_line_makes_a_parser_raise(line: str, cut: int, put: bytes) -> None:
    damaged = line.encode()[:cut] + put + line.encode()[cut + 3 :]

    for name in ENGINES:
        parse(name, damaged)


@pytest.mark.parametrize(
    "line",
    [
        ">> RTF: 99999999999999999999999999999999",
        ">> gpt_gen_time: nan seconds",
        "2026-11-20 14:00:00,123 INFO yield speech len 1e999, rtf 1",
        "Set seed to" + " " * 1000,
        "Realtime factor: 0.00x",
    ],
)
def test_an_absurd_number_is_never_a_value(line: str) -> None:
    event = LineParser(Clock()).parse(line.encode())

    assert event is None or "rtf" not in event.fields


def test_the_row_of_gpt_sovits_is_itself_and_its_four_stages() -> None:
    row, *stages = LineParser(Clock()).parse_all(b"0.731\t0.209\t2.655\t0.840")

    assert (row.name, row.fields["duration_ms"]) == ("stage_row", 4435.0)
    assert [(event.fields["model_stage"], event.fields["duration_ms"]) for event in stages] == [
        ("reference", 731.0),
        ("text", 209.0),
        ("semantic", 2655.0),
        ("audio", 840.0),
    ]


def test_a_line_in_gb18030_is_read() -> None:
    event = parse("cosyvoice", "2026-11-20 14:00:00,123 INFO synthesis text 今天天气真好".encode("gb18030"))

    assert event is not None
    assert event.fields["text"] == "今天天气真好"


def test_a_text_that_looks_like_the_end_stays_a_text() -> None:
    event = parse("alltalk", b"[AllTalk TTSGen] >> RTF: 0.5 said the log")

    assert event is not None
    assert event.name == "synthesis_start"
