"""A real Chromium over its debugging pipe: what a page asked of the network, complained of, and shows."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
# Chromium reads commands from descriptor 3 and answers on 4: put the pipes there, whatever their numbers are.
_LAUNCH = """
import fcntl, os, sys
commands, answers = (fcntl.fcntl(int(number), fcntl.F_DUPFD, 10) for number in sys.argv[1:3])
os.dup2(commands, 3)
os.dup2(answers, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
_COMPLAINTS = {
    "Runtime.exceptionThrown": "exception",
    "Runtime.consoleAPICalled": "console",
    "Log.entryAdded": "log",
    "Page.javascriptDialogOpening": "dialog",
}


@dataclass
class Page:
    """One open page.

    Attributes:
        complaints: console messages, exceptions, policy reports and dialogs, as the browser tells them.
        requested: addresses the page asked for, its own file left out.
    """

    pipe: Pipe
    address: str
    complaints: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression; a promise is waited for."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def call(self, method: str, **arguments: Any) -> dict[str, Any]:
        """Send a command, take note of all that happens until its answer comes."""
        for message in self.pipe.call(method, arguments):
            if "id" in message:
                assert "error" not in message, message
                return message["result"]
            self._note(message)
        raise AssertionError(f"the browser went away during {method}")

    def _note(self, message: dict[str, Any]) -> None:
        method, what = message["method"], message["params"]
        if method in _COMPLAINTS:
            self.complaints.append(f"{_COMPLAINTS[method]}: {json.dumps(what)[:2000]}")
        if method == "Page.javascriptDialogOpening":
            self.pipe.send("Page.handleJavaScriptDialog", {"accept": True})
        if method == "Network.requestWillBeSent" and what["request"]["url"].partition("#")[0] != self.address:
            self.requested.append(what["request"]["url"])

    def screenshot(self, path: Path, *, width: int, height: int, top: int = 0) -> None:
        """Write what the page shows from `top` on, at this width, as PNG."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        self.evaluate("new Promise(done => setTimeout(done, 600))")
        shot = self.call("Page.captureScreenshot", clip=clip, captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))


class Pipe:
    """JSON messages ended by NUL, to and from one tab."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._count = 0
        self._rest = b""
        self._session: str | None = None

    def attach(self) -> None:
        """Open a tab; every later command goes to it."""
        target = self._answer("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._answer("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]

    def send(self, method: str, arguments: dict[str, Any]) -> int:
        """Send a command and return its number."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": arguments}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._to, json.dumps(message).encode() + b"\0")
        return self._count

    def call(self, method: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Send a command; yield the events that come before its answer, then the answer."""
        number = self.send(method, arguments)
        for message in self._messages():
            if message.get("id", number) == number:
                yield message

    def _answer(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        return next(message["result"] for message in self.call(method, arguments) if "id" in message)

    def _messages(self) -> Iterator[dict[str, Any]]:
        while True:
            while b"\0" in self._rest:
                one, _, self._rest = self._rest.partition(b"\0")
                yield json.loads(one)
            block = os.read(self._from, 1 << 20)
            if not block:
                return
            self._rest += block


@contextmanager
def browser(profile: Path) -> Iterator[Pipe]:
    """Run a Chromium with a profile of its own, in which nothing was ever opened."""
    read_commands, to_browser = os.pipe()
    from_browser, write_answers = os.pipe()
    launch = (sys.executable, "-c", _LAUNCH, str(read_commands), str(write_answers))
    process = subprocess.Popen(
        [*launch, str(CHROMIUM), *_FLAGS, f"--user-data-dir={profile}"],
        pass_fds=(read_commands, write_answers),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(read_commands)
    os.close(write_answers)
    pipe = Pipe(to_browser, from_browser)
    try:
        pipe.attach()
        yield pipe
    finally:
        process.terminate()
        process.wait(20)
        os.close(to_browser)
        os.close(from_browser)


def open_page(pipe: Pipe, path: Path) -> Page:
    """Open a file and wait until it is loaded and its scripts have run."""
    return open_address(pipe, path.as_uri())


def open_address(pipe: Pipe, address: str) -> Page:
    """Open an address and wait until it is loaded and its scripts have run."""
    _leave(pipe)
    page = Page(pipe, address)
    page.call("Emulation.setEmulatedMedia", media="", features=[])  # what an earlier page was shown as stays otherwise
    page.call("Emulation.clearDeviceMetricsOverride")
    page.call("Page.navigate", url=page.address)
    page.evaluate("new Promise(done => document.readyState === 'complete' ? done() : addEventListener('load', done))")
    page.evaluate("new Promise(done => setTimeout(done, 500))")
    return page


def _leave(pipe: Pipe) -> None:
    """Leave the page before, whose server may be gone: what it still complains of is not the next one's."""
    before = Page(pipe, "about:blank")
    for domain in ("Page", "Runtime", "Log", "Network"):
        before.call(f"{domain}.enable")
    before.call("Page.navigate", url=before.address)
    before.evaluate("new Promise(done => setTimeout(done, 50))")
    before.call("Log.clear")
