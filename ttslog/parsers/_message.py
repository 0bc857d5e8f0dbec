"""Messages that mean the same whatever logger wrote them: access lines, workers that begin, end or are killed."""

from __future__ import annotations

import re
import signal
from collections.abc import Mapping
from typing import Any, NamedTuple

from ttslog.parsers import native_json
from ttslog.parsers._access import access_fields, access_time_us
from ttslog.parsers._block import MESSAGE
from ttslog.parsers._clock import Clock
from ttslog.parsers._event import Event
from ttslog.parsers._id_in_message import give_id
from ttslog.parsers._record_in_text import record_in
from ttslog.schema import SERVICE_START, SERVICE_STOP, WORKER_KILLED

EXCEPTION = "exception"
HTTP_ACCESS = "http_access"
WORKER_TIMEOUT = "worker_timeout"


class _Meaning(NamedTuple):
    pattern: re.Pattern[str]
    event: str
    fields: Mapping[str, Any]


def _means(pattern: str, event: str, **fields: Any) -> _Meaning:
    return _Meaning(re.compile(pattern), event, fields)


_OOM = _means(
    r"(?:(?:Memory cgroup out of memory|Out of memory)[^:]{0,80}: )?Kill(?:ed)? process (?P<worker_pid>\d+) "
    r"\((?P<comm>[^)]*)\)(?:.*?anon-rss:(?P<rss_kb>\d+)kB)?",
    WORKER_KILLED,
    signal="SIGKILL",
    cause="oom",
)
# By the first word, so that a message that means nothing special costs one look-up.
_MEANINGS: dict[str, tuple[_Meaning, ...]] = {
    "Booting": (_means(r"Booting worker with pid: (?P<pid>\d+)", SERVICE_START),),
    "Child": (_means(r"Child process \[(?P<pid>\d+)\] died", SERVICE_STOP),),
    "Error": (_means(r"Error handling request (?:(?P<http_method>[A-Z]+) )?(?P<http_path>/[^\s?]*)", EXCEPTION),),
    "Exception": (
        _means(r"Exception on (?P<http_path>/[^\s?]*)\S* \[(?P<http_method>[A-Z]+)\]$", EXCEPTION),
        _means(r"Exception in ASGI application$", EXCEPTION),
    ),
    "Finished": (_means(r"Finished server process \[(?P<pid>\d+)\]", SERVICE_STOP),),
    "Kill": (_OOM,),
    "Killed": (_OOM,),
    "Memory": (_OOM,),
    "Out": (_OOM,),
    "Shutting": (_means(r"Shutting down: Master", SERVICE_STOP),),
    "Started": (_means(r"Started server process \[(?P<pid>\d+)\]", SERVICE_START),),
    "Starting": (_means(r"Starting gunicorn (?P<server_version>\S+)", SERVICE_START),),
    "WORKER": (_means(r"WORKER TIMEOUT \(pid:(?P<worker_pid>\d+)\)", WORKER_TIMEOUT),),
    "Worker": (
        _means(r"Worker \(pid: ?(?P<worker_pid>\d+)\) was sent (?P<signal>SIG(?!TERM\b)[A-Z0-9]+)", WORKER_KILLED),
        _means(r"Worker exiting \(pid: (?P<pid>\d+)\)", SERVICE_STOP),
        _means(r"Worker \(pid: ?(?P<pid>\d+)\) exited with code (?P<exit_code>\d+)", SERVICE_STOP),
    ),
    "worker": (_means(r"worker process (?P<worker_pid>\d+) exited on signal (?P<signal>\d+)", WORKER_KILLED),),
}
_LOGGER = re.compile(r"[A-Za-z_][\w.]{0,200}:?", re.ASCII)
_NUMBERS = frozenset({"pid", "worker_pid", "exit_code", "rss_kb"})
_MAX_DIGITS = 18
_SIGNALS = {one.value: one.name for one in signal.Signals}


def message_event(
    message: str,
    clock: Clock,
    *,
    time_us: int | None = None,
    level: str | None = None,
    **fields: Any,
) -> Event:
    """Return the event of a message: what it means where that is known, else a `message`.

    A message may be a whole record: structlog renders JSON, and the logger below it writes its own head. What the
    record says counts then, and the head where it is silent.

    Args:
        message: without the logger's head.
        clock: reads the time of an access line, which is the event's where the head has none.
        time_us: the head's time.
        level: the head's level.
        fields: what else the head says.
    """
    if message.endswith("}") and (record := _record_of(message, fields)) is not None:
        return _of_record(record, clock, time_us, level, fields)
    fields["message"] = message
    event = Event(MESSAGE, time_us=time_us, level=level, fields=fields)
    give_meaning(event, message, clock)
    if event.name == MESSAGE:
        give_id(event)
    return event


def _record_of(message: str, head: dict[str, Any]) -> dict[str, Any] | None:
    """Return the record that a message is; a word before it is the logger's name, which some heads end with."""
    if message.startswith("{"):
        return record_in(message)
    logger, _, rest = message.partition(" ")
    record = record_in(rest) if _LOGGER.fullmatch(logger) is not None else None
    if record is not None:
        head["logger"] = logger.removesuffix(":")
    return record


def _of_record(
    record: dict[str, Any], clock: Clock, time_us: int | None, level: str | None, head: dict[str, Any]
) -> Event:
    event = native_json.to_event(record, clock)
    event.time_us = time_us if event.time_us is None else event.time_us
    event.level = event.level or level
    event.fields = head | event.fields
    return event


def give_meaning(event: Event, message: str, clock: Clock) -> None:
    """Name the event and add the fields that its message holds, where the message is one of those known."""
    meanings = _MEANINGS.get(message.partition(" ")[0])
    if meanings is not None:
        for meaning in meanings:
            found = meaning.pattern.match(message)
            if found is not None:
                event.name = meaning.event
                event.fields.update(meaning.fields, **_values(found))
                return
    if '"' in message and " " in message:
        fields = access_fields(message)
        if fields is not None:
            _be_access(event, fields, clock)


def access_event(fields: dict[str, Any], clock: Clock) -> Event:
    """Return the event of an access line that has no head before it."""
    time = fields.pop("time", None)
    time_us = None if time is None else access_time_us(time, clock)
    return Event(HTTP_ACCESS, time_us=time_us, request_id=fields.pop("request_id", None), fields=fields)


def _be_access(event: Event, fields: dict[str, Any], clock: Clock) -> None:
    event.name = HTTP_ACCESS
    time = fields.pop("time", None)
    if event.time_us is None and time is not None:
        event.time_us = access_time_us(time, clock)
    event.request_id = fields.pop("request_id", event.request_id)
    event.fields.pop("message", None)
    event.fields.update(fields)


def _values(found: re.Match[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: int(value[:_MAX_DIGITS]) if name in _NUMBERS else value
        for name, value in found.groupdict().items()
        if value is not None
    }
    if "rss_kb" in values:
        values["rss_mb"] = round(values.pop("rss_kb") / 1024, 1)
    number = values.get("signal")
    if number is not None and number.isdecimal():
        plain = int(number[:_MAX_DIGITS])
        values["signal"] = _SIGNALS.get(plain) or str(plain)
    return values
