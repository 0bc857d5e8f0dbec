"""Exceptions that are a web framework's answer: `raise HTTPException(422)`, `abort(404)`."""

from __future__ import annotations

from http import HTTPStatus

# The attribute that has the status, by the class's name: none of these frameworks is imported for it.
_STATUS = {
    "starlette.exceptions.HTTPException": "status_code",  # FastAPI's is a kind of it
    "litestar.exceptions.http_exceptions.HTTPException": "status_code",
    "werkzeug.exceptions.HTTPException": "code",  # Flask's abort()
    "aiohttp.web_exceptions.HTTPException": "status",
}


def answered_status(error: BaseException) -> int | None:
    """Return the HTTP status that a framework answers where `error` is raised; None for any other exception.

    An answer below 400, such as a redirect, says nothing of a failure.
    """
    names = (_STATUS.get(f"{kind.__module__}.{kind.__qualname__}") for kind in type(error).__mro__)
    status = next((getattr(error, name, None) for name in names if name), None)
    return int(status) if isinstance(status, int) and status >= HTTPStatus.BAD_REQUEST else None
