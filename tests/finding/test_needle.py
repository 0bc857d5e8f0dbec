"""A needle misses no line that concerns an id, however the line writes it; without a needle all is parsed."""

from __future__ import annotations

import codecs
import json

import pytest

from ttslog.finding import HEAD_LINES, LineRange, Needle, lines_around, text_needle
from ttslog.finding.hits import Hits
from ttslog.finding.needle import has_escapes, id_needle
from ttslog.finding.search import newlines, search
from ttslog.sources import LineNotes
from ttslog.sources.lines import as_text

ID = "ts_7f3a2b1c"
CRI = "2026-11-20T14:00:00.123456789Z stdout"
JOURNAL = {"__REALTIME_TIMESTAMP": "1795183200123456", "MESSAGE": list(f"\x1b[31mts_\x1b[0m{ID[3:]} done".encode())}
WRITINGS = {
    "plain": f'{{"event":"x","request_id":"{ID}"}}',
    "escaped": '{"event":"x","request_id":"\\u0074s_7f3a2b\\u0031c"}',
    "escaped twice": json.dumps({"log": '{"request_id":"\\u0074s_7f3a2b1c"}\n', "time": "2026-11-20T14:00:00Z"}),
    "coloured": f"2026-11-20 14:00:00 [info     ] x request_id={ID[:5]}\x1b[31m{ID[5:]}\x1b[0m",
    "coloured in Docker": json.dumps({"log": f"x {ID[:5]}\x1b[31m{ID[5:]}\n", "time": "2026-11-20T14:00:00Z"}),
    "cut by Kubernetes": f"{CRI} P x request_id={ID[:4]}\n{CRI} F {ID[4:]} y",
    "cut by Docker": json.dumps({"log": f"x request_id={ID[:4]}", "time": "2026-11-20T14:00:00Z"}),
    "a journal's numbers": json.dumps(JOURNAL),
}

# A file does not change its wrapper from line to line.
AROUND = {
    CRI: f"{CRI} F tick\n",
    "__REALTIME": '{"__REALTIME_TIMESTAMP":"1795183200123456","MESSAGE":"tick"}\n',
    '"log"': '{"log":"tick\\n","time":"2026-11-20T14:00:00Z"}\n',
    "": '{"event":"tick"}\n',
}


def found(content: bytes, needle: Needle, size: int = 1 << 18) -> Hits:
    chunks = [content[at : at + size] for at in range(0, len(content), size)]
    notes = LineNotes()
    return search(as_text(chunks, notes), [needle], [], notes)


def needle(request_id: str = ID) -> Needle:
    made = id_needle(request_id)
    assert made is not None
    return made


@pytest.mark.parametrize("size", [1 << 18, 64, 7, 1])
@pytest.mark.parametrize("written", WRITINGS.values(), ids=WRITINGS)
def test_an_id_is_found_however_it_is_written(written, size):
    around = next(around for mark, around in AROUND.items() if mark in written).encode() * 3
    block = written.encode() + b"\n"

    hits = found(around + block + around, needle(), size)

    assert hits.ranges[0].first == 4
    assert hits.lines == 6 + block.count(b"\n")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_an_id_is_found_behind_what_the_sources_recode(encoding):
    mark = codecs.BOM_UTF16_LE if encoding == "utf-16-le" else codecs.BOM_UTF16_BE
    assert found(mark + f"tick\n{ID}\n".encode(encoding), needle()).ranges == [LineRange(2, 2)]


def test_an_id_is_found_across_a_hole_of_nul_bytes():
    assert found(b"tick\n" + ID[:4].encode() + b"\0" * 40 + ID[4:].encode(), needle()).ranges == [LineRange(2, 2)]


def test_lines_are_counted_as_they_are_read():
    gap = search([b"a\nb", b"", b"c\n", b"", b"\n", b"d"], [needle()], [], LineNotes())
    assert gap.lines == 5
    assert newlines(b"a\n\nb\n") == 3


@pytest.mark.parametrize(
    "request_id",
    [
        "cosyvoice:app.log:17",  # made by the join: it stands on no line
        "cosyv",  # and may be its beginning
        "1.50",
        "True",
        "{}",
        "今天",
        "ab",
    ],
)
def test_what_may_stand_on_no_line_has_no_needle(request_id):
    assert id_needle(request_id) is None


@pytest.mark.parametrize(
    ("request_id", "literal"),
    [(ID, ID), ("1234567", "1234567"), ("svc/ts_7f3a", "ts_7f3a"), ("请求-abc", "-abc"), ('a"bcd', "bcd")],
)
def test_a_needle_is_the_longest_part_that_is_written_plainly(request_id, literal):
    assert needle(request_id).literal == literal.encode()


def test_a_text_of_any_kind_can_be_searched_for():
    made = text_needle("/data/out/ts_1.wav")
    assert made is not None
    assert made.literal == b"ts_1.wav"


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        (b"plain", False),
        (b"a\\nb", False),
        (b"\\u0074", True),
        (b"\\n" * 500, False),
        (b"\\n" * 500 + b"\\u0074", True),
    ],
)
def test_escapes_are_noticed(block, expected):
    assert has_escapes(block) is expected


def hits(*files: tuple[int, list[int]]) -> list[Hits]:
    made = [Hits(lines=lines) for lines, _ in files]
    for one, (_, at) in zip(made, files, strict=True):
        for line in at:
            one.add(line)
    return made


@pytest.mark.parametrize(
    ("files", "logs", "ranges"),
    [
        ([(100, [50, 52])], "a", {0: (40, 62)}),
        ([(100, []), (100, [4])], "aa", {0: (94, 100), 1: (1, 14)}),
        ([(100, []), (100, [4])], "ba", {1: (1, 14)}),
        ([(100, [97]), (3, []), (100, [])], "aaa", {0: (87, 100), 1: (1, 3), 2: (1, 4)}),
        ([(100, [97]), (0, []), (100, [])], "aaa", {0: (87, 100), 2: (1, 7)}),
        ([(100, [50]), (30, []), (100, [50])], "aaa", {0: (40, 100), 1: (1, 30), 2: (1, 60)}),
    ],
)
def test_the_lines_around_hits_reach_into_the_next_file_of_the_log(files, logs, ranges):
    around = lines_around(hits(*files), list(logs), 10)
    assert around is not None
    assert around.ranges == {number: LineRange(*lines) for number, lines in ranges.items()}


def test_the_edges_of_a_log_are_known():
    inside = lines_around(hits((100, [50])), ["a"], 10)
    whole = lines_around(hits((10, []), (10, [5])), ["b", "a"], 10)
    assert inside is not None
    assert whole is not None
    assert (inside.from_start, inside.to_end) == (False, False)
    assert (whole.from_start, whole.to_end) == (True, True)


def test_many_hits_take_bounded_memory():
    one = Hits()
    for line in range(1, 100_000, 3):
        one.add(line)
    assert len(one.ranges) == 10_000
    assert one.ranges[-1].last == range(1, 100_000, 3)[-1]


def test_the_head_of_a_file_is_whole_lines():
    long = found(b"".join(b"%07d%s\n" % (number, b"x" * 3_000) for number in range(500)), needle())
    short = found(b"a\n" + b"b\n" * 500, needle(), 5)
    assert {len(line) for line in long.head} == {3_007}
    assert short.head == [b"a", *[b"b"] * (len(short.head) - 1)]
    assert len(short.head) == HEAD_LINES
