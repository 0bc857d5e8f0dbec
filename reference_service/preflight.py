"""What would keep the service from running is said in one line before gunicorn starts, not in a traceback after."""

from __future__ import annotations

import os
import socket
import tempfile
from typing import TYPE_CHECKING

from reference_service.engines import engine_names
from reference_service.settings import PREFIX, BadSetting, Settings

if TYPE_CHECKING:
    from pathlib import Path

_INHERITED_SOCKETS = ("GUNICORN_FD", "LISTEN_FDS")  # from a master that is replaced (SIGUSR2), from systemd


class CannotStart(Exception):
    """The settings can be read, but the machine does not allow them."""


def check(settings: Settings) -> None:
    """Look whether the service can run with these settings.

    Raises:
        BadSetting: there is no such engine.
        CannotStart: a folder that must be written cannot be, or the port cannot be had.
    """
    if settings.engine not in engine_names():
        raise BadSetting(f"{PREFIX}ENGINE={settings.engine!r}: the engines are {', '.join(engine_names())}")
    _check_folder("LOG_DIR", settings.log_dir)
    if settings.metrics_dir:
        _check_folder("METRICS_DIR", settings.metrics_dir)
    if not any(name in os.environ for name in _INHERITED_SOCKETS):
        _check_port(settings)


def _check_folder(name: str, folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as error:
        raise CannotStart(
            f"{PREFIX}{name}={str(folder)!r}: {error.strerror}; it must be a folder that can be written"
        ) from error


def _check_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    try:
        socket.create_server((settings.address, settings.port), family=family).close()
    except OSError as error:
        raise CannotStart(
            f"{PREFIX}PORT={settings.port} of {PREFIX}HOST={settings.host!r}: {error.strerror}; "
            "it must be a free port of this machine"
        ) from error
