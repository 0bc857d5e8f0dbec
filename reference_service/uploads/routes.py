"""`/v1/audio/references`: a person's voice is taken with consent only, and kept no longer than was said."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import structlog
from flask import Blueprint, jsonify, request
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from reference_service import answers
from reference_service.connection import UnreadableBody, limit_pauses, notice_cut_bodies
from reference_service.uploads.sound import invalid, sound_of
from reference_service.uploads.store import shown
from ttslog.instrument import CodedError, http_status

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from reference_service.settings import Settings
    from reference_service.uploads.store import References

log = structlog.get_logger("reference_service.uploads")

CREATED, REMOVED = 201, 204
FORM_BYTES = 8192  # of the form around the file
FORM_PARTS = 8
CONSENT = "true"


def uploads(references: References, settings: Settings) -> Blueprint:
    """Return the routes that take and remove reference audio."""
    routes = Blueprint("uploads", __name__, url_prefix="/v1/audio/references")

    @routes.post("")
    def upload() -> ResponseReturnValue:
        limit_pauses(request.environ, settings.sending_seconds)
        notice_cut_bodies(request.environ)
        try:
            return _upload(references, settings)
        except Exception as error:  # noqa: BLE001  whatever it is, the line tells it in full
            return _refused(error)

    @routes.delete("/<reference_id>")
    def remove(reference_id: str) -> ResponseReturnValue:
        if not references.remove(reference_id):
            return _refused(CodedError("REFERENCE_AUDIO_NOT_FOUND", "no such reference audio"))
        log.info("reference_removed", reference=shown(reference_id), reason="asked", client=request.remote_addr)
        return "", REMOVED

    return routes


def _upload(references: References, settings: Settings) -> ResponseReturnValue:
    content = _content(settings.upload_max_bytes)
    sound = sound_of(content, shortest_seconds=settings.upload_min_seconds, longest_seconds=settings.upload_max_seconds)
    uploaded_at, client = datetime.now(UTC).isoformat(timespec="seconds"), request.remote_addr
    reference = references.add(content, sound, consent=True, client=client, uploaded_at=uploaded_at)
    remove_at = datetime.fromtimestamp(reference.remove_at, UTC).isoformat(timespec="seconds")
    facts = {"audio_seconds": round(sound.audio_seconds, 3), "sample_rate": sound.sample_rate, "remove_at": remove_at}
    log.info(
        "reference_stored",
        reference=shown(reference.reference_id),
        consent=True,
        client=client,
        container=sound.container,
        size_bytes=len(content),
        http_status=CREATED,
        **facts,
    )
    return jsonify(id=reference.reference_id, object="reference_audio", **facts), CREATED


def _content(most: int) -> bytes:
    """Return the file of the form; it is not looked at before there is consent.

    Raises:
        CodedError: CONSENT_MISSING, REFERENCE_AUDIO_INVALID, REQUEST_INVALID, CLIENT_DISCONNECTED.
    """
    request.max_content_length, request.max_form_parts = most + FORM_BYTES, FORM_PARTS
    if (request.content_length or 0) > request.max_content_length:
        raise _too_large(most)
    try:
        consent, file = request.form.get("consent", ""), request.files.get("file")
    except UnreadableBody:
        raise CodedError("REQUEST_INVALID", "the body is not in chunks as HTTP has them") from None
    except RequestEntityTooLarge:
        raise _too_large(most) from None
    except ClientDisconnected:
        raise CodedError("CLIENT_DISCONNECTED", "the client left before it had sent the file") from None
    if consent.lower() != CONSENT:
        raise CodedError(
            "CONSENT_MISSING", "the person who is heard must have consented: consent=true", param="consent"
        )
    content = file.stream.read(most + 1) if file else b""
    if len(content) > most:
        raise _too_large(most)
    return content


def _too_large(most: int) -> CodedError:
    return invalid(f"it is larger than {most} bytes")


def _refused(error: Exception) -> ResponseReturnValue:
    code = answers.code_of(error)
    told = log.warning if http_status(code) < answers.SERVER_ERROR else log.error
    told(
        "reference_refused",
        error_code=code,
        http_status=http_status(code),
        client=request.remote_addr,
        exc_info=error,
    )
    return answers.failure(error)
