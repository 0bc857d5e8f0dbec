"""JSON over several lines becomes one line an object; no line feed is lost, and what is no such JSON stays as it is."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.reading import scan
from ttslog.sources import split_lines
from ttslog.sources.json_document import one_line_each

RECORDS: list[dict[str, Any]] = [
    {
        "timestamp": "2026-11-20T14:00:00Z",
        "event": "synthesis_start",
        "request_id": "ts_1",
        "note": 'a "{[" \\ of text',
    },
    {"timestamp": "2026-11-20T14:00:01Z", "event": "stage", "request_id": "ts_1", "events": [{"at": 1}, {"at": 2}]},
    {"timestamp": "2026-11-20T14:00:02Z", "event": "synthesis_complete", "request_id": "ts_1", "status": "success"},
]
HITS = {"total": {"value": 3, "relation": "eq"}, "max_score": None, "hits": RECORDS}
WRITTEN = {
    "an array": json.dumps(RECORDS, indent=2),
    "an array with tabs": json.dumps(RECORDS, indent="\t") + "\n",
    "an array with a record a line": "[\n" + ",\n".join(map(json.dumps, RECORDS)) + "\n]\n",
    "commas first": "[\n" + "\n,".join(map(json.dumps, RECORDS)) + "\n]\n",
    "CRLF": json.dumps(RECORDS, indent=4).replace("\n", "\r\n"),
    "one below the other": "\n".join(json.dumps(record, indent=2) for record in RECORDS) + "\n",
    "the answer of CloudWatch": json.dumps({"events": RECORDS, "searchedLogStreams": [], "nextToken": "x"}, indent=4),
    "the answer of Elasticsearch": json.dumps({"took": 3, "_shards": {"total": 1}, "hits": HITS}, indent=2) + "\n",
}


def recoded(chunks: list[bytes]) -> bytes:
    is_document, text = one_line_each(chunks)
    assert is_document
    return b"".join(text)


def objects(text: bytes) -> list[object]:
    return [json.loads(line) for line in text.split(b"\n") if line.strip()]


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_each_record_is_one_line_and_no_line_feed_is_lost(text: str) -> None:
    found = recoded([text.encode()])
    assert objects(found) == RECORDS
    assert found.count(b"\n") == text.count("\n")


@given(name=st.sampled_from(sorted(WRITTEN)), sizes=st.lists(st.integers(1, 300), min_size=1))
def test_it_is_the_same_however_it_comes(name: str, sizes: list[int]) -> None:
    rest, chunks = WRITTEN[name].encode(), []
    while rest:
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(rest[:size])
        rest = rest[size:]
    assert recoded(chunks) == recoded([WRITTEN[name].encode()])


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_every_line_of_the_file_is_counted_and_a_record_stands_where_it_begins(tmp_path: Path, text: str) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(text.encode())
    opened = scan([str(path)])
    lines = {event.line for event in opened}
    (file,) = opened.reading.files
    assert (file.events, file.bad, file.note) == (3, 0, "recoded from JSON over several lines")
    assert file.lines == file.events + file.blank == len(text.splitlines())
    assert all(text.splitlines()[line - 1].strip().startswith(("{", ",{")) for line in lines)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[",
        "[\n",
        "[2026-11-20 14:00:00,123] ERROR in app: x\n",
        "[INFO] ready\n[INFO] ready\n",
        "{\nnot JSON\n}\n",
        "\n".join(map(json.dumps, RECORDS)),
        json.dumps(RECORDS),
    ],
)
def test_what_is_not_written_over_several_lines_stays_as_it_is(text: str) -> None:
    assert b"".join(one_line_each([text.encode()] if text else [])[1]).strip() in (text.strip().encode(), b"")


def test_a_document_that_was_cut_gives_its_whole_records_and_keeps_the_rest_as_it_is() -> None:
    whole = WRITTEN["an array"].encode()
    cut = whole[: whole.rindex(b'"status"')]
    rest = cut[cut.rindex(b"  {") :]
    found = recoded([cut])
    assert found.endswith(rest)
    assert objects(found.removesuffix(rest)) == RECORDS[:2]
    assert found.count(b"\n") == cut.count(b"\n")


def test_a_gap_ends_the_object_it_falls_into() -> None:
    first, last = (json.dumps(record, indent=2).encode() + b"\n" for record in (RECORDS[0], RECORDS[2]))
    _, text = one_line_each([first[:60], b"", last])
    lines = [line for lines in split_lines(text) for line in lines]
    assert lines[:3] == first[:60].split(b"\n")
    assert json.loads(lines[3]) == RECORDS[2]


def test_text_behind_the_document_is_left_alone() -> None:
    text = WRITTEN["an array with tabs"].encode() + b"2026-11-20 14:00:00,123 ERROR vocoder failed\n"
    assert recoded([text]).endswith(b"\n2026-11-20 14:00:00,123 ERROR vocoder failed\n")


def test_a_log_behind_a_document_that_was_cut_is_left_alone() -> None:
    text = b"[2026-11-20 14:00:00,123] ERROR in app: vocoder failed\nplain words\n"
    assert recoded([b"[\n{}\n" + text]).endswith(b"\n" + text)


def test_a_line_without_an_end_is_not_held_in_memory() -> None:
    chunk = b"x" * (1 << 20)
    _, text = one_line_each(chain([b"[\n"], (chunk for _ in range(40))))
    assert max(map(len, text)) < 8 << 20


def test_utf_16_of_powershell_is_recoded_first(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(WRITTEN["CRLF"].encode("utf-16"))
    opened = scan([str(path)])
    assert len(list(opened)) == len(RECORDS)
    assert opened.reading.files[0].note == "recoded from utf-16-le and JSON over several lines"
