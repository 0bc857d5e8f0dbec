"""A Flask application that succeeds, raises, raises from a cause, and hangs."""

from __future__ import annotations

import os
import time

from flask import Flask

app = Flask("tts")


@app.get("/v1/voices")
def voices() -> str:
    """Succeed."""
    return "alloy"


@app.get("/v1/audio/speech")
def speech() -> str:
    """Raise."""
    raise ValueError("Expected more than 1 value per channel when training, got input size torch.Size([1, 32, 1])")


@app.get("/chained")
def chained() -> str:
    """Raise from a cause that was never raised itself."""
    raise RuntimeError("model could not be loaded\nsee the line above") from OSError("no weights")


@app.get("/hang")
def hang() -> str:
    """Do not answer before the worker's timeout."""
    time.sleep(30)
    return "late"


@app.get("/pid")
def pid() -> str:
    """Tell the worker's process id."""
    return str(os.getpid())
