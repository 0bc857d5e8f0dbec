"""A part of a page of docs/ that is written anew, between its two markers; nothing else is touched."""

from __future__ import annotations

from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
PERFORMANCE = DOCS / "performance.md"


class NoMarkers(Exception):
    """The page has no such part."""


def write_between(page: Path, part: str, text: str) -> None:
    """Replace what stands between `<!-- PART:begin -->` and `<!-- PART:end -->`.

    Raises:
        NoMarkers: one of them is missing.
    """
    begin, end = f"<!-- {part}:begin -->", f"<!-- {part}:end -->"
    before, found_begin, rest = page.read_text("utf-8").partition(begin)
    _, found_end, after = rest.partition(end)
    if not found_begin or not found_end:
        raise NoMarkers(f"{page} has no {begin} ... {end}: put both where the results belong")
    page.write_text(f"{before}{begin}\n{text.strip()}\n{end}{after}", "utf-8")
