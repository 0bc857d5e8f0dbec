"""Commands: one click command a file, imported only when it runs; here is the group and the one place of exit codes."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any

import click

from ttslog import __version__
from ttslog.errors import TtslogError
from ttslog.visible import visible

_USAGE, _INTERRUPTED, _BROKEN_PIPE = 2, 130, 141


class _Folder(click.Group):
    """Lists the modules of this folder; each holds one `command`."""

    def list_commands(self, _context: click.Context) -> list[str]:
        modules = (info.name for info in pkgutil.iter_modules(__path__))
        return sorted(name.replace("_", "-") for name in modules if not name.startswith("_"))

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        command = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").command
        return command if isinstance(command, click.Command) else None

    def invoke(self, context: click.Context) -> Any:
        """Run a command; trouble with writing its answer is met here, before click makes an exit of its own of it."""
        try:
            code = super().invoke(context)
            sys.stdout.flush()
        except BrokenPipeError:
            _forget_stdout()
            return _BROKEN_PIPE
        except OSError as error:
            _forget_stdout()
            return _complain(f"cannot write the answer: {error.strerror or error}", 1)
        return code


@click.group(cls=_Folder, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="ttslog")
def cli() -> None:
    """Find out from its log files what went wrong in a text-to-speech service.

    \b
    ttslog trace ts_7f3a2b1c             what happened to this request, stage by stage
    ttslog top-errors --since 2h         which errors, how many, since when, what to do
    ttslog report -o incident.html       one file to hand over

    Without PATH the logs are those of $TTSLOG_LOGS (paths joined by ":"), of `logs` in ttslog.toml or
    [tool.ttslog], else ./logs.
    """


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return the exit code.

    0 done, 1 could not do it, 2 usage, 3 a check asked for did not hold, 130 interrupted, 141 the reader of the
    output left. A person's mistake is one line on stderr; a bug keeps its traceback.
    """
    _harden_streams()
    try:
        code = cli.main(args=None if arguments is None else list(arguments), prog_name="ttslog", standalone_mode=False)
    except click.exceptions.Abort:
        return _complain("interrupted", _INTERRUPTED)
    except KeyboardInterrupt:
        return _complain("interrupted", _INTERRUPTED)
    except click.ClickException as error:
        return _complain(f"{error.format_message()}{_where_help_is(error)}", error.exit_code)
    except TtslogError as error:
        return _complain(str(error), error.exit_code)
    return code if isinstance(code, int) else 0


def _complain(message: str, code: int) -> int:
    sys.stderr.write(f"ttslog: {visible(message)}\n")
    return code


def _where_help_is(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    return f" (see `{context.command_path} --help`)" if context else ""


def _harden_streams() -> None:
    """Let no character of a log break the output on a terminal that is not UTF-8."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _forget_stdout() -> None:
    """Keep the interpreter from flushing what cannot be written once more, and complaining, at exit."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = None  # no descriptor to redirect: an embedded stream
