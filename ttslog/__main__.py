"""`ttslog` on the command line."""

from __future__ import annotations

from ttslog.commands import run


def main() -> None:
    """Run the command line and exit with its code."""
    raise SystemExit(run())


if __name__ == "__main__":
    main()
