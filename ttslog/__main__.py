"""`ttslog` on the command line."""

from __future__ import annotations

import gc

_YOUNG_OBJECTS = 50_000  # more than the imports make: looking through those would take longer than any of them
gc.set_threshold(_YOUNG_OBJECTS)

from ttslog.commands import run  # noqa: E402 - as said


def main() -> None:
    """Run the command line and exit with its code."""
    code = run()
    gc.freeze()  # nothing is looked through once more on the way out
    raise SystemExit(code)


if __name__ == "__main__":
    main()
