"""Uploaded reference audio as a voice: who may be spoken like, and what the log says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference_service.engines import Cloning
from ttslog.instrument import CodedError

if TYPE_CHECKING:
    from reference_service.engines import Engine
    from reference_service.uploads.store import References


def let_clone(engine: Engine, references: References) -> None:
    """Let `engine` speak like uploaded audio, if it can speak like any."""
    if isinstance(engine, Cloning):
        engine.clone_from(references.path_of)


def check_reference(engine: Engine, references: References, reference_id: str) -> None:
    """Look whether `engine` can speak like this upload now.

    Raises:
        CodedError: REFERENCE_AUDIO_UNSUPPORTED or REFERENCE_AUDIO_NOT_FOUND.
    """
    if not isinstance(engine, Cloning):
        raise CodedError("REFERENCE_AUDIO_UNSUPPORTED", f"{engine.name} takes no reference audio", param="voice")
    references.path_of(reference_id)
