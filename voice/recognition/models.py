"""Finding speech models: a folder that was named, the cache, an installed package, else a download on request."""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from voice.recognition.catalogue import KNOWN_MODELS, EngineName, KnownModel, Package
from voice.recognition.downloads import Progress, advice, check, download, replace, sha256_of
from voice.recognition.engine import ModelMissing

_SUMS = "SHA256SUMS"
_NEEDED: Mapping[EngineName, tuple[str, ...]] = {
    "whisper": ("model.bin", "config.json", "tokenizer.json"),
    "vosk": ("am/final.mdl", "conf/mfcc.conf"),
}


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """One line of `voicecart models list`.

    languages: ISO 639-1 codes; ("*",) for many. size: megabytes.
    found_at: its folder, or None when it would have to be fetched; found_in: "cache", "package" or "".
    """

    name: str
    engine: EngineName
    languages: tuple[str, ...]
    size: int
    found_at: Path | None
    found_in: str
    source: str
    licence: str


class ModelStore:
    """The speech models of this machine.

    cache: folder for fetched and joined models; None means the user's cache folder.
    """

    def __init__(self, cache: Path | None = None) -> None:
        self._cache = (cache or Path(platformdirs.user_cache_dir("voicecart"))) / "models"

    def list_models(self) -> tuple[ModelStatus, ...]:
        """Every known model, and where it is."""
        return tuple(self._status(model) for model in KNOWN_MODELS)

    def path(self, name: str) -> Path:
        """The folder of a model that is here. Raises ModelMissing."""
        model = known(name)
        cached = self._cache / model.name
        if cached.is_dir():
            return cached
        if model.package is not None and (parts := _parts(model.package)):
            return parts[0] if len(parts) == 1 else self._joined(model, model.package, parts)
        raise ModelMissing(model.name, f"run: voicecart models get {model.name} (or {advice(model)})")

    def get(self, name: str, progress: Progress) -> Path:
        """The folder of a model, fetched if it is nowhere yet. Raises ModelMissing, ModelDamaged."""
        model = known(name)
        if self._status(model).found_at is None:
            target = self._cache / model.name
            download(model, target, progress)
            lines = [f"{sha256_of(file)}  {file.relative_to(target)}\n" for file in sorted(target.rglob("*.*"))]
            (target / _SUMS).write_text("".join(lines))
        return self.path(name)

    def verify(self, name: str) -> int:
        """Compares a model's files with their pinned checksums, or else with those written when it was fetched.

        Returns how many files were compared. Raises ModelMissing, ModelDamaged.
        """
        model, folder = known(name), self.path(name)
        sums = dict(model.sha256)
        if (folder / _SUMS).is_file():
            lines = (folder / _SUMS).read_text().splitlines()
            sums = {file: digest for digest, file in (line.split("  ", 1) for line in lines)} | sums
        elif model.package is not None:
            sums = dict(model.package.sha256)
        check(name, folder, sums)
        return len(sums)

    def find(self, engine: EngineName, language: str, named: str | None = None) -> Path:
        """The folder of a model for an engine and language: the named (a folder or a known name) or preferred one.

        Raises ModelMissing when the name or folder is no such model, or when none is here.
        """
        if named is not None:
            folder = Path(named).expanduser()
            if any(model.name == named for model in KNOWN_MODELS) and not folder.is_dir():
                return self.path(named)
            missing = [file for file in _NEEDED[engine] if not (folder / file).is_file()]
            if missing:
                raise ModelMissing(named, f"this is no folder of a {engine} model: it has no {missing[0]}")
            return folder
        fitting = [model for model in KNOWN_MODELS if model.engine == engine and model.speaks(language)]
        for model in fitting:
            if self._status(model).found_at is not None:
                return self.path(model.name)
        if not fitting:
            raise ModelMissing(f"{engine} for {language}", f"set VOICECART_{engine.upper()}_MODEL to a model's folder")
        return self.path(fitting[0].name)

    def _status(self, model: KnownModel) -> ModelStatus:
        cached = self._cache / model.name
        found_at, found_in = (cached, "cache") if cached.is_dir() else (None, "")
        if found_at is None and model.package is not None and (parts := _parts(model.package)):
            found_at, found_in = parts[0], "package"
        return ModelStatus(
            model.name, model.engine, model.languages, model.size, found_at, found_in, model.source, model.licence
        )

    def _joined(self, model: KnownModel, package: Package, parts: list[Path]) -> Path:
        try:
            return self._join(model, package, parts)
        except OSError as error:  # a full disk, or a cache that is not ours
            reason = f"its parts can't be joined in {self._cache} ({error.strerror}): make room or let it be written"
            raise ModelMissing(model.name, reason) from error

    def _join(self, model: KnownModel, package: Package, parts: list[Path]) -> Path:
        """Joins a model that comes in several packages into the cache, where it is found from then on."""
        target = self._cache / model.name
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".joining-") as temporary:
            folder = Path(temporary) / "model"
            folder.mkdir()
            with (folder / "model.bin").open("wb") as joined:
                for piece in (file for part in parts for file in sorted(part.glob("model.bin.part*"))):
                    with piece.open("rb") as file:
                        shutil.copyfileobj(file, joined)
            for small in (file for part in parts for file in part.glob("*.json")):
                shutil.copy(small, folder)
            check(model.name, folder, package.sha256)
            lines = [f"{digest}  {file}\n" for file, digest in package.sha256.items()]
            (folder / _SUMS).write_text("".join(lines))
            replace(folder, target)
        return target


def known(name: str) -> KnownModel:
    """The model of this name. Raises ModelMissing for a name that is not in the catalogue."""
    for model in KNOWN_MODELS:
        if model.name == name:
            return model
    raise ModelMissing(name, "no model has this name; see: voicecart models list")


def _parts(package: Package) -> list[Path]:
    """The folders of a package's modules; empty unless all of them are installed."""
    folders: list[Path] = []
    for module in package.modules:
        spec = importlib.util.find_spec(module)
        if spec is None or spec.origin is None:
            return []
        folders.append(Path(spec.origin).parent / package.folder)
    return folders
