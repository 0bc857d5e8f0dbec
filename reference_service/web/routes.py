"""The routes of the page: itself, its parts, and the life of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, jsonify

from reference_service import answers
from reference_service.web.lifecycle import Busy, Lives, explained

if TYPE_CHECKING:
    from pathlib import Path

    from flask.typing import ResponseReturnValue

# Nothing but the page's own parts, and sound that was fetched; it can be framed by nobody.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; media-src blob:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
NOTHING_KNOWN = 204  # of this request, or not yet; no error, which a browser would complain of at each early look


def web(log: Path) -> Blueprint:
    """Return the page and, beside it, what the log under `log` says of a request."""
    pages = Blueprint("web", __name__, static_folder="assets", static_url_path="/page")
    lives = Lives(log)

    @pages.get("/")
    def page() -> Response:
        return pages.send_static_file("page.html")

    @pages.get("/requests/<request_id>")
    def life(request_id: str) -> ResponseReturnValue:
        try:
            told = lives.of(request_id)
        except Busy:
            return answers.come_again("lives of other requests are being read; ask again")
        return jsonify(told) if told else ("", NOTHING_KNOWN)

    @pages.get("/codes/<code>")
    def meaning(code: str) -> ResponseReturnValue:
        told = explained(code)
        return jsonify(told) if told else ("", NOTHING_KNOWN)

    @pages.after_request
    def guarded(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    return pages
