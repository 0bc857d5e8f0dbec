"""What is read fast is read as the careful reader reads it."""

from __future__ import annotations

import io
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.faults.writing import gz, requests
from ttslog.field_names import FIELD_ALIASES, SECONDS_ALIASES
from ttslog.parsers import Clock, native_json
from ttslog.schema import EVENT_ALIASES
from ttslog.sources.compression import read_chunks
from ttslog.sources.salvage import salvage_gzip

TIMES = ("2026-11-20T12:00:00.000001Z", "2026-11-20 12:00:00,5", 1_795_176_000, 1_795_176_000.25, "soon", None)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
)
KEYS = (
    st.sampled_from(
        [*FIELD_ALIASES, *SECONDS_ALIASES, "event", "level", "timestamp", "request_id", "model_stage", "note"]
    )
    | st.text()
)
RECORDS = st.fixed_dictionaries(
    {"event": st.sampled_from([*EVENT_ALIASES, "tick"])},
    optional={"timestamp": st.sampled_from(TIMES), "level": st.sampled_from(["INFO", "warn", 30, None])},
).flatmap(lambda record: st.dictionaries(KEYS, VALUES, max_size=6).map(lambda more: {**more, **record}))


def as_tuple(event):
    return (event.name, event.time_us, event.level, event.request_id, event.fields, event.anomalies)


@settings(max_examples=1_500, derandomize=True, database=None, deadline=None)
@given(record=RECORDS, spaced=st.booleans(), ascii_only=st.booleans())
def test_both_decoders_of_json_give_the_same_event(record, spaced, ascii_only):
    separators = (", ", ": ") if spaced else (",", ":")
    line = json.dumps(record, separators=separators, ensure_ascii=ascii_only).encode("utf-8", "replace")

    fast = native_json.parse(line, Clock())
    careful = native_json.parse_all(line, Clock())

    assert fast is not None
    assert [as_tuple(fast)] == [as_tuple(event) for event in careful]


@pytest.mark.parametrize("seed", range(40))
def test_both_readers_of_gzip_give_the_same_bytes(seed):
    choice = random.Random(seed)
    text = requests(choice.randrange(1, 400)) + choice.randbytes(choice.randrange(3_000))
    cuts = sorted(choice.sample(range(len(text)), k=min(choice.randrange(6), len(text))))
    parts = [text[start:stop] for start, stop in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    content = b"".join(gz(part) + bytes(choice.choice([0, 0, 7, 512])) for part in parts)

    alarms = []
    fast = b"".join(read_chunks(io.BytesIO(content), alarms))
    careful = b"".join(salvage_gzip(io.BytesIO(content), alarms))

    assert fast == careful == text
    assert alarms == []
