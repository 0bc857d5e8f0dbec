"""An ASGI application that succeeds, raises, and raises from a cause."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route


async def voices(_request: Request) -> Response:
    """Succeed."""
    return PlainTextResponse("alloy")


async def speech(_request: Request) -> Response:
    """Raise a group, as a task group does."""
    async with asyncio.TaskGroup() as group:
        group.create_task(_fail("normalize", "Input text is empty"))
        group.create_task(_fail("vocoder", "Expected more than 1 value per channel when training"))
    return PlainTextResponse("never")


async def chained(_request: Request) -> Response:
    """Raise from a cause, with a message of several lines."""
    try:
        await _fail("load", "CUDA error: device-side assert triggered\nCUDA kernel errors might be reported later.")
    except ValueError as error:
        raise RuntimeError("model could not be loaded") from error
    return PlainTextResponse("never")


async def _fail(stage: str, message: str) -> None:
    raise ValueError(f"{stage}: {message}")


app = Starlette(routes=[Route("/v1/voices", voices), Route("/v1/audio/speech", speech), Route("/chained", chained)])
