"""Joins: whole small logs of engines with known truth, and the cases in which a line's request can not be told."""

from __future__ import annotations

import runpy
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ttslog.joins import join
from ttslog.lifecycle import Request, assemble
from ttslog.parsers import Clock, Event, LineParser
from ttslog.reading import Scan, scan

GENERATOR = runpy.run_path(str(Path(__file__).parent / "data" / "engines" / "generate.py"))
ENGINES = sorted(GENERATOR["ENGINES"])
SEEDS = (1, 2, 3)


def read(folder: Path, *texts: str) -> tuple[Scan, list[Event]]:
    """Write a log, oldest file first, and join what is read from it."""
    for age, text in enumerate(reversed(texts)):
        (folder / (f"app.log.{age}" if age else "app.log")).write_text(text, encoding="utf-8")
    scanned = scan([str(folder)])
    return scanned, list(join(scanned))


def requests(events: list[Event]) -> list[Request]:
    by_id = defaultdict(list)
    for event in events:
        if event.request_id is not None:
            by_id[event.request_id].append(event)
    found = [request for request_id, lines in by_id.items() for request in assemble(request_id, lines)]
    return sorted(found, key=lambda request: min((event.file, event.line) for event in request.events))


def statuses(events: list[Event]) -> list[str]:
    return [request.status for request in requests(events)]


def without_id(events: list[Event]) -> list[int]:
    return [event.line for event in events if event.request_id is None]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_log_without_ids_gives_the_requests_that_were_there(engine: str, seed: int, tmp_path: Path) -> None:
    log = GENERATOR["written"](engine, seed)

    scanned, events = read(tmp_path, log.text)

    found = requests(events)
    assert [request.status for request in found] == [truth.status for truth in log.truth]
    for request, truth in zip(found, log.truth, strict=True):
        assert request.events[0].line == truth.line
        assert [stage.model_stage for stage in request.stages] == list(truth.stages)
        known = {name: value for name, value in vars(truth).items() if name in _COMPARED and value is not None}
        assert {name: getattr(request, name) for name in known} == pytest.approx(known)
    assert scanned.reading.total("bad") == 0
    assert scanned.reading.total("lines") == len(log.lines)


_COMPARED = {"duration_ms", "audio_seconds", "error_type", "text_len"}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_event_comes_out_once(engine: str, tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(GENERATOR["written"](engine, 1).text, encoding="utf-8")
    before = list(scan([str(tmp_path)]))

    after = list(join(before))

    assert sorted(map(id, after)) == sorted(map(id, before))


START = ">> starting inference..."
END = """>> gpt_gen_time: 1.00 seconds
>> Total inference time: 2.00 seconds
>> Generated audio length: 4.00 seconds
>> RTF: 0.5000
>> wav file saved to: out/{}.wav"""
OOM = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\nRuntimeError: CUDA out of memory'


def lines(*texts: str) -> str:
    return "\n".join(texts) + "\n"


def test_an_id_is_made_from_format_file_and_first_line(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines("", START, END))

    assert requests(events)[0].request_id == "indextts:app.log:2"


def test_a_request_without_an_end_before_the_next_one_ends_is_lost(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, END, START, END))

    lost, overtaker, alone = requests(events)
    assert (lost.status, overtaker.status, alone.status) == ("incomplete", "success", "success")
    assert lost.confidence == overtaker.confidence == 0.5
    assert alone.confidence > 0.5


def test_a_lost_request_of_an_engine_without_end_lines_does_not_cast_doubt_on_all_later_ones(tmp_path: Path) -> None:
    flags, row = "True True False", "0.000\t0.100\t1.000\t0.300"
    _, events = read(tmp_path, lines(flags, flags, row, flags, row))

    assert statuses(events) == ["incomplete", "success", "success"]
    assert [request.confidence for request in requests(events)] == [0.5, 0.5, 0.8]


def test_a_lost_request_among_overlapping_ones_is_given_up_after_a_while(tmp_path: Path) -> None:
    def kokoro(second: int, message: str) -> str:
        return f"02:{second // 60:02}:{second % 60:02} PM | INFO     | text_processor:200 | {message}"

    served = [
        line
        for number in range(20)
        for line in (
            kokoro(10 * number + 5, "Starting smart split for 9 chars"),
            kokoro(10 * number + 7, "Split completed in 2000.00ms, produced 1 chunks"),
        )
    ]
    _, events = read(tmp_path, lines(kokoro(0, "Starting smart split for 5 chars"), *served))

    lost, *others = requests(events)
    assert lost.status == "incomplete"
    assert {request.status for request in others} == {"success"}
    assert (others[0].confidence, others[-1].confidence) == (0.7, 0.9)


def test_two_requests_whose_ends_both_come_are_not_told_apart(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, END.format(1), END.format(2)))

    first, second = requests(events)
    assert (first.status, second.status) == ("success", "success")
    assert first.confidence == second.confidence == 0.3
    assert first.duration_ms is second.duration_ms is None
    assert without_id(events) == list(range(3, 13))


def test_an_end_that_was_counted_is_made_and_says_so(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, END, END))

    made = [event for event in events if "made_by" in event.fields]
    assert [event.fields["made_by"] for event in made] == ["counting", "counting"]


def test_a_failure_between_two_open_requests_is_nobodys_and_both_are_in_doubt(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, START, OOM))

    assert [request.status for request in requests(events)] == ["incomplete", "incomplete"]
    assert {request.confidence for request in requests(events)} == {0.3}


def test_a_traceback_in_an_open_request_ends_it_as_failed(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, OOM, START, END))

    failed, ok = requests(events)
    assert (failed.status, failed.error_type, failed.error_message) == ("failed", "RuntimeError", "CUDA out of memory")
    assert failed.confidence < ok.confidence


def test_a_traceback_between_the_end_and_the_file_means_the_audio_was_not_saved(tmp_path: Path) -> None:
    unsaved = END.rsplit("\n", 1)[0]
    _, events = read(tmp_path, lines(START, unsaved, OOM.replace("RuntimeError: CUDA out of memory", "OSError: no")))

    assert [(request.status, request.error_type) for request in requests(events)] == [("failed", "OSError")]


def test_a_traceback_behind_a_request_that_is_done_is_not_its_failure(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, END, OOM))

    assert statuses(events) == ["success"]
    assert [event.name for event in events if event.request_id is None] == ["exception"]


def test_tracebacks_that_a_buffer_put_before_the_prints_are_nobodys(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(OOM, OOM, START, END, START, START, END))

    assert statuses(events) == ["success", "incomplete", "success"]
    assert [event.name for event in events if event.request_id is None] == ["exception", "exception"]


def test_a_banner_closes_what_is_open(tmp_path: Path) -> None:
    banner = "* Running on local URL:  http://0.0.0.0:7860"
    _, events = read(tmp_path, lines(START, banner, END))

    assert statuses(events) == ["incomplete"]
    assert without_id(events) == [2, 3, 4, 5, 6, 7]


def test_a_request_goes_on_in_the_next_file_of_a_rotated_log(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START), lines(END))

    assert [(request.status, request.request_id) for request in requests(events)] == [
        ("success", "indextts:app.log.1:1")
    ]


def test_a_request_ends_with_its_log(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(lines(START))
    (tmp_path / "b.log").write_text(lines(END, START))
    events = list(join(scan([str(tmp_path)])))

    assert statuses(events) == ["incomplete", "incomplete"]


def test_files_of_the_same_name_give_different_ids(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "app.log").write_text(lines(START, END.format(folder)))

    found = requests(list(join(scan([str(tmp_path)]))))

    assert len({request.request_id for request in found}) == 2


def test_a_wrappers_start_line_is_part_of_the_request(tmp_path: Path) -> None:
    received = 'Infer start | params={"emo_alpha": 1.0}'
    _, events = read(tmp_path, lines(received, START, END, received, START, END))

    assert [(request.status, request.lines) for request in requests(events)] == [("success", 7), ("success", 7)]


def test_a_request_that_is_one_line_began_its_duration_earlier(tmp_path: Path) -> None:
    line = "[2026-11-20 14:00:01.000] [piper] [info] Real-time factor: 0.1 (infer=0.25 sec, audio=2.5 sec)"
    _, events = read(tmp_path, lines(line, line))

    for request in requests(events):
        assert (request.status, request.duration_ms, request.audio_seconds) == ("success", 250.0, 2.5)
        assert request.end_us - request.start_us == 250_000


def test_a_wrappers_line_is_the_request_that_wrote_its_file(tmp_path: Path) -> None:
    done = "Infer done  | out=out/1.wav | size=132344 bytes | 2630.4ms"
    _, events = read(tmp_path, lines(START, END.format(1), START, END.format(2), done))

    (line,) = (event for event in events if "wall_ms" in event.fields)
    assert (line.request_id, line.join) == ("indextts:app.log:1", "path")


TIME = "2026-11-20 12:00:0{},000 INFO {}"
ACCESS = 'INFO:     10.0.0.7:51234 - "POST /inference_sft HTTP/1.1" 200 OK'


def segment(at: int, text: str) -> str:
    return TIME.format(at, f"synthesis text {text}")


def audio(at: int, seconds: float, rtf: float) -> str:
    return TIME.format(at, f"yield speech len {seconds}, rtf {rtf}")


def test_pieces_without_a_request_line_are_each_a_request_of_low_confidence(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(segment(0, "a"), audio(1, 2.0, 0.5), segment(1, "b"), audio(2, 2.0, 0.5)))

    assert [(request.status, request.confidence) for request in requests(events)] == [("success", 0.7)] * 2


def test_the_bar_says_that_pieces_are_of_one_request(tmp_path: Path) -> None:
    bar = " 50%|█████     | 1/2 [00:01<00:01,  1.00s/it]"
    _, events = read(tmp_path, lines(segment(0, "a"), audio(1, 2.0, 0.5), bar, segment(1, "bc"), audio(2, 4.0, 0.25)))

    (request,) = requests(events)
    assert (request.status, request.duration_ms, request.audio_seconds) == ("success", 2000.0, 6.0)
    assert (request.rtf, request.text_len) == (pytest.approx(1 / 3, abs=1e-5), 3)


def test_a_bar_that_is_not_full_means_the_request_is_not_done(tmp_path: Path) -> None:
    bar = " 50%|█████     | 1/2 [00:01<00:01,  1.00s/it]"
    _, events = read(tmp_path, lines(segment(0, "a"), audio(1, 2.0, 0.5), bar))

    assert statuses(events) == ["incomplete"]


def test_an_access_line_before_the_work_holds_the_pieces_together(tmp_path: Path) -> None:
    pieces = (segment(0, "a"), audio(1, 2.0, 0.5), segment(1, "b"), audio(2, 2.0, 0.5))
    _, events = read(tmp_path, lines(ACCESS, *pieces, ACCESS, segment(3, "c")))

    done, open_ = requests(events)
    assert (done.status, done.http_status, done.duration_ms) == ("success", 200, 2000.0)
    assert (open_.status, open_.http_status) == ("incomplete", 200)


def test_an_answer_of_200_with_a_failure_behind_it_is_a_failure(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(ACCESS, segment(0, "a"), "ERROR:    Exception in ASGI application", OOM))

    (request,) = requests(events)
    assert (request.status, request.http_status, request.error_type) == ("failed", 200, "RuntimeError")


def test_two_pieces_at_once_are_told_apart_by_what_they_cost(tmp_path: Path) -> None:
    request_line = TIME.format(0, "get sft inference request")
    later = TIME.format(1, "get sft inference request")
    _, events = read(
        tmp_path,
        lines(request_line, segment(0, "aa"), later, segment(1, "b"), audio(3, 2.0, 1.0), audio(5, 10.0, 0.5)),
    )

    first, second = requests(events)
    assert (first.audio_seconds, second.audio_seconds) == (10.0, 2.0)
    assert first.confidence == second.confidence == 0.7


def test_two_pieces_at_once_that_cost_the_same_are_not_guessed(tmp_path: Path) -> None:
    request_line = TIME.format(0, "get sft inference request")
    both = (request_line, segment(0, "a"), request_line, segment(0, "b"))
    _, events = read(tmp_path, lines(*both, audio(1, 2.0, 0.5), audio(1, 2.0, 0.5)))

    assert {request.confidence for request in requests(events)} == {0.3}
    assert without_id(events) == [5, 6]


@pytest.mark.parametrize(
    ("status", "joined"),
    [
        pytest.param(200, True, id="an answer of a request that ended"),
        pytest.param(422, False, id="a refusal is not the answer of a request that succeeded"),
    ],
)
def test_an_access_line_behind_the_end(status: int, joined: bool, tmp_path: Path) -> None:  # noqa: FBT001
    access = f'INFO:     10.0.0.7:51234 - "POST /tts HTTP/1.1" {status} X'
    _, events = read(tmp_path, lines(START, END, access))

    (line,) = (event for event in events if event.name == "http_access")
    assert (line.request_id is not None) == joined


def test_an_access_line_of_another_path_joins_nothing(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(START, 'INFO:     10.0.0.7:51234 - "GET /health HTTP/1.1" 200 OK', END))

    assert without_id(events) == [2]


def test_an_access_line_alone_makes_no_request(tmp_path: Path) -> None:
    _, events = read(tmp_path, lines(ACCESS, ACCESS))

    assert requests(events) == []
    assert len(events) == 2


def test_an_answer_of_500_fails_the_request_that_never_ended(tmp_path: Path) -> None:
    access = 'INFO:     10.0.0.7:51234 - "POST /tts HTTP/1.1" 500 Internal Server Error'
    _, events = read(tmp_path, lines(START, access, START, END))

    assert statuses(events) == ["failed", "success"]


SEED = "2024-06-12 14:22:{},000 - app.tts_engine - {} - {}"
SEED_START = 'synthesis_start: id={}, text="a", lang=zh, voice=v, duration_ms=0, cache_hit=false'
SEED_END = "synthesis_complete: id={}, status=failed, duration_ms=214, error_code=SCIPY_FFT_INVALID"
BARE = "2024-06-12 14:22:38,000 ... ERROR: scipy.fft failed on input len=1024"


def test_a_bare_error_belongs_to_the_only_request_around_it(tmp_path: Path) -> None:
    start, end = SEED.format(37, "INFO", SEED_START.format("ts_1")), SEED.format(39, "INFO", SEED_END.format("ts_1"))
    _, events = read(tmp_path, lines(start, BARE, end, BARE))

    assert [event.request_id for event in events] == ["ts_1", "ts_1", "ts_1", None]
    assert (events[1].join, events[1].confidence) == ("serial", 0.6)
    assert (events[0].join, events[0].confidence) == ("request_id", 1.0)


def test_a_bare_error_between_two_open_requests_is_nobodys(tmp_path: Path) -> None:
    starts = [SEED.format(37, "INFO", SEED_START.format(name)) for name in ("ts_1", "ts_2")]
    _, events = read(tmp_path, lines(*starts, BARE))

    assert without_id(events) == [3]


def test_a_bare_error_hours_later_is_not_the_lost_requests(tmp_path: Path) -> None:
    start = SEED.format(37, "INFO", SEED_START.format("ts_1"))
    _, events = read(tmp_path, lines(start, BARE.replace(" 14:", " 19:")))

    assert without_id(events) == [2]


def test_a_trace_id_is_an_id(tmp_path: Path) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    line = f'{{"timestamp": "2026-11-20T12:00:00Z", "event": "note", "trace_id": "{trace_id}"}}'
    start = (
        f'{{"timestamp": "2026-11-20T11:59:59Z", "event": "synthesis_start", "request_id": "r1", '
        f'"trace_id": "{trace_id}"}}'
    )
    _, events = read(tmp_path, lines(line, start, line))

    assert [event.request_id for event in events] == [trace_id, "r1", "r1"]
    assert [event.join for event in events] == ["trace_id", "request_id", "trace_id"]


def test_a_record_that_is_cut_off_keeps_its_lines(tmp_path: Path) -> None:
    line = "INFO 11-20 12:00:00 [log_utils.py:416] {'batch_size': 1,"
    _, events = read(tmp_path, lines(line))

    assert [event.name for event in events] == ["stats_line"]


def test_a_request_that_never_ends_does_not_gather_the_rest_of_the_log(tmp_path: Path) -> None:
    chunk = "torch.Size([1, 22050])"
    _, events = read(tmp_path, lines(START, *[chunk] * 5_000))

    assert len(events) == 5_001
    assert len(without_id(events)) > 2_000


POOL = [line for engine in ENGINES for line in GENERATOR["written"](engine, 1).lines if line]
MADE = st.lists(st.sampled_from([*POOL, ACCESS, BARE, OOM.split("\n", maxsplit=1)[0]]), max_size=60)


@settings(max_examples=300)
@given(MADE)
def test_no_order_of_lines_loses_or_doubles_an_event(texts: list[str]) -> None:
    before = parsed(texts)

    after = [event for event in join(before) if "made_by" not in event.fields]

    assert sorted(map(id, after)) == sorted(map(id, before))


@settings(max_examples=300)
@given(MADE)
def test_a_line_that_has_an_id_keeps_it_and_its_confidence(texts: list[str]) -> None:
    events = parsed(texts)
    known = {id(event): event.request_id for event in events if event.request_id is not None}

    for event in join(events):
        if id(event) in known:
            assert (event.request_id, event.join, event.confidence) == (known[id(event)], "request_id", 1.0)


@settings(max_examples=300)
@given(MADE)
def test_a_joined_request_has_one_end_at_most_and_says_how_sure_it_is(texts: list[str]) -> None:
    by_id = defaultdict(list)
    for event in join(parsed(texts)):
        if event.request_id is not None and event.request_id.split(":")[0] in ENGINES:
            by_id[event.request_id].append(event)

    for joined in by_id.values():
        assert sum(event.name == "synthesis_complete" for event in joined) <= 1
        assert all(0 < event.confidence < 1 for event in joined)


def parsed(texts: list[str]) -> list[Event]:
    parser = LineParser(Clock())
    events = []
    for number, text in enumerate(texts, 1):
        for event in parser.parse_all(text.encode()):
            event.line = number
            events.append(event)
    return events
