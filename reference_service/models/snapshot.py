"""A model's files through ModelScope's own `snapshot_download`: those on this machine first, then the hub's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import structlog
from modelscope import snapshot_download
from modelscope_hub.errors import CacheNotFound, HubError
from requests import RequestException

from ttslog.instrument import CodedError

log = structlog.get_logger("reference_service.models")

_HUB_CODE = re.compile(r"\[(E\d{4})\]")
_ERROR_CODES = {"E3001": "MODEL_ACCESS_DENIED", "E3002": "MODEL_ACCESS_DENIED", "E1022": "MODEL_FILE_MISSING"}


def snapshot(model_id: str, revision: str | None, *, ask_hub: bool) -> Path:
    """Return the directory of the model's files.

    Args:
        model_id: owner/name.
        revision: tag or branch; None for the only one that is here, or the hub's default.
        ask_hub: whether to download what is not here. A hub that is down costs nothing where the files are here.

    Raises:
        CodedError: MODEL_FILE_MISSING, MODEL_FILE_CORRUPT, MODEL_ACCESS_DENIED or MODEL_DOWNLOAD_FAILED; where it is
            the hub's fault, a line before says the hub's own code.
    """
    try:
        folder = snapshot_download(model_id, revision=revision, local_files_only=True)
    except CacheNotFound as error:
        if not ask_hub:
            raise _failure(error, f"{model_id} is not on this machine") from error
        folder = _downloaded(model_id, revision)
    _check_configuration(Path(folder))
    return Path(folder)


def _downloaded(model_id: str, revision: str | None) -> str:
    try:
        return str(snapshot_download(model_id, revision=revision))
    except (HubError, RequestException) as error:
        raise _failure(error, f"{model_id} could not be downloaded") from error


def _check_configuration(folder: Path) -> None:
    """Refuse what ModelScope would trip over without saying which file it is about."""
    try:
        json.loads((folder / "configuration.json").read_text("utf-8"))
    except FileNotFoundError as error:
        raise CodedError("MODEL_FILE_MISSING", f"{folder.name} has no configuration.json") from error
    except ValueError as error:
        raise CodedError("MODEL_FILE_CORRUPT", f"configuration.json of {folder.name} is not JSON") from error


def _failure(error: Exception, what: str) -> CodedError:
    # The hub's requests errors carry their code in the text alone.
    in_text = _HUB_CODE.search(str(error))
    hub_code = getattr(error, "error_code", None) or (in_text and in_text[1])
    code = _ERROR_CODES.get(str(hub_code), "MODEL_DOWNLOAD_FAILED")
    log.error(
        "hub_failed", error_code=code, hub_error_code=hub_code, error_type=type(error).__name__, error_message=what
    )
    return CodedError(code, f"{what}: hub error {hub_code}")
