"""The tables say what the code has."""

from __future__ import annotations

from ttslog.lifecycle import Request
from ttslog.schema import EVENT_ALIASES, EVENTS, LINE, REQUESTS, STAGE_FAMILIES, STAGE_FAMILY, STAGES


def test_a_request_has_every_column_of_its_table():
    row = Request(request_id="a").row()
    assert list(row) == [column.name for column in REQUESTS]


def test_names_are_unique_and_carry_their_unit():
    for table in (LINE, EVENTS, STAGES, REQUESTS):
        names = [column.name for column in table]
        assert len(names) == len(set(names))
        for column in table:
            if column.unit in ("ms", "us", "Hz"):
                assert column.name.endswith((f"_{column.unit.lower()}", "sample_rate")), column.name


def test_every_column_says_what_it_means():
    for column in (*LINE, *EVENTS, *STAGES, *REQUESTS):
        assert column.meaning


def test_other_names_of_events_lead_to_a_name_and_never_on_to_another():
    assert not set(EVENT_ALIASES) & set(EVENT_ALIASES.values())


def test_every_stage_has_a_family_of_the_closed_set():
    assert set(STAGE_FAMILY.values()) <= set(STAGE_FAMILIES)


def test_a_column_of_the_request_that_the_line_has_too_is_the_same_kind():
    line = {column.name: column for column in LINE}
    shared = [column for column in REQUESTS if column.name in line]
    assert len(shared) > 20
    assert all(column.kind == line[column.name].kind for column in shared)


def test_a_request_keeps_nothing_that_has_no_column_without_a_reason():
    apart = set(Request.__struct_fields__) - {column.name for column in REQUESTS}
    assert apart == {"traceback", "code_is_told", "salvaged", "files", "stages", "events", "is_answer"}
