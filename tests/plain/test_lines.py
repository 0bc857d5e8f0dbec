"""Plain lines: what goes on with a line that was plain, and what is called back."""

from __future__ import annotations

from tests.faults.writing import request
from ttslog.balance import FileReading
from ttslog.joins.across import PLAIN_END
from ttslog.parsers import Clock, LineParser
from ttslog.plain import PlainCounts, PlainLines

REST = b"    the rest of a message"


def test_a_request_that_is_called_back_can_still_go_on_in_the_next_line():
    clock, balance = Clock(), FileReading("app.log")
    lines = PlainLines(PlainCounts(lambda _: None), lambda *_: None, print, tell_ends=True)
    read = lines.read(0, balance, LineParser(clock), clock, [request(0, "r0").splitlines(), [REST]])
    assert next(read).name == PLAIN_END
    called_back = lines.recall("r0")
    assert [event.name for event in called_back] == ["synthesis_start", "stage_time"], "the last may not be complete"
    (last,) = read
    assert (last.name, last.fields["message"]) == ("synthesis_complete", REST.decode())
    assert (balance.lines, balance.events, balance.continuations) == (4, 3, 1)


def test_a_line_that_names_a_request_by_its_trace_id_alone_calls_it_back():
    by_trace = b'{"timestamp": "2026-11-20T12:00:00.2Z", "event": "stage_time", "trace_id": "r0", "model_stage": "g2p"}'
    start, *rest = request(0, "r0").splitlines()
    clock, balance = Clock(), FileReading("app.log")
    lines = PlainLines(PlainCounts(lambda _: None), lambda *_: None, print)
    events = list(lines.read(0, balance, LineParser(clock), clock, [[start, by_trace, *rest]]))
    assert [event.name for event in events] == ["synthesis_start", "stage_time", "stage_time", "synthesis_complete"]
