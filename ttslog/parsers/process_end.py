"""A process that ended, in the words of the shell or of Python's fault handler: `Killed`, `Segmentation fault`."""

from __future__ import annotations

import re

from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample

PROCESS_ENDED = "process_ended"
_SIGNALS = {
    "Aborted": "SIGABRT",
    "Bus error": "SIGBUS",
    "Floating point exception": "SIGFPE",
    "Illegal instruction": "SIGILL",
    "Killed": "SIGKILL",
    "Segmentation fault": "SIGSEGV",
    "Terminated": "SIGTERM",
}
_WORDS = "|".join(_SIGNALS)
_LINE = re.compile(
    rf"(?:Fatal Python error: (?P<fatal>.+)"
    rf"|(?:\S{{1,200}}: line \d{{1,6}}: +(?P<pid>\d{{1,10}}) )?(?P<words>{_WORDS})(?: \(core dumped\))?"
    rf"(?(pid) +(?P<command>\S.*)|))\s*$"
)
_STARTS = tuple(word.encode() for word in _SIGNALS)
_LONGEST = 1_000


def parse(line: bytes, _: Clock) -> Event | None:
    """Read a line that says this and nothing else."""
    if not line.startswith(_STARTS) and b": line " not in line and not line.startswith(b"Fatal Python"):
        return None
    found = _LINE.match(decode(line[:_LONGEST]))
    if found is None:
        return None
    fields: dict[str, object] = {"message": found[0].strip()}
    signal = _SIGNALS.get(found["words"] or (found["fatal"] or "").strip())
    if signal is not None:
        fields["signal"] = signal
    if found["pid"]:
        fields |= {"pid": int(found["pid"]), "command": found["command"]}
    return Event(PROCESS_ENDED, level="critical", fields=fields)


FORMAT = Format(
    title="process end (shell, fault handler)",
    parse=parse,
    samples=(
        Sample("Killed", {"name": "process_ended", "time": None, "level": "critical", "signal": "SIGKILL"}),
        Sample("Segmentation fault (core dumped)", {"name": "process_ended", "signal": "SIGSEGV"}),
        Sample("Aborted", {"name": "process_ended", "signal": "SIGABRT"}),
        Sample(
            "./run.sh: line 12:  4242 Killed                  python webui.py --port 7860",
            {
                "name": "process_ended",
                "signal": "SIGKILL",
                "pid": 4242,
                "command": "python webui.py --port 7860",
            },
        ),
        Sample("Fatal Python error: Segmentation fault", {"name": "process_ended", "signal": "SIGSEGV"}),
        Sample("Fatal Python error: init_import_site: Failed to import", {"name": "process_ended", "signal": None}),
    ),
)
