"""Which process wrote what, and how it ended: the evidence for why a request has a start and no end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from ttslog.extent import Extent
from ttslog.lifecycle.hosts import may_be_one
from ttslog.lifecycle.request import Request
from ttslog.lifecycle.units import Units
from ttslog.parsers import Event
from ttslog.schema import SERVICE_START, SERVICE_STOP, WORKER_KILLED, Reason

_Process = tuple[str | None, int | None]  # host, pid
_Kill = tuple[str | None, int | None]  # host, and when
_STILL_RUNNING_US = 300_000_000  # a request seen in the log's last five minutes may simply not be done

_EDGES = frozenset({SERVICE_START, SERVICE_STOP})


class _Life(msgspec.Struct):
    """What is known of one process id on one host; the id may be used again after a restart."""

    last_us: int = 0
    parent: int | None = None
    began_us: list[int] = msgspec.field(default_factory=list)
    stopped_us: list[int] = msgspec.field(default_factory=list)


class Processes:
    """Watches every event of a scan go by and keeps what tells the lives of processes."""

    def __init__(self) -> None:
        self._lives: dict[_Process, _Life] = {}
        self._kills: dict[int, list[_Kill]] = {}  # by process id
        self._units = Units()
        self._extent = Extent()

    def see(self, event: Event) -> None:
        """Take note of one event."""
        time_us = event.time_us or 0
        if time_us:
            self._extent.see(time_us)
        if self._units.see(event):
            return
        if event.name in _EDGES:
            self._begin_or_stop(event, time_us)
            return
        if event.name == WORKER_KILLED:
            self._kill(event)
        pid = event.fields.get("pid")
        if type(pid) is int:
            life = self._life(event.fields.get("host"), pid)
            life.last_us = max(life.last_us, time_us)

    def _begin_or_stop(self, event: Event, time_us: int) -> None:
        life = self._life(event.fields.get("host"), event.fields.get("pid"))
        life.last_us = max(life.last_us, time_us)
        if event.name == SERVICE_START:
            life.parent = event.count("ppid")
            life.began_us.append(time_us)
        else:
            life.stopped_us.append(time_us)

    def _life(self, host: object, pid: object) -> _Life:
        key = (_host(host), pid if type(pid) is int else None)
        life = self._lives.get(key)
        if life is None:
            life = self._lives[key] = _Life()
        return life

    def _kill(self, event: Event) -> None:
        pid = event.count("worker_pid")
        if pid is not None:
            self._kills.setdefault(pid, []).append((_host(event.fields.get("host")), event.time_us))

    def to_plain(self) -> dict[str, Any]:
        """Return what was seen as plain values, to be kept and given to `merge`."""
        return {
            "lives": [
                [host, pid, life.last_us, life.parent, life.began_us, life.stopped_us]
                for (host, pid), life in self._lives.items()
            ],
            "killed": [[pid, kills] for pid, kills in self._kills.items()],
            "units": self._units.to_plain(),
            "extent": self._extent.to_plain(),
        }

    def merge(self, plain: Mapping[str, Any]) -> None:
        """Take what another one saw later in the log, as `to_plain` gave it."""
        for host, pid, last_us, parent, began_us, stopped_us in plain["lives"]:
            life = self._life(host, pid)
            life.last_us = max(life.last_us, last_us)
            life.parent = life.parent if parent is None else parent
            life.began_us += began_us
            life.stopped_us += stopped_us
        for pid, kills in plain["killed"]:
            self._kills.setdefault(pid, []).extend((host, time_us) for host, time_us in kills)
        self._units.merge(plain["units"])
        self._extent.merge(Extent.from_plain(plain["extent"]))

    def why_unfinished(self, request: Request) -> Reason:
        """Return why a request has no end, as far as the log proves it; a join that saw why has said so."""
        if request.reason is not None:
            return request.reason
        last_us = request.last_us
        if request.pid is not None and self._was_killed(request):
            return "killed"
        if last_us is None:
            return "log_ended"
        ended = self._units.end_of(request, self._life_of(request).last_us)
        if ended is not None:
            return ended
        if self._was_restarted(request.host, request.pid, last_us):
            return "restarted"
        ended_us = self._extent.newest_us or last_us
        return "log_ended" if ended_us - last_us <= _STILL_RUNNING_US else "unknown"

    def _was_killed(self, request: Request) -> bool:
        """A kill soon after the request's last line ended it; a later one only if the process wrote nothing between."""
        last_us = request.last_us
        silent = self._life_of(request).last_us <= (last_us or 0)
        return any(
            time_us is None
            or last_us is None
            or (time_us >= last_us and (silent or time_us - last_us <= _STILL_RUNNING_US))
            for host, time_us in self._kills.get(request.pid or 0, ())
            if may_be_one(host, request.host)
        )

    def _life_of(self, request: Request) -> _Life:
        return self._lives.get((request.host, request.pid), _Life())

    def _was_restarted(self, host: str | None, pid: int | None, last_us: int) -> bool:
        """The process id began or stopped later; or a service came up under another parent and this one fell silent."""
        life = self._lives.get((host, pid), _Life())
        if any(time_us > last_us for time_us in (*life.began_us, *life.stopped_us)):
            return True
        if life.last_us > last_us and pid is not None:
            return False
        return any(
            began > last_us and (pid is None or _is_another_service(other, life))
            for (other_host, _), other in self._lives.items()
            if other_host == host
            for began in other.began_us
        )


def _host(value: object) -> str | None:
    return value if type(value) is str else None


def _is_another_service(other: _Life, life: _Life) -> bool:
    """A worker that a living parent replaces says nothing about its siblings; a new parent says all are gone."""
    return other.parent is not None and life.parent is not None and other.parent != life.parent
