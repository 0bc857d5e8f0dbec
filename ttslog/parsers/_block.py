"""What holds the lines of one request together in a log without request ids; read by `ttslog.joins`."""

from __future__ import annotations

import msgspec

# Events that engines write beside those of the schema.
TEXT_SEGMENT = "text_segment"  # a piece of the text goes in
AUDIO_CHUNK = "audio_chunk"  # a piece of the audio came out
TOTALS = "synthesis_totals"  # a number about the whole request, before or after its end
AUDIO_SAVED = "audio_saved"  # the audio was written to `output_path`
MESSAGE = "message"
STATS_LINE = "stats_line"  # of a record over several; `opens` and `closes` say which end of it the line is


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """How an engine's lines stand together. A format whose lines lack ids has one as its constant `BLOCK`.

    Attributes:
        opens: events that begin a request where no start line did.
        last_is_end: the event whose last one in a request is its end, for engines without an end line.
        after: events that follow the end line and still belong to the request.
        overlaps: requests run at the same time as a rule, and times or numbers in their lines can tell them apart.
        says_again: stages that each of several ends of a request repeats.
        bar_counts: a progress bar counts the pieces of the text; one that is not full says that more will come.
    """

    opens: frozenset[str] = frozenset()
    last_is_end: str | None = None
    after: frozenset[str] = frozenset()
    overlaps: bool = False
    says_again: frozenset[str] = frozenset()
    bar_counts: bool = False
