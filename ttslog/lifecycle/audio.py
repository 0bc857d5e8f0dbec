"""Audio verdicts that one request's own numbers prove: it answered success, and nobody could listen to it."""

from __future__ import annotations

from ttslog.lifecycle.request import Request

SILENT_RMS = 0.001  # -60 dBFS: below the noise floor of a room
QUIET_RMS = 0.01  # -40 dBFS: speech is at -30 to -15
CLIPPED_SHARE = 0.01  # one sample in a hundred at full scale is heard as crackle
SILENCE_SHARE = 0.8
SHORTEST_SECONDS = 0.05
JUDGED_BY = ("audio_seconds", "audio_rms", "clipping_ratio", "silence_ratio")


def audio_verdicts(request: Request) -> list[str]:
    """Return what is wrong with the audio of a successful request: empty, silent, too_quiet, clipped, mostly_silence.

    A number that the log does not hold proves nothing. Verdicts against a voice's own baseline (truncated,
    runaway, dull, shrill) need all requests: `ttslog.detectors.audio`.
    """
    if request.outcome != "success":
        return []
    if _below(request.audio_seconds, SHORTEST_SECONDS):
        return ["empty"]
    verdicts = []
    if _below(request.audio_rms, SILENT_RMS):
        verdicts.append("silent")
    elif _below(request.audio_rms, QUIET_RMS):
        verdicts.append("too_quiet")
    if _above(request.clipping_ratio, CLIPPED_SHARE):
        verdicts.append("clipped")
    if _above(request.silence_ratio, SILENCE_SHARE) and "silent" not in verdicts:
        verdicts.append("mostly_silence")
    return verdicts


def _below(value: float | None, limit: float) -> bool:
    return value is not None and value < limit


def _above(value: float | None, limit: float) -> bool:
    return value is not None and value > limit
