"""Where a parser has a short way for usual lines, it reads what the long way reads."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from ttslog.parsers import Clock, LineParser, formats
from ttslog.parsers.nginx_error import _REQUEST, _about
from ttslog.parsers.structlog_console import _KEY, _PAIR, _PAIRS, _pairs, _pairs_at

WORDS = st.sampled_from(
    ["a=1", "b=", "=", "c", "voice='a b'", '"x"', "'", "a=b=c", "k=None", "[app]", "a.b=", "  ", "语=1"]
)
SAID = st.lists(WORDS | st.text(max_size=4), max_size=8).map(" ".join)


@given(SAID)
@example("done a=1 b='x y' c")
@example("a-b=1 c=2")
def test_structlogs_pairs_begin_where_the_first_key_does_behind_which_there_is_nothing_else(text: str) -> None:
    text = text.rstrip()
    places = (key.start() for key in _KEY.finditer(text) if _PAIRS.fullmatch(text, key.start()))
    end = _pairs_at(text, 0)
    first = next(places, len(text))
    assert text[:end].rstrip() == text[:first].rstrip()


@given(SAID)
@example(" a=b=c d=")
def test_structlogs_pairs_are_the_same_split_or_searched(text: str) -> None:
    text = f" {text}".rstrip()
    if not _PAIRS.fullmatch(text):
        return
    words = {"True": True, "False": False, "None": None}
    searched = {
        key: value[1:-1] if value[:1] in ("'", '"') else words.get(value, value) for key, value in _PAIR.findall(text)
    }
    assert _pairs(text) == searched


STRAY = [", client: ", ', "', '"', ", ", 'x: "y"', "client: "]
SAID_BY_NGINX = [", client: 10.0.0.7", ", server: tts", ', request: "GET / HTTP/1.1"', ', host: "h"', ', referrer: "r"']
PIECES = st.sampled_from([*SAID_BY_NGINX, ', upstream: "http://a/?q=1"', *STRAY])


@given(st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join))
def test_what_nginx_was_doing_is_the_same_in_its_own_order_or_any(text: str) -> None:
    found = _REQUEST.fullmatch(text)
    if found is not None:
        assert found.groups("") == _about(text)


@given(
    st.lists(st.sampled_from([line.line.encode() for one in formats().values() for line in one.samples]), max_size=20)
)
def test_the_usual_line_of_text_is_read_as_any_other(lines: list[bytes]) -> None:
    """`parse_next` answers what `parse_all` does, or leaves the line to it."""
    short, long = LineParser(Clock()), LineParser(Clock())
    for line in lines:
        event = short.parse_next(line)
        events = short.parse_all(line) if event is None else [event]
        assert [repr(one.fields) for one in events] == [repr(one.fields) for one in long.parse_all(line)]
