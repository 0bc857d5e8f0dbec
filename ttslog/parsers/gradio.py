"""Gradio's banner: the web UI came up, so whatever was open before is lost."""

from __future__ import annotations

from ttslog.parsers._format import Format, Sample
from ttslog.parsers._templates import Template, Templates, plain
from ttslog.schema import SERVICE_START

_TEMPLATES = Templates(
    Template("* Running on local URL:  {url:word}", SERVICE_START),
    Template("Running on local URL:  {url:word}", SERVICE_START),
    Template("* Running on public URL: {url:word}", "share_link"),
    Template("* To create a public link, set `share=True` in `launch()`.", "share_link"),
    Template("To create a public link, set `share=True` in `launch()`.", "share_link"),
)

_MARKS = ("on local URL", "on public URL", "a public link")

FORMAT = Format(
    title="Gradio",
    parse=plain(_TEMPLATES, marks=_MARKS),
    url="https://www.gradio.app",
    marks=_MARKS,
    samples=(
        Sample("* Running on local URL:  http://0.0.0.0:7860", {"name": "service_start", "url": "http://0.0.0.0:7860"}),
        Sample("Running on local URL:  http://127.0.0.1:7860", {"name": "service_start", "time": None}),
        Sample("* Running on public URL: https://1f.gradio.live", {"name": "share_link"}),
        Sample("* To create a public link, set `share=True` in `launch()`.", {"name": "share_link"}),
        Sample("To create a public link, set `share=True` in `launch()`.", {"name": "share_link"}),
    ),
)
