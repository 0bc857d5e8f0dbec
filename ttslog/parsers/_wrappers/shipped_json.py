"""Log shippers and clouds: one JSON object a line, the program's line in it beside what the shipper knows.

Fluent Bit, Fluentd, Vector, Filebeat, stern, Loki, Elasticsearch, Google Cloud Logging, CloudWatch, Azure, Datadog,
Splunk. Where one of them took the program's JSON apart, its fields are the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ttslog.parsers._clock import Clock
from ttslog.parsers._shipped import KEYS, carried
from ttslog.parsers._wrappers._wrapped import Wrapped, Wrapper, WrapperSample

_decode = msgspec.json.Decoder(dict[str, Any]).decode
_encode = msgspec.json.encode
_clock = Clock()
_KEY = re.compile(rb'"(?:' + "|".join(map(re.escape, KEYS)).encode() + rb')"\s*:')
_TIMES = ("@timestamp", "timestamp", "time", "_time", "date", "TimeGenerated", "receiveTimestamp")
# What the shipper knows about the writer, the nearer first. In a container the host's name is that of the pod.
_WHO = {
    "host": (
        *("kubernetes.pod_name", "kubernetes.pod.name", "podName", "PodName", "resource.labels.pod_name", "labels.pod"),
        *("labels.instanceId", "host.name", "host", "_HOSTNAME", "hostname", "Host"),
    ),
    "container": (
        *("kubernetes.container_name", "kubernetes.container.name", "containerName", "ContainerName"),
        *("resource.labels.container_name", "labels.container", "container_name"),
    ),
    "unit": ("_SYSTEMD_UNIT",),
    "stream": ("stream", "LogSource"),
}
_STREAMS = ("logStreamName", "@logStream", "logName", "container_id", "labels.filename", "log.file.path", "file")
_LEVELS = ("severity", "status")
_HAS_LEVEL = frozenset({"level", "levelname", "log_level", "log.level", "severity"})
_TRACE = re.compile(r"(?:projects/[^/]+/traces/)?(?P<trace_id>[0-9a-f]{32})", re.ASCII)
_CUT_AT = 16_384  # bytes: where Docker cuts a line


def unwrap(line: bytes) -> Wrapped | None:
    """Read one object."""
    if not line.startswith(b"{") or _KEY.search(line) is None:
        return None
    try:
        record = _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    inside = carried(record)
    if inside is None:
        return None
    fields = dict(_fields(record))
    stream = " ".join((*fields.values(), _first_text(record, _STREAMS) or "")).rstrip()
    trace = _TRACE.fullmatch(str(record.get("trace", "")))
    if trace is not None:
        fields["trace_id"] = trace["trace_id"]
    text = _encode(_with_level(inside, record)) if isinstance(inside, dict) else _as_bytes(inside)
    return Wrapped(text.removesuffix(b"\n"), stream, _time_us(record), _is_partial(record, text), fields)


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _with_level(inside: dict[str, Any], outer: Mapping[str, Any]) -> dict[str, Any]:
    """Give a record its level back, where the cloud took it out."""
    level = next((outer[name] for name in _LEVELS if type(outer.get(name)) is str), None)
    return {**inside, "level": level} if level and level != "DEFAULT" and _HAS_LEVEL.isdisjoint(inside) else inside


def _fields(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, paths in _WHO.items():
        found = _first_text(record, paths)
        if found is not None:
            yield name, found


def _first_text(record: Mapping[str, Any], paths: tuple[str, ...]) -> str | None:
    """Return the first text that stands at one of the paths, whether that is written with dots or with objects."""
    for path in paths:
        found = record.get(path)
        if found is None and "." in path:
            found = _at(record, path)
        if type(found) is str and found:
            return found
    return None


def _at(record: Mapping[str, Any], path: str) -> object:
    name, dot, rest = path.partition(".")
    found = record.get(name)
    return _at(found, rest) if dot and type(found) is dict else None if dot else found


def _time_us(record: Mapping[str, Any]) -> int | None:
    for name in _TIMES:
        value = record.get(name)
        if type(value) is str and value.isdecimal() and value.isascii() and len(value) < 20:  # noqa: PLR2004
            value = int(value)
        time_us = _clock.read(value)
        if time_us is not None:
            return time_us
    return None


def _is_partial(record: Mapping[str, Any], text: bytes) -> bool:
    """A runtime cut the line: it says so, or Docker's length does, without a line feed at the end."""
    if "logtag" in record or "_p" in record:
        return "P" in (record.get("logtag"), record.get("_p"))
    if "partial_message" in record:
        return str(record.get("partial_last", "false")).lower() != "true"
    return len(text) == _CUT_AT and "log" in record and not text.endswith(b"\n")


_READY = "INFO:     Application startup complete."
_INSIDE = {"content": _READY, "time": "2026-11-20T14:00:00.123456Z"}
_IN_POD = {**_INSIDE, "host": "tts-7d9f8b6c5-x2x4z", "container": "tts"}

WRAPPER = Wrapper(
    title="Fluent Bit, Fluentd, Vector, Filebeat, stern, Loki, Elasticsearch, Google Cloud Logging, CloudWatch, Azure, "
    "Datadog, Splunk, as JSON",
    unwrap=unwrap,
    begins=b"{",
    url="https://docs.fluentbit.io/manual/pipeline/filters/kubernetes",
    samples=(
        WrapperSample(
            f'{{"date":1795183200.123456,"log":"{_READY}\\n","stream":"stderr","kubernetes":'
            '{"pod_name":"tts-7d9f8b6c5-x2x4z","namespace_name":"prod","container_name":"tts","host":"gpu1"}}',
            {**_IN_POD, "stream": "tts-7d9f8b6c5-x2x4z tts stderr"},
        ),
        WrapperSample(
            '{"@timestamp":"2026-11-20T14:00:00.123456Z","log":"the first 16 kB","logtag":"P","stream":"stdout"}',
            {"content": "the first 16 kB", "partial": True, "stream": "stdout"},
        ),
        WrapperSample(
            f'{{"message":"{_READY}","timestamp":"2026-11-20T14:00:00.123456789Z","source_type":"kubernetes_logs",'
            '"stream":"stderr","kubernetes":{"pod_name":"tts-7d9f8b6c5-x2x4z","container_name":"tts"}}',
            _IN_POD,
        ),
        WrapperSample(
            f'{{"message":"{_READY}","nodeName":"gpu1","namespace":"prod","podName":"tts-7d9f8b6c5-x2x4z",'
            '"containerName":"tts"}',
            {**_IN_POD, "time": None},
        ),
        WrapperSample(
            '{"insertId":"1a","jsonPayload":{"event":"synthesis_start","request_id":"ts_1"},"logName":'
            '"projects/p/logs/stdout","severity":"INFO","timestamp":"2026-11-20T14:00:00.123456789Z","trace":'
            '"projects/p/traces/5b8efff798038103d269b633813fc60c"}',
            {
                "content": '{"event":"synthesis_start","request_id":"ts_1","level":"INFO"}',
                "time": "2026-11-20T14:00:00.123456Z",
                "trace_id": "5b8efff798038103d269b633813fc60c",
            },
        ),
        WrapperSample(
            f'{{"insertId":"1b","textPayload":"{_READY}","logName":"projects/p/logs/stderr","severity":"ERROR","resource":'
            '{"type":"k8s_container","labels":{"pod_name":"tts-7d9f8b6c5-x2x4z","container_name":"tts"}},'
            '"timestamp":"2026-11-20T14:00:00.123456Z"}',
            _IN_POD,
        ),
        WrapperSample(
            f'{{"logStreamName":"tts/tts/0f1e","timestamp":1795183200123,"message":"{_READY}","ingestionTime":1795183200200}}',
            {**_INSIDE, "time": "2026-11-20T14:00:00.123Z", "stream": "tts/tts/0f1e"},
        ),
        WrapperSample(f'{{"@timestamp":"2026-11-20 14:00:00.123456","@message":"{_READY}","@ptr":"Cm"}}', _INSIDE),
        WrapperSample(
            f'{{"labels":{{"app":"tts","pod":"tts-0"}},"line":"{_READY}","timestamp":"2026-11-20T14:00:00.123456Z"}}',
            {**_INSIDE, "host": "tts-0"},
        ),
        WrapperSample(
            f'{{"@timestamp":"2026-11-20T14:00:00.123456Z","message":"{_READY}","agent":{{"type":"filebeat"}},'
            '"log":{"file":{"path":"/var/log/tts.log"}},"host":{"name":"gpu1"}}',
            {**_INSIDE, "host": "gpu1", "stream": "gpu1 /var/log/tts.log"},
        ),
        WrapperSample(
            '{"_index":"tts","_id":"1","_source":{"@timestamp":"2026-11-20T14:00:00.123Z","message":"ready"}}',
            {"content": '{"@timestamp":"2026-11-20T14:00:00.123Z","message":"ready"}'},
        ),
        WrapperSample(
            f'{{"time":"2026-11-20T14:00:00.1234560Z","resultDescription":"{_READY}","category":"AppServiceConsoleLogs",'
            '"level":"Informational","operationName":"Microsoft.Web/sites/log"}',
            _INSIDE,
        ),
    ),
)
