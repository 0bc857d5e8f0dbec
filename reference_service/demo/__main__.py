"""`python -m reference_service.demo --out DIR`: run the service under load, and leave its logs and a ledger in DIR."""

# ruff: noqa: T201  a program that tells its user what it does

from __future__ import annotations

import argparse
import random
import shutil
import signal
import sys
import time
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from reference_service.demo import scenes
from reference_service.demo.ledger import Ledger
from reference_service.demo.service import DEFAULT_ENGINE, running_service
from reference_service.demo.traffic import CORPORA, traffic

if TYPE_CHECKING:
    from reference_service.demo.service import Service

SEED = 20261121
OTHER_SCENES = 33  # requests of the scenes that do not scale
USAGE_ERROR = 2


def main() -> int:
    """Run the demo; 0 when all requests were sent and written down."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the service is stopped on the way out
    options = _options()
    folder = options.out.resolve()
    if not _cleared(folder):
        print(f"{folder} holds logs of something else; give --out another directory", file=sys.stderr)
        return USAGE_ERROR
    ledger = Ledger()
    ledger.save(folder / "ledger.json")
    started = time.monotonic()
    with running_service(folder, engine=options.engine) as service:
        _play(service, ledger, max(_requests(options) - OTHER_SCENES, 0))
    ledger.save(folder / "ledger.json")
    _tell(folder, ledger, time.monotonic() - started)
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser("python -m reference_service.demo", description="Run the service under load.")
    parser.add_argument("--out", type=Path, required=True, help="directory for logs/, cache/ and ledger.json")
    parser.add_argument("--engine", choices=CORPORA, default=DEFAULT_ENGINE, help="which engine speaks")
    parser.add_argument(
        "--requests", type=int, help="about how many requests to send; by default what suits the engine"
    )
    return parser.parse_args()


def _requests(options: argparse.Namespace) -> int:
    given: int | None = options.requests
    return CORPORA[options.engine].REQUESTS if given is None else given


def _cleared(folder: Path) -> bool:
    """Remove what an earlier run left in `folder`; False, and nothing removed, where its logs are not from a demo."""
    if (folder / "logs").exists() and not (folder / "ledger.json").exists():
        return False
    for name in ("logs", "cache", "voices"):
        shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return True


def _play(service: Service, ledger: Ledger, everyday: int) -> None:
    choice = random.Random(SEED)  # noqa: S311  the same traffic each time
    mixed = traffic(CORPORA[service.engine], choice)
    for title, rows in (
        ("everyday traffic", scenes.everyday(service, islice(mixed, everyday // 2))),
        ("the disk of the cache is full", scenes.full_disk(service, choice)),
        ("clients hang up", scenes.hang_up(service, choice)),
        ("a crowd", scenes.crowd(service, choice)),
        ("a worker is killed", scenes.kill_worker(service, choice)),
        ("everyday traffic", scenes.everyday(service, islice(mixed, everyday - everyday // 2))),
    ):
        before = len(ledger.requests)
        ledger.requests.extend(rows)
        print(f"{title}: {len(ledger.requests) - before} requests", flush=True)


def _tell(folder: Path, ledger: Ledger, seconds: float) -> None:
    print(f"{len(ledger.requests)} requests in {seconds:.0f} s:")
    for outcome, count in ledger.outcomes().most_common():
        print(f"  {count:5d}  {outcome}")
    print(f"logs: {folder / 'logs'} ({len(list((folder / 'logs').glob('app.log*')))} files)")
    print(f"ledger: {folder / 'ledger.json'}")


if __name__ == "__main__":
    sys.exit(main())
