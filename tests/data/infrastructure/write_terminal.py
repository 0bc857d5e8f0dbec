"""What is meant for a terminal and lands in a file: a progress bar with a record in its middle, a rich traceback."""

from __future__ import annotations

import logging
import sys

from rich.console import Console
from tqdm import tqdm

logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
for step in tqdm(range(8), mininterval=0, desc="t2s"):
    if step == 3:
        logging.getLogger().info("in the middle of the bar")
try:
    {}["am"]
except KeyError:
    Console(stderr=True, width=90, force_terminal=True).print_exception()
logging.getLogger().info("after the box")
