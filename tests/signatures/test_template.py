"""Messages that differ only in values share a template."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ttslog.signatures import template


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Tried to allocate 1.20 GiB (GPU 0)", "Tried to allocate 512.00 GiB (GPU 3)"),
        ("request ts_7f3a2b1c failed at /srv/a/x.py", "request ts_0a11b2c3 failed at /opt/b/y.py"),
        ("no voice 'alloy' at 10.0.0.1:80", 'no voice "nova" at 10.2.3.4:8080'),
        ("object at 0x7f12ab", "object at 0x1"),
    ],
)
def test_messages_that_differ_in_values_share_a_template(one, other):
    assert template(one) == template(other)


MESSAGES = st.builds(
    "job {} of {}: '{}' took {:.3f} s at 0x{:x}, see /srv/{}/log.txt".format,
    st.integers(-10_000, 10_000),
    st.integers(0, 10**12),
    st.text(alphabet="ab 文/<:", max_size=20),
    st.floats(0, 1e9),
    st.integers(0, 2**64),
    st.text(alphabet="abc1_-", min_size=1, max_size=10),
)


@given(MESSAGES, MESSAGES)
def test_whatever_the_values_are_the_template_is_the_same(one, other):
    assert template(one) == template(other)
