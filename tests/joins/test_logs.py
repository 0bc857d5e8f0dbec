"""Joins across files, containers and the lines of wrappers."""

from __future__ import annotations

from pathlib import Path

from tests.joins.reading import END, START, lines, read, requests, statuses, without_id
from ttslog.joins import join
from ttslog.reading import scan


def test_containers_in_one_file_are_kept_apart(tmp_path: Path) -> None:
    def of(container: str, text: str) -> list[str]:
        return [f"{container}  | {line}" for line in text.split("\n")]

    mixed = (of("tts-1", START), of("tts-2", START), of("tts-2", END.format(2)), of("tts-1", END.format(1)))
    _, events = read(tmp_path, lines(*(line for part in mixed for line in part)))

    assert [(request.status, request.confidence) for request in requests(events)] == [("success", 0.9)] * 2


def test_a_restarted_container_closes_its_own_requests_alone(tmp_path: Path) -> None:
    banner = "tts-2  | * Running on local URL:  http://0.0.0.0:7860"
    ends = [f"tts-1  | {line}" for line in END.split("\n")]
    _, events = read(tmp_path, lines(f"tts-1  | {START}", f"tts-2  | {START}", banner, *ends))

    assert statuses(events) == ["success", "incomplete"]


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


def test_a_request_that_never_ends_does_not_gather_the_rest_of_the_log(tmp_path: Path) -> None:
    chunk = "torch.Size([1, 22050])"
    _, events = read(tmp_path, lines(START, *[chunk] * 5_000))

    assert len(events) == 5_001
    assert len(without_id(events)) > 2_000
