"""What holds for every format: its samples prove it, and lines find their own format whatever stood before them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ttslog.parsers import Clock, Format, LineParser, as_shown, detection, formats, is_for_terminal
from ttslog.parsers._detection import NATIVE
from ttslog.parsers._samples import disagreements
from ttslog.reading import scan

NAMES = sorted(formats())
LINES = [sample.line.encode() for name in NAMES for sample in formats()[name].samples]
TRACEBACK = [
    b"Traceback (most recent call last):",
    b'  File "/app/tts.py", line 12, in speak',
    b"    wave = vocoder(mel)",
    b"ValueError: Expected more than 1 value per channel when training",
]
# A carriage return splits one physical line into several records, which is a case of its own.
ANY_LINE = st.one_of(
    st.sampled_from(LINES),
    st.sampled_from(TRACEBACK),
    st.binary(max_size=60).map(lambda line: line.replace(b"\n", b"")),
)


def mutated(line: bytes, place: float, junk: bytes, cut: int) -> bytes:
    at = int(place * len(line))
    return line[:at] + junk + line[at + cut :]


@pytest.mark.parametrize("name", NAMES)
def test_each_sample_becomes_what_it_says(name: str) -> None:
    assert formats()[name].samples
    assert list(disagreements(formats()[name])) == []


def test_a_wrong_sample_is_noticed() -> None:
    uvicorn = formats()["uvicorn"]
    wrong = type(uvicorn.samples[0])(uvicorn.samples[0].line, {"http_status": 500})
    told = list(disagreements(type(uvicorn)(title="", parse=uvicorn.parse, samples=(wrong,))))
    assert told == ["sample 1: http_status is 200, not 500"]


@pytest.mark.parametrize("name", NAMES)
def test_a_line_is_claimed_by_its_own_format_whichever_took_the_line_before(name: str) -> None:
    for sample in formats()[name].samples:
        for before in NAMES:
            parser = LineParser(Clock())
            parser.parse(formats()[before].samples[0].line.encode())
            event = parser.parse_json(sample.line.encode()) or parser.parse(sample.line.encode())
            assert event is not None
            assert event.format == name, f"behind {before}: {sample.line[:80]}"


@pytest.mark.parametrize("name", NAMES)
def test_every_line_of_a_format_holds_one_of_its_marks(name: str) -> None:
    """Asked without its marks a format claims no line that it does not claim with them."""
    format_ = formats()[name]
    assert all(mark.isascii() for mark in format_.marks)
    claimed = [line for line in LINES if format_.parse(line, Clock()) is not None]
    assert [line for line in claimed if not any(mark.encode() in line for mark in format_.marks)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_line_of_a_format_begins_with_another_byte_than_it_says(name: str) -> None:
    """Neither a sample nor what becomes of it when its first byte is another one, cut off, or stands behind one."""
    format_ = formats()[name]
    own = [sample.line.encode() for sample in format_.samples]
    others = [
        changed for line in own for byte in range(128) for changed in (bytes([byte]) + line[1:], bytes([byte]) + line)
    ]
    for line in (*LINES, *others, *(line[1:] for line in own)):
        if format_.begins and line[:1].isascii() and line[:1] not in format_.begins:
            assert format_.parse(line, Clock()) is None, line


@given(
    st.sampled_from(NAMES),
    st.lists(st.sampled_from(LINES), max_size=3),
    st.sampled_from(LINES),
    st.floats(0, 1),
    st.binary(max_size=4).map(lambda junk: junk.replace(b"\n", b"").replace(b"\r", b"")),
    st.integers(0, 40),
)
def test_no_order_and_no_mark_changes_who_claims_a_line(
    before: str, between: list[bytes], line: bytes, place: float, junk: bytes, cut: int
) -> None:
    """A damaged line is claimed by the first format, in the order of all, whose parser takes it.

    The order is that behind the last line which began alike, whatever stands between.
    """
    last, line = formats()[before].samples[0].line.encode(), mutated(line, place, junk, cut)
    shown = _shown(line)
    assume(not any(b"\r" in one for one in (shown, last, *between)))
    parser = LineParser(Clock())
    for other in (last, *(other for other in between if _shown(other)[:1] != shown[:1]), line):
        found = parser.parse(other)
    behind = before if _shown(last)[:1] == shown[:1] else NATIVE
    first = next((name for name, _, _ in detection().after(behind) if _claims(name, shown)), None)
    assert (found.format if found else None) == first


def test_lines_of_two_programs_in_turn_are_each_expected() -> None:
    """Only the first line of each is held against other formats, one's own among them."""
    asked: list[bytes] = []
    own = {"own": Format(title="", parse=lambda line, _: asked.append(line), samples=())}
    parser = LineParser(Clock(), own)
    service, server = (formats()[name].samples[0].line.encode() for name in ("seed_keyvalue", "uvicorn"))
    assert all(parser.parse_next(line) for line in (service, server))
    assert {service, server} <= set(asked)
    asked.clear()
    assert all(parser.parse_next(line) for line in (service, server))
    assert asked == []


def _shown(line: bytes) -> bytes:
    return as_shown(line) if is_for_terminal(line) else line


def _claims(name: str, line: bytes) -> bool:
    format_ = formats()[name]
    return bool((format_.parse_all or format_.parse)(line, Clock()))


def test_no_two_formats_claim_samples_of_each_other() -> None:
    claims = detection().claims
    assert [(one, other) for one in claims for other in claims[one] if one in claims[other]] == []


@given(line=st.sampled_from(LINES), place=st.floats(0, 1), junk=st.binary(max_size=8), cut=st.integers(0, 40))
def test_no_format_raises_on_any_bytes(line: bytes, place: float, junk: bytes, cut: int) -> None:
    clock = Clock()
    for format_ in formats().values():
        event = format_.parse(mutated(line, place, junk, cut), clock)
        assert event is None or (event.name and (event.time_us is None or type(event.time_us) is int))


@given(lines=st.lists(ANY_LINE, max_size=30))
def test_every_physical_line_of_any_mixture_is_counted_once(
    lines: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("mixture") / "app.log"
    path.write_bytes(b"".join(line + b"\n" for line in lines))
    read = scan([str(path)])
    events = list(read)
    total = read.reading.total
    parts = ("events", "continuations", "blank", "duplicates", "bad")
    assert total("lines") == sum(map(total, parts))
    assert len(events) >= total("events")
    assert [event.line for event in events] == sorted(event.line for event in events)


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    path = tmp_path / "app.log"
    path.write_bytes(
        b'{"timestamp":"2026-11-20T14:00:00Z","level":"info","event":"synthesis_start","request_id":"ts_1"}\n'
        b"2026-11-20 14:00:01,000 ERROR vocoder failed\n" + b"\n".join(TRACEBACK) + b"\n\n"
        b'INFO:     127.0.0.1:47432 - "POST /v1/audio/speech HTTP/1.1" 200 OK\n'
        b"something that nobody knows\n"
        b'{"timestamp":"2026-11-20T14:00:02Z","level":"info","event":"synthesis_complete","request_id":"ts_1"}\n'
    )
    return path


def test_a_file_may_mix_json_text_tracebacks_and_access_lines(mixed: Path) -> None:
    read = scan([str(mixed)])
    events = list(read)
    file = read.reading.files[0]
    assert [event.format for event in events] == ["native_json", "python_logging", "uvicorn", "native_json"]
    assert (file.lines, file.events, file.continuations, file.blank, file.bad) == (10, 4, 4, 1, 1)
    assert file.unmatched == [(9, "something that nobody knows")]
    assert events[1].fields["error_type"] == "ValueError"
    assert "traceback" not in events[0].fields
