"""Which request a log line is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

# `id` alone counts at the beginning and behind a sign: in "speaker id=7" it is no request's.
_NAME = r"\b(?:x_)?req(?:uest)?[ _-]?id|\brid|请求\s?(?:id|编号)|(?:^|[^\w\s]\s?)id"
_UUID = r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}"
_SHAPED = rf"(?:[a-z]{{1,8}}[_-])?{_UUID}|[a-z]{{1,8}}[_-](?=[a-f]*\d)[0-9a-f]{{6,64}}"
_REQUEST = re.compile(
    rf"(?:{_NAME})['\"]?\s?[=:：]\s?['\"]?(?!(?:none|null)\b)(?P<named>\w[\w-]{{0,79}})"
    rf"|(?:[\[(]|\brequest )(?P<shaped>{_SHAPED})\b",
    re.IGNORECASE,
)


def request_id(lines: Iterable[str]) -> str:
    """Return the id of the request in the first of `lines` that names one, empty where none does."""
    found = (_REQUEST.search(line) for line in lines)
    return next((match["named"] or match["shaped"] for match in found if match), "")
