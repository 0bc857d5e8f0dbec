"""Log text on a terminal: every control character, escape and direction mark becomes visible, nothing acts."""

from __future__ import annotations

import re

# DEL, C1, line and paragraph separators, bidirectional controls, zero-width characters, surrogates, BOM; and C0, which
# JSON writes as escapes by itself.
_BEYOND_C0 = "\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
# Compiled by who meets one: most answers hold none, and to compile these takes longer than to look for them.
_ACTING = f"[\x00-\x1f{_BEYOND_C0}]"
_ACTING_IN_JSON = f"[{_BEYOND_C0}]"


def visible(text: str) -> str:
    r"""Return the text on one line with nothing in it that a terminal would act on: ESC becomes `\x1b`."""
    return text if text.isprintable() else re.sub(_ACTING, _escape, text)


def visible_lines(text: str) -> str:
    """As `visible`, but line feeds stay (a traceback keeps its lines) and tabs become spaces."""
    return "\n".join(visible(line.expandtabs(4)) for line in text.split("\n"))


def inert_json(text: str) -> str:
    r"""Return JSON that means the same and has nothing in it that a terminal would act on: C1 becomes `\u009b`.

    Args:
        text: one value, or lines of them.
    """
    if text.isascii() and "\x7f" not in text:  # many times as fast as to look at each character
        return text
    return re.sub(_ACTING_IN_JSON, lambda found: f"\\u{ord(found[0]):04x}", text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    short = {9: "\\t", 10: "\\n", 13: "\\r"}.get(code)
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")  # noqa: PLR2004
