"""The request that a message names, where the line has no field for it: `[7f3a2b1c] started`, `done request_id=ts_1`.

Most services of one's own write the id into the text of a message. It counts where it is called an id, where it leads
the message as ids do, or where it stands behind `request`; what the user's text may have brought into the line is none.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ttslog.field_names import FIELD_ALIASES
from ttslog.parsers._canonical import canonical
from ttslog.parsers._event import Event
from ttslog.parsers.native_json import NO_ID
from ttslog.schema import LINE

_NOT_IN_WORDS = frozenset({"id"})  # of anything: of a user, of a voice
_KEYS = sorted({key for key, field in FIELD_ALIASES.items() if field == "request_id"} - _NOT_IN_WORDS | {"request_id"})
_SPACED = ("request id", "req id", "task id", "请求id", "请求 id", "任务id", "任务 id", "请求编号", "任务编号")
_KEY = "|".join(map(re.escape, sorted({*map(str.lower, _KEYS), *_SPACED}, key=len, reverse=True)))
_VALUE = r"[\w#][\w.:/#-]{0,126}"
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_WORD = r"\w[\w-]{5,62}\w"
_CALLED = re.compile(
    rf"[(\[{{<]?(?<![\w.])(?:{_KEY})[\"']? ?[=:：] ?[\"']?(?P<id>{_VALUE})[\"']?[)\]}}>]?", re.ASCII | re.IGNORECASE
)
_LEADING_BRACKETS = re.compile(r"(?:[\[【][^\[\]【】]{0,80}[\]】] ?){1,4}")
_IN_BRACKETS = re.compile(
    rf"[\[【](?:(?P<noun>request|req|rid|task|job|请求|任务)(?: |[:：] ?|[#=]))?(?P<id>{_WORD})[\]】]",
    re.ASCII | re.IGNORECASE,
)
_LEADING_WORD = re.compile(rf"(?P<id>{_WORD})(?=:? [:|-] |: |：)", re.ASCII)
_BEHIND_NOUN = re.compile(
    rf"(?P<noun>\b(?:request|req|task|job)(?=[ :#])|请求|任务)[ :：#]*(?P<id>{_WORD})(?![\w.=])",
    re.ASCII | re.IGNORECASE,
)
# A verb alone behind that is about the request: `request 7f3a2b1c: done in 0.4 s`.
_VERB = re.compile(
    r"[:|] ?(?:start|begin|began|receiv|accept|complet|finish|end|done|succe|fail|error)\w*"
    r"|[:：]? ?(?:已|处理|已处理)?(?:完成|结束|完毕|成功|失败|出错|报错|异常|超时|开始(?!合成|语音))",
    re.ASCII | re.IGNORECASE,
)
_ABOUT_REQUESTS = ("request", "请求")
_REQUESTS = re.compile(r"(?=.*[a-z])(?:.*\d){2}", re.IGNORECASE)  # enough behind the word `request`
# From here on the words may be the user's: quoted, or called text.
_USERS = re.compile(
    r"(?<!id=)(?<!id: )[\"'`“”「]|\b(?:text|input|prompt|content|sentence)s?\b ?[:=]|(?:文本|内容) ?[:=：]",
    re.IGNORECASE,
)
_ALONE = re.compile(  # what can hardly be anything but an id, though nothing calls it one
    rf"{_UUID}|(?=[a-f0-9]*[0-9])[0-9a-f]{{8,64}}|[0-7][0-9a-hjkmnp-tv-z]{{25}}|(?:req|request|rid)[_-](?=\w*\d)\w{{3,}}"
    rf"|(?:t?ts|speech|synth|task|job|(?:chat)?cmpl)[_-](?:{_UUID}|[0-9a-f]{{6,64}})",
    re.ASCII | re.IGNORECASE,
)
_DATE = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])[0-3]\d")
_DIGITS = frozenset({8, 16, 32})  # of a hexadecimal id that has no letter by chance
_MOST_SEARCHED = 2_000  # characters
_BETWEEN = " |,;:-，；：｜"

_PAIR = re.compile(r"(?<![^\s,;(\[|])([A-Za-z_][\w-]*)=([^\s,;|\"'()\[\]]+)", re.ASCII)
_STRUCTURE = frozenset({"timestamp", "level", "event", "logger", "message", "request_id", "error_message", "traceback"})
_FIELDS = frozenset(column.name for column in LINE) - _STRUCTURE
_TAKEN = _FIELDS | {key for key, field in FIELD_ALIASES.items() if field in _FIELDS}
_TOOK = re.compile(
    r"\b(?:in|took|after|elapsed|time|duration|cost)[ :=]+(\d{1,9}(?:\.\d{1,9})?) ?(ms|milliseconds|s|secs?|seconds)\b",
    re.IGNORECASE,
)
_TOOK_IN_CHINESE = re.compile(r"[耗用]时[ :：=]*(\d{1,9}(?:\.\d{1,9})?) ?(ms|毫秒|s|秒)(?![a-z0-9_])", re.IGNORECASE)


class _Named(NamedTuple):
    request_id: str
    at: int  # where in the message it is named
    start: int  # of what the message is told without, and its end
    end: int


def looks_like_an_id(word: str) -> bool:
    """Return whether a word that nothing calls an id can hardly be anything else: `7f3a2b1c`, a UUID, `req-4711`.

    The names of threads, workers, hosts and pods (`tts-6d4cf56db6-x7x2k`) are none.
    """
    if word.isdigit():
        return len(word) in _DIGITS and not _DATE.match(word)
    return _ALONE.fullmatch(word) is not None


def take_id(event: Event, request_id: str) -> None:
    """Give an event the id that its line names beside the message, and the fields that stand in such a message."""
    event.request_id = request_id
    message = event.fields.get("message")
    if type(message) is str:
        _add_said(event, message)


def give_id(event: Event) -> None:
    """Give an event without an id the one that its message names, and the fields that stand in such a message.

    The message keeps what is not the id. Fields are pairs of a known name and a word, and how long it took.
    """
    message = event.fields.get("message")
    if type(message) is not str:
        return
    named = _named_in(message[:_MOST_SEARCHED])
    if named is None:
        return
    event.request_id = named.request_id
    event.fields["message"] = message = _without(message, named)
    _add_said(event, message)


def _named_in(message: str) -> _Named | None:
    """Return the id that leads a message, else the one that it calls so; most have none, which is seen at once."""
    lower = message.lower()
    named = _before_users(message, _leading(message))
    if named is None and ("id" in lower or "编号" in lower):
        named = _before_users(message, _called_one(message))
    if named is None and ("req" in lower or "task" in lower or "job" in lower or "请求" in lower or "任务" in lower):
        named = _before_users(message, _behind_noun(message))
    return named


def _before_users(message: str, named: _Named | None) -> _Named | None:
    """Return what was found in a message, but not where the user's words may have brought it in."""
    return None if named is None or _USERS.search(message, 0, named.at) is not None else named


def _called_one(message: str) -> _Named | None:
    found = _CALLED.search(message)
    if found is None or (request_id := found["id"].rstrip(".:/")) in NO_ID:
        return None
    start, end = found.span()
    if message[:start].strip(_BETWEEN) and message[end:].strip(_BETWEEN + ".'\""):
        return _Named(request_id, start, end, end)  # amid words, which would make no sense without it
    return _Named(request_id, start, start, end)


def _leading(message: str) -> _Named | None:
    brackets = _LEADING_BRACKETS.match(message)
    if brackets is None:
        word = _LEADING_WORD.match(message)
        return _Named(word["id"], 0, 0, word.end()) if word is not None and looks_like_an_id(word["id"]) else None
    for found in _IN_BRACKETS.finditer(message, 0, brackets.end()):
        is_called_one = found["noun"] is not None and not found["id"].isalpha()
        if is_called_one or looks_like_an_id(found["id"]):
            return _Named(found["id"], found.start(), found.start(), found.end())
    return None


def _behind_noun(message: str) -> _Named | None:
    found = _BEHIND_NOUN.search(message)
    if found is None:
        return None
    is_of_a_request = found["noun"][0] in "rR请" and _REQUESTS.match(found["id"]) is not None
    if not is_of_a_request and not looks_like_an_id(found["id"]):
        return None
    is_about_it = found["noun"].lower() in _ABOUT_REQUESTS and _VERB.match(message, found.end()) is not None
    leads = found.start() == 0 and (message[found.end() : found.end() + 1] in (":", "|") or not found["noun"].isascii())
    is_head = leads and not is_about_it
    return _Named(found["id"], found.start(), found.start() if is_head else found.start("id"), found.end())


def _without(message: str, named: _Named) -> str:
    if named.start == named.end:
        return message
    before, behind = message[: named.start].rstrip(_BETWEEN), message[named.end :].lstrip("\"'").lstrip(_BETWEEN)
    return f"{before} {behind}".strip()


def _add_said(event: Event, message: str) -> None:
    """Add what a message says of its request and no field does: `text_len=12`, `took 0.4 s`."""
    users = _USERS.search(message, 0, _MOST_SEARCHED)
    message = message[: users.start()] if users else message[:_MOST_SEARCHED]
    fields = canonical({name: value for name, value in _PAIR.findall(message) if name in _TAKEN})
    took = _TOOK.search(message) or (None if message.isascii() else _TOOK_IN_CHINESE.search(message))
    if took is not None:
        is_in_ms = took[2][0] in "mM毫"
        fields.setdefault("duration_ms", round(float(took[1]) * (1 if is_in_ms else 1000), 6))
    for name, value in fields.items():
        event.fields.setdefault(name, value)
