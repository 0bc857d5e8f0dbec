"""An engine that writes no ids, within a service that does: its lines are the request's, and make none of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.asking import ask_ttslog, run_ttslog
from tests.faults.writing import end, failed, line, stage, start

if TYPE_CHECKING:
    from pathlib import Path

ENGINE = ("get sft inference request", "synthesis text abc", "yield speech len 1.5, rtf 0.5")


def engine(at: float, *said: str) -> list[bytes]:
    return [f"2026-11-20 12:00:{int(at + n):02},500 INFO {words}\n".encode() for n, words in enumerate(said or ENGINE)]


def asked(folder: Path, *lines: bytes) -> list[dict[str, object]]:
    (folder / "app.log").write_bytes(b"".join(lines))
    rows = ask_ttslog("requests", folder / "app.log", "--no-cache")["requests"]
    assert rows == ask_ttslog("requests", folder / "app.log")["requests"]
    return sorted(rows, key=lambda row: row["start"] or row["end"] or "")


def said(at: float, words: str) -> bytes:
    return f"2026-11-20 12:00:{int(at):02},000 INFO [3ceb3ffd] {words}\n".encode()


SERVICES = {
    "by the schema's names": (start(1, "3ceb3ffd"), end(9, "3ceb3ffd")),
    "in its own words": (line(1, "request_received", "3ceb3ffd"), line(9, "request_completed", "3ceb3ffd")),
    "in messages": (said(1, "synthesis started"), said(9, "synthesis complete")),
}


@pytest.mark.parametrize(("first", "last"), SERVICES.values(), ids=SERVICES)
def test_it_is_one_request_and_its_engine_s_lines_are_in_its_trace(first, last, tmp_path):
    (row,) = asked(tmp_path, first, *engine(2), last)

    assert (row["request_id"], row["status"], row["lines"]) == ("3ceb3ffd", "success", 5)
    assert (row["join"], row["confidence"]) == ("serial", 0.7)
    traced = ask_ttslog("trace", "3ceb3ffd", tmp_path / "app.log")
    assert "engine_audio_chunk" in str(traced)


def test_what_it_says_of_a_piece_is_not_told_of_the_request(tmp_path):
    (row,) = asked(tmp_path, start(1, "ts_1"), *engine(2), *engine(5), end(9, "ts_1", audio_seconds=3.0))

    assert (row["audio_seconds"], row["rtf"], row["lines"]) == (3.0, pytest.approx(0.5 / 3.0), 8)  # of 0.5 s


def test_behind_the_request_it_has_requests_of_its_own_again(tmp_path):
    rows = asked(tmp_path, start(1, "ts_1"), end(3, "ts_1"), *engine(5))

    assert [row["status"] for row in rows] == ["success", "success"]
    assert [row["request_id"] for row in rows] == ["ts_1", "cosyvoice:app.log:3"]


TOLD = (*engine(1), *engine(4))  # an engine that writes no end: its last request may go on


@pytest.mark.parametrize("said", range(1, 1 + len(TOLD)))
def test_what_it_told_before_has_no_part_in_the_requests_that_follow(said, tmp_path):
    rows = asked(
        tmp_path,
        *TOLD[:said],
        *(text for at in (11, 21, 31) for text in (start(at, f"ts_{at}"), *engine(at + 1), end(at + 5, f"ts_{at}"))),
    )

    named = [(row["request_id"], row["lines"]) for row in rows if row["request_id"].startswith("ts_")]
    assert named == [("ts_11", 5), ("ts_21", 5), ("ts_31", 5)]
    assert len(rows) == 3 + -(-said // len(ENGINE))


def test_half_a_request_at_the_beginning_has_no_part_in_those_that_follow(tmp_path):
    rows = asked(tmp_path, *engine(1)[1:], end(4, "ts_1"), start(11, "ts_2"), *engine(12), end(15, "ts_2"))

    assert [(row["request_id"], row["lines"]) for row in rows] == [("ts_1", 3), ("ts_2", 5)]


def test_a_request_that_failed_is_one_failure(tmp_path):
    (row,) = asked(tmp_path, start(1, "ts_1"), *engine(2, *ENGINE[:2]), failed(5, "ts_1", "CUDA_OOM"))

    assert (row["status"], row["error_code"]) == ("failed", "CUDA_OOM")


def test_where_two_requests_are_open_its_lines_are_one_s_of_these_and_make_no_third(tmp_path):
    rows = asked(tmp_path, start(1, "ts_1"), start(1.1, "ts_2"), *engine(2), end(8, "ts_1"), end(9, "ts_2"))

    assert [(row["request_id"], row["lines"]) for row in rows] == [("ts_1", 2), ("ts_2", 2)]


def test_the_stages_that_the_service_timed_count_and_not_the_engine_s_beside_them(tmp_path):
    timed = [b">> gpt_gen_time: 1.50 seconds\n", b">> Total inference time: 2.00 seconds\n"]
    own = asked(tmp_path, start(1, "ts_1"), *timed, end(9, "ts_1"))
    both = asked(tmp_path, start(1, "ts_1"), stage(2, "ts_1", model_stage="gpt"), *timed, end(9, "ts_1"))

    assert len(own) == len(both) == 1
    stages = ask_ttslog("stages", tmp_path / "app.log")["stages"]
    assert [row["model_stage"] for row in stages] == ["gpt"]


def whole(at: float, name: str, duration_ms: float, **fields: object) -> bytes:
    return line(at, "tts_request", name, duration_ms=duration_ms, **{"status": "ok", **fields})


def test_a_service_s_one_line_at_the_end_names_what_the_engine_wrote_before_it(tmp_path):
    rows = asked(tmp_path, *engine(1), whole(4, "ts_1", 3_100.0), *engine(11), whole(14, "ts_2", 3_100.0))

    assert [(row["request_id"], row["status"], row["lines"]) for row in rows] == [
        ("ts_1", "success", 4),
        ("ts_2", "success", 4),
    ]
    assert (rows[0]["join"], rows[0]["confidence"]) == ("serial", 0.6)
    assert rows == ask_ttslog("requests", tmp_path / "app.log")["requests"]
    traced = run_ttslog("trace", "ts_2", tmp_path / "app.log")
    assert "engine_audio_chunk\taudio_seconds=1.5 rtf=0.5\t" in traced


def test_so_it_does_where_the_engine_tells_no_time(tmp_path):
    timed = [
        b">> starting inference...\n",
        b">> gpt_gen_time: 1.50 seconds\n",
        b">> Total inference time: 2.00 seconds\n",
    ]
    rows = asked(tmp_path, *timed, whole(4, "ts_1", 3_100.0), *timed, whole(8, "ts_2", 3_100.0))

    assert [(row["request_id"], row["lines"]) for row in rows] == [("ts_1", 4), ("ts_2", 4)]
    stages = ask_ttslog("stages", tmp_path / "app.log")["stages"]
    assert [(row["model_stage"], row["count"]) for row in stages] == [("gpt_gen", 2)]


def test_of_several_that_may_be_its_own_none_is_and_none_counts_as_a_request(tmp_path):
    names = ("ts_1", "ts_2", "ts_3")
    blocks = [text for at in (5, 8, 11) for text in engine(at)]
    rows = asked(
        tmp_path, *engine(1), whole(4, "ts_0", 3_100.0), *blocks, *(whole(14, name, 9_500.0) for name in names)
    )

    assert [(row["request_id"], row["lines"]) for row in rows] == [("ts_0", 4), *((name, 1) for name in names)]


def test_the_first_of_two_that_waited_has_what_the_engine_did_last(tmp_path):
    rows = asked(tmp_path, *engine(1), whole(3, "ts_1", 2_500.0), *engine(4), whole(6, "ts_2", 5_500.0))

    assert [(row["request_id"], row["lines"]) for row in rows] == [("ts_1", 4), ("ts_2", 4)]


def test_what_the_engine_did_before_the_request_began_is_its_own(tmp_path):
    rows = asked(tmp_path, *engine(1), whole(40, "ts_1", 3_000.0))

    assert [row["request_id"] for row in rows] == ["cosyvoice:app.log:1", "ts_1"]


def test_a_failure_that_ends_both_is_one(tmp_path):
    raised = b'Traceback (most recent call last):\n  File "a.py", line 1, in f\nRuntimeError: CUDA out of memory\n'
    rows = asked(tmp_path, *engine(1, *ENGINE[:2]), raised, whole(4, "ts_1", 3_100.0, status="error"))

    assert [(row["request_id"], row["outcome"]) for row in rows] == [("ts_1", "failed")]


def test_a_wrapper_s_line_about_the_file_goes_with_them(tmp_path):
    block = [
        b">> starting inference...\n",
        b">> Total inference time: 2.00 seconds\n",
        b">> wav file saved to: out/1.wav\n",
    ]
    done = b"Infer done  | out=out/1.wav | size=132344 bytes | 2630.4ms\n"
    (row,) = asked(tmp_path, *block, done, whole(4, "ts_1", 3_100.0))

    assert (row["request_id"], row["lines"]) == ("ts_1", 5)


def test_a_request_that_ends_twice_takes_nothing_that_the_engine_did_before_it_began(tmp_path):
    ends = (line(5.1, "tts_request", "ts_1", status="ok", duration_ms=300.0), end(6, "ts_1", duration_ms=6_000.0))
    rows = asked(tmp_path, *engine(1), start(5, "ts_1"), *ends)

    assert [(row["request_id"], row["lines"]) for row in rows] == [("cosyvoice:app.log:1", 3), ("ts_1", 3)]
