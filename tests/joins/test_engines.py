"""Joins on whole small logs of engines with known truth, and on any order of their lines."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.engines.generate import ENGINES, written
from tests.joins.reading import ACCESS, BARE, OOM, read, requests
from ttslog.joins import join
from ttslog.parsers import Clock, Event, LineParser
from ttslog.reading import scan

ENGINE_NAMES = sorted(ENGINES)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_a_log_without_ids_gives_the_requests_that_were_there(engine: str, seed: int, tmp_path: Path) -> None:
    log = written(engine, seed)

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


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_every_event_comes_out_once(engine: str, tmp_path: Path) -> None:
    (tmp_path / "app.log").write_text(written(engine, 1).text, encoding="utf-8")
    before = list(scan([str(tmp_path)]))

    after = list(join(before))

    assert sorted(map(id, after)) == sorted(map(id, before))


POOL = [line for engine in ENGINE_NAMES for line in written(engine, 1).lines if line]
MADE = st.lists(st.sampled_from([*POOL, ACCESS, BARE, OOM.split("\n", maxsplit=1)[0]]), max_size=60)


@settings(max_examples=200)
@given(MADE)
def test_no_order_of_lines_loses_or_doubles_an_event(texts: list[str]) -> None:
    before = parsed(texts)

    after = [event for event in join(before) if "made_by" not in event.fields]

    assert sorted(map(id, after)) == sorted(map(id, before))


@settings(max_examples=200)
@given(MADE)
def test_a_line_that_has_an_id_keeps_it_and_its_confidence(texts: list[str]) -> None:
    events = parsed(texts)
    known = {id(event): event.request_id for event in events if event.request_id is not None}

    for event in join(events):
        if id(event) in known:
            assert (event.request_id, event.join, event.confidence) == (known[id(event)], "request_id", 1.0)


@settings(max_examples=200)
@given(MADE)
def test_a_joined_request_has_one_end_at_most_and_says_how_sure_it_is(texts: list[str]) -> None:
    by_id = defaultdict(list)
    for event in join(parsed(texts)):
        if event.request_id is not None and event.request_id.split(":")[0] in ENGINE_NAMES:
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
