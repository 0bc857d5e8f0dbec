"""Write the logs beside this file by running the real programs on the loopback interface.

    python capture.py [FOLDER]

Needs uvicorn, gunicorn, flask, starlette, loguru, structlog, python-json-logger, tqdm, rich and nginx. Every server
gets the same four requests: one that succeeds, one unknown path, one that raises, one with a chained cause.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
PATHS = ("/v1/voices", "/missing", "/v1/audio/speech?voice=alloy", "/chained")
PORT = 18400


def main(folder: Path) -> None:
    """Run every program once."""
    folder.mkdir(parents=True, exist_ok=True)
    uvicorn(folder / "uvicorn.log")
    gunicorn(folder / "gunicorn_error.log", folder / "gunicorn_access.log")
    flask(folder / "flask.log")
    nginx(folder)
    for script in sorted(HERE.glob("write_*.py")):
        name = script.stem.removeprefix("write_")
        with (folder / f"{name}.log").open("wb") as log:
            subprocess.run([sys.executable, script], stdout=log, stderr=subprocess.STDOUT, check=False)
    for log in folder.glob("*.log"):
        log.write_bytes(without_places(log.read_bytes().decode()).encode())


def uvicorn(log: Path) -> None:
    """Serve with colours off, as to a file."""
    with running([sys.executable, "-m", "uvicorn", "asgi:app", "--port", str(PORT)], log):
        ask(PORT)


def gunicorn(error_log: Path, access_log: Path) -> None:
    """Serve, let one worker hang past its timeout, kill one with SIGKILL, stop."""
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{PORT}", "--timeout", "2"]
    command += ["--no-control-socket", "--access-logfile", str(access_log), "wsgi:app"]
    with running(command, error_log):
        ask(PORT)
        get(PORT, "/hang")
        time.sleep(1)
        os.kill(int(get(PORT, "/pid")), signal.SIGKILL)
        time.sleep(2)


def flask(log: Path) -> None:
    """Serve with the development server."""
    with running([sys.executable, "-m", "flask", "--app", "wsgi", "run", "--port", str(PORT)], log):
        ask(PORT)


def nginx(folder: Path) -> None:
    """Proxy to a port that nobody listens on, and serve one page."""
    where = folder / "nginx_run"
    where.mkdir(exist_ok=True)
    configuration = where / "nginx.conf"
    configuration.write_text((HERE / "nginx.conf").read_text().format(where=where, folder=folder, port=PORT))
    command = ["/usr/sbin/nginx", "-p", str(where), "-c", str(configuration), "-g", "daemon off;"]
    with running(command, where / "stderr.txt"):
        ask(PORT)
    for left in sorted(where.rglob("*"), reverse=True):
        left.rmdir() if left.is_dir() else left.unlink()
    where.rmdir()


def without_places(text: str) -> str:
    """Return the text with this machine's folders replaced by usual ones."""
    places = {str(HERE): "/app", sys.prefix: "/opt/venv", sys.base_prefix: "/usr", str(Path.home()): "/home/tts"}
    for place, usual in places.items():
        text = text.replace(place, usual)
    return text


@contextlib.contextmanager
def running(command: list[str], log: Path) -> Iterator[None]:
    """Run a server, its output in `log`, until the block ends."""
    with log.open("wb") as output:
        server = subprocess.Popen(command, cwd=HERE, stdout=output, stderr=subprocess.STDOUT)
        try:
            time.sleep(3)
            yield
        finally:
            server.terminate()
            server.wait(10)


def ask(port: int) -> None:
    """Send the four requests, one after the other."""
    for path in PATHS:
        get(port, path)


def get(port: int, path: str) -> bytes:
    """Return the body; an error status or a closed connection is part of the play."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.read()
    except (urllib.error.URLError, ConnectionError):
        return b""


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
