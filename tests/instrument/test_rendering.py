"""A line comes out, whatever goes in."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.instrument.rendering import MAX_LINE, line_of, plain, shown

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.binary(max_size=20)
    | st.builds(object),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4),
    max_leaves=20,
)


class Unprintable:
    def __str__(self):
        raise RuntimeError("not even this")


def rendered(value):
    line = line_of({"event": "test", "value": plain(value)})
    assert line.count(b"\n") == 1
    return json.loads(line, parse_constant=pytest.fail)["value"]


@given(ANYTHING)
def test_any_value_becomes_one_line_of_valid_json(value):
    rendered(value)


@given(
    st.dictionaries(
        st.text(max_size=5), st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(max_size=50)
    )
)
def test_what_json_can_hold_is_read_back_as_it_was(value):
    assert rendered(value) == value


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (float("nan"), None),
        (float("inf"), None),
        (np.float32(0.5), 0.5),
        (np.int64(3), 3),
        (np.bool_(1), True),
        (2**80, str(2**80)),
        pytest.param(10**5000, "<int: ValueError>", id="5,001 digits"),
        ([[[[[[[b"audio"]]]]]]], [[[[[["<list of 1>"]]]]]]),
        ("half \ud83d pair", "half \\ud83d pair"),
        (b"audio", "<5 bytes>"),
        (np.zeros((2, 3)), "<ndarray (2, 3)>"),
        (Path("/logs"), "/logs"),
        (Decimal("1.5"), "1.5"),
        (
            {
                "a",
            },
            ["a"],
        ),
        ({1: 2}, {"1": 2}),
        (Unprintable(), "<Unprintable: RuntimeError>"),
    ],
)
def test_odd_values_are_shown_as_well_as_can_be(value, shown):
    assert rendered(value) == shown


def test_a_deep_value_is_cut_at_a_depth():
    deep: object = "bottom"
    for _ in range(100_000):
        deep = [deep]

    assert "bottom" not in json.dumps(rendered(deep))


def test_a_value_that_holds_itself_ends():
    loop: dict[str, object] = {}
    loop["self"] = loop

    rendered(loop)


def test_nested_lists_are_bounded_as_a_whole():
    millions = [[[0.5] * 100] * 100] * 100

    assert len(line_of({"value": plain(millions)})) < MAX_LINE


def test_a_value_that_holds_itself_many_times_becomes_a_line():
    loops: list[object] = []
    loops += [loops] * 200

    rendered(loops)


def test_a_list_of_a_hundred_rows_is_told_whole():
    rows = [{"piece": number, "pauses": [0.5] * 20} for number in range(100)]

    assert rendered(rows) == rows


def test_a_huge_event_keeps_its_small_fields_and_says_its_size():
    event = plain({"event": "stage_time", "duration_ms": 1.0} | {f"field{n}": "x" * 16_000 for n in range(50)})

    line = line_of(event)

    assert len(line) < MAX_LINE
    kept = json.loads(line)
    assert (kept["event"], kept["duration_ms"]) == ("stage_time", 1.0)
    assert kept["cut_from_bytes"] > 50 * 16_000


def test_an_error_that_has_a_shape_is_an_error_and_no_array():
    with pytest.raises(MemoryError) as refused:
        np.zeros((10**8, 10**6))

    assert shown(refused.value).startswith("Unable to allocate 728. TiB for an array with shape")


class Proxy:
    """Such as a web framework's, which raises outside of a request."""

    @property
    def __class__(self):
        raise RuntimeError("outside of a request")


class Version(str):
    __slots__ = ()


class Tensor:
    """As torch's, of one number."""

    shape = ()

    def __init__(self, number: float) -> None:
        self._number = number

    def item(self) -> float:
        return self._number


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (np.str_("anna"), "anna"),
        (Version("2.4.0"), "2.4.0"),
        ({Version("torch"): [Version("2.4.0")]}, {"torch": ["2.4.0"]}),
        (Fraction(10**400, 3), "<Fraction: OverflowError>"),
        (np.array(0.5), 0.5),
        (np.array("anna"), "anna"),
        (Tensor(0.25), 0.25),
    ],
)
def test_kinds_of_text_and_numbers_that_json_does_not_know_become_a_line(value, told):
    assert json.loads(line_of({"value": plain(value)}))["value"] == told


def test_an_object_that_does_not_tell_its_class_is_shown_by_name():
    assert plain({"value": Proxy()}) == {"value": "<Proxy: RuntimeError>"}
