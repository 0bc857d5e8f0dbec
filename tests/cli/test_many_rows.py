"""Many rows are written many at a time, and as each would be by itself."""

from __future__ import annotations

import json
import re
import sys

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from ttslog.commands._show import _array, _as_json_lines, to_json
from ttslog.reports.blocks import Column, Table
from ttslog.reports.renderers import tsv
from ttslog.visible import _ACTING, inert_json, visible

_TEXTS = st.text(max_size=8) | st.sampled_from(
    ["=1+1", "-5", "@x", "a\tb", "\x7f", "\x9b31m", "\ud800", "\u202e", "\n"]
)
_NUMBERS = st.integers() | st.floats() | st.sampled_from([1e6, -1e6, 1 << 64, float("nan")])
_VALUES = st.none() | st.booleans() | _NUMBERS | _TEXTS


@given(st.lists(st.dictionaries(_TEXTS, _VALUES, max_size=3), max_size=4))
def test_rows_as_json_are_those_of_one_row_at_a_time(rows):
    assert _as_json_lines(rows) == "".join(f"{to_json(row)}\n" for row in rows)


@given(st.lists(st.lists(st.dictionaries(_TEXTS, _VALUES, max_size=3), min_size=1, max_size=3), max_size=3))
def test_lines_of_json_make_one_array(blocks):
    assert (
        "".join(_array(map(_as_json_lines, blocks))) == f"[{','.join(to_json(row) for rows in blocks for row in rows)}]"
    )


_CELLS = (
    st.text(max_size=8) | st.sampled_from(["a\tb", "\x7f", "\x9b31m", "\u202e", '"\\\n\x00']),
    st.floats(),
    st.integers(-(1 << 63), (1 << 63) - 1),
    st.booleans(),
)


@given(st.lists(st.tuples(*(st.none() | cell for cell in _CELLS)), max_size=4))
def test_lines_that_polars_writes_say_what_the_rows_say(rows):
    table = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Float64, "c": pl.Int64, "d": pl.Boolean}, orient="row")
    told = inert_json(table.write_ndjson()).splitlines()
    assert [json.loads(line) for line in told] == [json.loads(to_json(row)) for row in table.to_dicts()]


def test_a_number_that_is_none_is_null_also_beside_a_broken_character():
    assert to_json({"a": [float("inf")], "b": "\ud800"}) == '{"a": [null], "b": "\\ud800"}'


@given(st.lists(st.tuples(_VALUES, _VALUES, st.none() | st.integers(0, 1 << 52)), max_size=4))
def test_rows_as_tsv_are_those_of_one_row_at_a_time(rows):
    columns = (Column("a", "A"), Column("b", "B", "number"), Column("c", "C", "time"))
    one_at_a_time = [line for row in rows for line in [*tsv.render(Table(columns, (row,)))][1:]]
    assert list(tsv.render(Table(columns, tuple(rows)))) == ["a\tb\tc", *one_at_a_time]


def test_a_cell_tells_its_kind_also_among_others():
    rows = [(True,), (None,), (12,), (-3,), (0.5,), (2_000_000.0,), ("=x\x1b",), ("-5",)]
    lines = list(tsv.render(Table((Column("a", "A"),), rows)))
    assert lines == ["a", "true", "", "12", "-3", "0.5", "2000000", "=x\\x1b", "-5"]


def test_a_cell_has_all_digits_of_a_measurement_and_none_of_what_adding_up_leaves():
    rows = [(123456.789,), (1795341605.123,), (0.1 + 0.2,), (12.0,), (2e20,), (0.000_012,)]
    lines = list(tsv.render(Table((Column("a", "A"),), rows)))
    assert lines[1:] == ["123456.789", "1795341605.123", "0.3", "12", "200000000000000000000", "1.2e-05"]


def test_every_character_on_which_a_terminal_acts_becomes_visible():
    every = map(chr, range(sys.maxunicode + 1))
    acting = [character for character in every if re.match(_ACTING, character)]
    assert len(acting) > 2_000
    assert all(visible(character).isprintable() for character in acting)
    assert visible("你好 — naïve 🙂") == "你好 — naïve 🙂"


def test_lines_of_json_keep_their_line_feeds_and_nothing_else_that_acts():
    assert inert_json('{"a":"\x7f\u202e"}\n{"b":"é"}\n') == '{"a":"\\u007f\\u202e"}\n{"b":"é"}\n'
