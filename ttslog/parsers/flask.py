"""What Flask's development server prints when it comes up: whatever was being served before is gone."""

from __future__ import annotations

import re

from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._decoding import decode
from ttslog.parsers._event import Event
from ttslog.parsers._format import Format, Sample
from ttslog.schema import SERVICE_START

_LINE = re.compile(
    r" \* (?P<message>Serving Flask app '?(?P<service>[^'\s]+)'?.*"
    r"|(?:Running on |Debug mode: |Debugger |Restarting with |Environment: ).*)$"
)
_BARE = (b"Press CTRL+C to quit", b"WARNING: This is a development server. Do not use it in a production deployment.")


def parse(line: bytes, _: Clock) -> Event | None:
    """Read one line of the banner."""
    if line.startswith(_BARE):
        return Event(MESSAGE, fields={"message": decode(line)})
    if not line.startswith(b" * "):
        return None
    found = _LINE.match(decode(line))
    if found is None:
        return None
    if found["service"] is None:
        return Event(MESSAGE, fields={"message": found["message"]})
    return Event(SERVICE_START, fields={"message": found["message"], "service": found["service"]})


FORMAT = Format(
    title="Flask banner",
    parse=parse,
    url="https://flask.palletsprojects.com/en/stable/cli/",
    begins=b" PW",
    samples=(
        Sample(" * Serving Flask app 'wsgi'", {"name": "service_start", "time": None, "service": "wsgi"}),
        Sample(" * Running on http://127.0.0.1:5000", {"name": "message"}),
        Sample(" * Debug mode: off", {"name": "message", "message": "Debug mode: off"}),
        Sample("Press CTRL+C to quit", {"name": "message"}),
    ),
)
