"""What the commands share: their options, as one object, and the one way in which an answer is shown."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import msgspec

from ttslog.commands._config import default_paths, setting
from ttslog.commands._progress import progress_bar
from ttslog.commands._zone import read_zone
from ttslog.errors import UsageError
from ttslog.visible import visible
from ttslog.windows import EXAMPLES, Moment, Window, parse_moment

if TYPE_CHECKING:
    from ttslog.logs import Logs
    from ttslog.reports.views.words import Lang


class Question(msgspec.Struct, frozen=True):
    """What a command was asked, apart from its own arguments."""

    named: tuple[str, ...]
    window: Window
    zone: tzinfo
    formats: Path | None
    form: str | None
    lang: Lang = "en"
    show_text: bool = False
    strict: bool = False
    verbose: bool = False
    cache: bool = True

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths named, else those of the settings."""
        return self.named or default_paths()

    @property
    def logs(self) -> Logs:
        """What to look at: the paths in the window, read with the user's own formats."""
        # The reading side, which a help text does not need.
        from ttslog.commands._own_formats import own_formats  # noqa: PLC0415
        from ttslog.logs import Logs  # noqa: PLC0415

        return Logs(
            self.paths,
            self.window,
            self.zone,
            own_formats(self.formats),
            cache=self.cache,
            progress=progress_bar(),
            unkept=functools.cache(_say_unkept),
        )


def question(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the arguments and options that all of them have, as its first argument `asked`."""

    @functools.wraps(command)
    def wrapped(  # noqa: PLR0913, PLR0917 - click hands options over one by one; here they become one object
        paths: tuple[str, ...],
        since: str | None,
        until: str | None,
        now: str | None,
        tz: str | None,
        formats: Path | None,
        form: str | None,
        json_: bool,  # noqa: FBT001
        lang: Lang | None,
        show_text: bool,  # noqa: FBT001
        strict: bool,  # noqa: FBT001
        verbose: bool,  # noqa: FBT001
        cache: bool,  # noqa: FBT001
        **own: Any,
    ) -> Any:
        zone = read_zone(tz or setting("tz"))
        asked = Question(
            named=paths,
            window=_window(since, until, now, zone),
            zone=zone,
            formats=formats,
            form="json" if json_ else form,
            lang=lang or setting("lang", ("en", "zh")) or "en",
            show_text=show_text,
            strict=strict,
            verbose=verbose,
            cache=cache,
        )
        return command(asked, **own)

    for option in reversed(_OPTIONS):
        wrapped = option(wrapped)
    return wrapped


_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.argument("paths", nargs=-1, metavar="[PATH]..."),
    click.option("-S", "--since", "--from", metavar="T", help=f"From this time on: {EXAMPLES}."),
    click.option("-U", "--until", "--to", metavar="T", help="Up to this time."),
    click.option("--now", metavar="T", help="Set the clock that --since 2h counts from."),
    click.option("--tz", metavar="ZONE", help="Zone of times written without one, and of times shown. [local]"),
    click.option("--formats", metavar="FILE", type=click.Path(path_type=Path), help="TOML file with your own formats."),
    click.option(
        "--format",
        "form",
        type=click.Choice(["table", "tsv", "json", "ndjson"]),
        help="[table on a terminal, tsv when piped]",
    ),
    click.option("--json", "json_", is_flag=True, help="Short for --format json."),
    click.option("--lang", type=click.Choice(["en", "zh"]), help="Language of labels and remedies. [en]"),
    click.option(
        "--show-text", is_flag=True, help="Show the spoken text and other personal data: in `trace` and `requests`."
    ),
    click.option("--strict", is_flag=True, help="Exit with 3 when a file is damaged or a line bad."),
    click.option(
        "--cache/--no-cache", default=True, help="Keep what was read of large logs for the next question. [--cache]"
    ),
    click.option("-v", "--verbose", is_flag=True, help="Name every file, also those that gave no trouble."),
)


def _say_unkept(folder: str, why: str) -> None:
    place = visible(f"{folder}: {why}")
    advice = "make room, set $TTSLOG_CACHE_DIR to another folder, or ask with --no-cache"
    sys.stderr.write(f"nothing was kept for the next question: {place}; {advice}\n")


def _window(since: str | None, until: str | None, now: str | None, zone: tzinfo) -> Window:
    now_us = _clock_us()
    if now is not None:
        moment_now = parse_moment(now, now_us=now_us, zone=zone)
        if moment_now.from_end:
            raise UsageError(f"--now {now}: a clock is no place in the log; write --since end-1h to count from its end")
        now_us = moment_now.us

    def moment(text: str | None) -> Moment | None:
        return None if text is None else parse_moment(text, now_us=now_us, zone=zone)

    window = Window(moment(since), moment(until))
    if not window.needs_newest:
        window.resolve(None)  # a window the wrong way round is a mistake to report before anything is read
    return window


def _clock_us() -> int:
    import time  # noqa: PLC0415 - the one place where a command looks at the clock

    return time.time_ns() // 1000


def wants_table(asked: Question) -> bool:
    """Return whether the answer is for a person: asked for, or standard output is a terminal."""
    return asked.form == "table" or (asked.form is None and sys.stdout.isatty())
