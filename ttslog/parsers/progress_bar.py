"""tqdm's progress bar, in its last state: what a carriage return overwrote is gone before this is asked."""

from __future__ import annotations

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.parsers._terminal import BAR

PROGRESS = "progress"
_UNITS = {"k": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}


def parse(line: bytes, _: Clock) -> Event | None:
    """Read one bar that is alone on its line."""
    if b"%|" not in line:
        return None
    found = BAR.match(line.strip())
    if found is None or found.end() != len(line.strip()):
        return None
    fields: dict[str, object] = {"done": _count(found["done"]), "total": _count(found["total"])}
    title = decode(found["title"]).strip()
    return Event(PROGRESS, fields={"title": title, **fields} if title else fields)


def _count(text: bytes) -> int | None:
    number = text.decode()
    unit = _UNITS.get(number[-1], 1)
    try:
        return round(float(number.rstrip("kMGT")) * unit)
    except ValueError:
        return None


FORMAT = Format(
    title="progress bar (tqdm)",
    parse=parse,
    url="https://github.com/tqdm/tqdm",
    marks=("%|",),
    samples=(
        Sample(
            "100%|██████████| 25/25 [00:02<00:00, 11.84it/s]",
            {"name": "progress", "time": None, "level": None, "done": 25, "total": 25, "title": None},
        ),
        Sample(
            "t2s:   8%|▊         | 123/1500 [00:01<00:12, 110.40it/s]", {"title": "t2s", "done": 123, "total": 1500}
        ),
        Sample("  0%|          | 0/1.50k [00:00<?, ?it/s]", {"done": 0, "total": 1500}),
    ),
)
