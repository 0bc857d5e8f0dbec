"""What a caller may ask for: the body of `POST /v1/audio/speech`, in OpenAI's shape."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, NoReturn

import msgspec
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge

from reference_service.connection import UnreadableBody
from reference_service.uploads.store import is_reference, shown
from ttslog.instrument import CodedError

if TYPE_CHECKING:
    from flask import Request

WHOLE = "audio"
FORMATS = {"wav": "audio/wav", "pcm": "audio/pcm"}

_PLAIN_NAME = re.compile(r"[\w.-]{1,64}", re.ASCII)
_FIELD = re.compile(r"`\$\.(\w+)`|field `(\w+)`")


class Order(msgspec.Struct, frozen=True):
    """One request for speech; fields of OpenAI's that are not here are ignored.

    Attributes:
        model: name of the model.
        input: the text to speak.
        voice: name of a voice, or the id of uploaded reference audio.
        response_format: a key of `FORMATS`.
        speed: 0.25 to 4.0, 1.0 as the voice was recorded.
        emotion: name of one of the engine's emotions; None for the voice's own.
        intensity: 0 to 1, how much of the emotion.
        stream_format: `WHOLE`; who asks for events (`sse`) could not read the answer.
    """

    model: str
    input: str
    voice: str
    response_format: str = "wav"
    speed: Annotated[float, msgspec.Meta(ge=0.25, le=4.0)] = 1.0
    emotion: str | None = None
    intensity: Annotated[float, msgspec.Meta(ge=0.0, le=1.0)] = 1.0
    stream_format: str = WHOLE

    def loggable_voice(self) -> str | None:
        """Return the voice if it is a plain name; anything else could be a text, and stays out of the log.

        Of uploaded reference audio too little is told to speak with it.
        """
        if is_reference(self.voice):
            return shown(self.voice)
        return self.voice if _PLAIN_NAME.fullmatch(self.voice) else None


def read_order(request: Request) -> Order | CodedError:
    """Return the order in the body of `request`, or why there is none (a value: a request that fails is logged too)."""
    try:
        order = msgspec.convert(_json(_body(request)), Order)
    except msgspec.ValidationError as error:
        field = _FIELD.search(str(error))
        return CodedError("REQUEST_INVALID", str(error), param=field and (field[1] or field[2]))
    except CodedError as error:
        return error
    except UnreadableBody:
        return CodedError("REQUEST_INVALID", "the body is not in chunks as HTTP has them")
    except RequestEntityTooLarge:
        return CodedError("TEXT_TOO_LONG", "the body is larger than any text that is spoken", param="input")
    except ClientDisconnected:
        return CodedError("CLIENT_DISCONNECTED", "the client left before it had sent its request")
    if order.response_format not in FORMATS:
        return CodedError(
            "REQUEST_INVALID", f"response_format must be one of {', '.join(FORMATS)}", param="response_format"
        )
    if order.stream_format != WHOLE:
        return CodedError("REQUEST_INVALID", f"stream_format must be {WHOLE}", param="stream_format")
    return order


def _body(request: Request) -> bytes:
    body = request.get_data(cache=False)
    request.stream.read(1)  # a body in chunks ends silently at the limit: the next byte raises RequestEntityTooLarge
    return body


def _json(body: bytes) -> object:
    try:
        return json.loads(body.decode(), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        # From None: the error holds the body.
        raise CodedError("TEXT_ENCODING", f"the body is not UTF-8: {error.reason} at byte {error.start}") from None
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise CodedError("REQUEST_INVALID", f"the body is not JSON: {reason}") from None


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError
