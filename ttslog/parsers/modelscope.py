"""ModelScope's Sambert-HifiGAN: the files of each voice as they are loaded; inference itself writes nothing."""

from __future__ import annotations

from ttslog.parsers._format import Format, Sample
from ttslog.parsers._heads import ASCTIME_DASHES
from ttslog.parsers._templates import Template, Templates, headed

_LOADED = "voice_file"
_TEMPLATES = Templates(
    *(
        Template(f"{kind}={{path}}", _LOADED, {"kind": kind, "engine": "sambert"})
        for kind in ("am_config", "audio_config", "am_ckpts", "voc_ckpts", "se_path", "mvn_path")
    )
)
_HEAD = "2026-11-20 14:00:00,123 - modelscope - INFO - "
_FOLDER = "/models/speech_sambert-hifigan_tts_zh-cn_16k/voices/zhitian_emo"

_MARKS = (" - modelscope - ",)

FORMAT = Format(
    title="ModelScope Sambert-HifiGAN",
    parse=headed(ASCTIME_DASHES, _TEMPLATES, marks=_MARKS),
    url="https://github.com/modelscope/modelscope",
    marks=_MARKS,
    samples=(
        Sample(
            f"{_HEAD}am_config={_FOLDER}/am/config.yaml",
            {
                "name": "voice_file",
                "time": "2026-11-20T14:00:00.123000Z",
                "level": "info",
                "logger": "modelscope",
                "kind": "am_config",
                "path": f"{_FOLDER}/am/config.yaml",
            },
        ),
        Sample(f"{_HEAD}audio_config={_FOLDER}/audio_config.yaml", {"kind": "audio_config"}),
        Sample(f"{_HEAD}am_ckpts=OrderedDict([(2400000, '{_FOLDER}/am/ckpt/c.pth')])", {"kind": "am_ckpts"}),
        Sample(f"{_HEAD}voc_ckpts=OrderedDict([(2400000, '{_FOLDER}/voc/ckpt/c.pth')])", {"kind": "voc_ckpts"}),
        Sample(f"{_HEAD}se_path={_FOLDER}/se/se.npy", {"kind": "se_path"}),
        Sample(f"{_HEAD}mvn_path={_FOLDER}/am/mvn.npy", {"kind": "mvn_path"}),
    ),
)
