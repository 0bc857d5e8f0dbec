"""The command line as a real process: streams that close, disks that are full, odd terminals, what is imported."""

from __future__ import annotations

import array
import fcntl
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path
from shutil import which

import pytest

pytestmark = pytest.mark.usefixtures("folder")

HEAVY = {"pandas", "polars", "plotly", "torch", "flask", "numpy", "narwhals", "jinja2", "rich"}
RARE = {"zstandard", "difflib", "ttslog.index.opening", "ttslog.reports.renderers.tsv"}
READING = {"json", "tomllib", "zoneinfo", "isal", "ttslog.parsers", "ttslog.sources", "ttslog.reports.blocks"}


def start(*arguments, **options):
    command = [sys.executable, "-m", "ttslog", *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL}
    return subprocess.Popen(command, **{**pipes, **options})


def ask(*arguments, **options):
    process = start(*arguments, **options)
    out, err = process.communicate(timeout=60)
    return process.returncode, out or b"", err or b""


def test_a_reader_that_leaves_ends_the_command_quietly(folder):
    many = "\n".join((folder / "seed.log").read_text("utf-8").replace("ts_", f"ts_{n:05d}") for n in range(2000))
    (folder / "many.log").write_text(many, "utf-8")
    process = start("requests", "many.log", "--format", "ndjson")
    assert process.stdout.readline().startswith(b"{")
    process.stdout.close()
    with process.stderr as err:
        assert process.wait(timeout=60) == 141
        assert err.read() == b""


def test_a_reader_that_leaves_a_table_ends_the_command_quietly():
    process = start("explain", "CUDA_OOM", "--format", "table")
    process.stdout.close()
    with process.stderr as err:
        assert process.wait(timeout=60) == 141
        assert err.read() == b""


def test_a_standard_input_that_is_closed_is_named():
    code, _, err = ask("top-errors", "-", stdin=None, preexec_fn=lambda: os.close(0))
    assert (code, err.count(b"Traceback")) == (1, 0)
    assert b"- (it is closed)" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_stdout_is_one_line_and_a_failure():
    with Path("/dev/full").open("wb") as full:
        code, _, err = ask("requests", "--json", stdout=full)
    assert code == 1
    assert err.splitlines()[-1] == b"ttslog: cannot write the answer: No space left on device"


def test_an_ascii_locale_still_gets_the_answer():
    environment = {
        **os.environ,
        "LC_ALL": "C",
        "PYTHONUTF8": "0",
        "PYTHONIOENCODING": "ascii:strict",
        "PYTHONCOERCECLOCALE": "0",
    }
    code, out, err = ask("trace", "ts_7f3a2b1c", "seed.log", "--format", "table", "--lang", "zh", env=environment)
    assert code == 0, err
    assert b"#" in out
    assert out.isascii()


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_table_fits_any_terminal_and_cuts_no_id(width):
    environment = {**os.environ, "COLUMNS": str(width)}
    code, out, _ = ask("requests", "--format", "table", env=environment)
    text = "".join(out.decode().split())
    assert code == 0
    assert "…" not in text
    assert "failed" in text


def test_no_escape_goes_into_a_pipe_even_when_a_log_holds_one(folder):
    line = '{"event":"synthesis_complete","request_id":"e\\u001b[31mvil","status":"failed","error_code":"X\\u0007"}\n'
    (folder / "evil.log").write_text(line, "utf-8")
    for form in ("table", "tsv", "json", "ndjson"):
        _, out, err = ask("requests", "evil.log", "--format", form)
        assert not {0x1B, 0x07, 0x0D} & set(out + err)


def on_a_terminal(*arguments, **environment):
    controller, terminal = pty.openpty()
    process = start(*arguments, stdout=terminal, stderr=subprocess.DEVNULL, env={**os.environ, **environment})
    os.close(terminal)
    out = b""
    while True:
        try:
            chunk = os.read(controller, 4096)
        except OSError:
            break
        if not chunk:
            break
        out += chunk
    os.close(controller)
    assert process.wait(timeout=60) == 0
    return out


def test_a_terminal_gets_a_table_in_colour_unless_no_color_is_set():
    assert b"\x1b[" in on_a_terminal("requests", TERM="xterm-256color")
    assert b"\x1b[" not in on_a_terminal("requests", TERM="xterm-256color", NO_COLOR="1")


def test_an_interrupt_in_mid_read_is_130_and_no_traceback(folder):
    process = start("requests", "-", stdin=subprocess.PIPE)
    process.stdin.write((folder / "seed.log").read_bytes())
    process.stdin.flush()
    wait_until_reading(process)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err


def wait_until_reading(process):
    """The pipe is empty when the command has taken what was written and waits for more."""
    waiting = array.array("i", [1])
    while waiting[0] and process.poll() is None:
        time.sleep(0.05)
        fcntl.ioctl(process.stdin.fileno(), termios.FIONREAD, waiting)


def test_standard_input_is_read_compressed_or_not(folder):
    for name in ("seed.log", "logs/app.log.1.gz"):
        with (folder / name).open("rb") as stdin:
            code, out, _ = ask("requests", "-", "--format", "ndjson", stdin=stdin)
        assert code == 0
        assert out.count(b"\n") == 2


@pytest.mark.skipif(os.geteuid() == 0 and not which("setpriv"), reason="needs setpriv to hold root back")
def test_an_unreadable_file_alone_is_a_failure_and_is_named(folder):
    (folder / "seed.log").chmod(0)
    done = subprocess.run(
        [*held_back_by_modes(), sys.executable, "-m", "ttslog", "requests", "seed.log"],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == b""
    assert done.stderr.count(b"\n") == 1
    assert b"seed.log" in done.stderr
    assert b"Permission denied" in done.stderr


@pytest.mark.skipif(os.geteuid() == 0 and not which("setpriv"), reason="needs setpriv to hold root back")
def test_a_directory_that_cannot_be_listed_is_named(folder):
    locked = folder / "logs" / "locked"
    locked.mkdir()
    locked.chmod(0)
    asked = [*held_back_by_modes(), sys.executable, "-m", "ttslog", "requests"]
    around, alone = (subprocess.run([*asked, path], capture_output=True, check=False) for path in ("logs", locked))
    assert (around.returncode, alone.returncode) == (0, 1)
    assert b"locked: skipped, a directory that cannot be listed" in around.stderr
    assert b"locked (a directory that cannot be listed)" in alone.stderr


def held_back_by_modes():
    """Return what to put before a command so that file modes hold it back, even when root runs it."""
    powers = "-dac_override,-dac_read_search"
    return ["setpriv", f"--bounding-set={powers}", f"--inh-caps={powers}"] if os.geteuid() == 0 else []


@pytest.mark.parametrize(
    ("arguments", "spared"),
    [
        (["--version"], HEAVY | RARE | READING),
        (["--help"], HEAVY | RARE | READING),
        (["trace", "--help"], HEAVY | RARE | READING),
        (["requests", "--help"], HEAVY | RARE | READING),
        (["trace", "ts_7f3a2b1c", "seed.log", "--json", "--tz", "UTC"], HEAVY | RARE | {"zoneinfo"}),
        (["trace", "ts_7f3a2b1c", "seed.log"], HEAVY | RARE - {"ttslog.reports.renderers.tsv"}),
        (["top-errors", "seed.log", "--json"], HEAVY | RARE),
    ],
)
def test_a_command_imports_only_what_it_takes(arguments, spared):
    program = (
        "import sys; from ttslog.commands import run; code = run(sys.argv[1:]);"
        f"print(sorted({spared!r} & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"


def test_importing_the_library_imports_nothing_heavy():
    program = f"import sys, ttslog; dir(ttslog); print(sorted({HEAVY!r} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"
