"""The index on disk: one folder for each version of a catalogue, complete and checked, or not there at all.

FOLDER/DIGEST/          DIGEST of shop, version, language and format
    seal.json           what the folder holds, with the size and CRC-32 of every file; written last
    entries.tsv         product key, digest of its entry: what an update compares
    sample.json         some names, drawn evenly from all
    meta.json, *.store, *.idx ...   tantivy's own
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from random import Random

import tantivy

from skills.understanding.context import SayableProduct
from skills.understanding.products.documents import Schema, documents, entry_digest

FORMAT = "2"
"""Changes whenever the same catalogue would be indexed differently."""

_SEAL = "seal.json"
_ENTRIES = "entries.tsv"
_SAMPLE = "sample.json"
_SAMPLE_SIZE = 24
_HEAP_BYTES = 384 * 2**20
_SMALL_HEAP_BYTES = 32 * 2**20
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Edition:
    """What an index is made of. version: of the catalogue, language: in which names are spelled."""

    shop: str
    version: str
    language: str

    @property
    def folder_name(self) -> str:
        """Different for all that must not share an index."""
        return _digest(FORMAT, self.shop, self.version, self.language)

    @property
    def lineage(self) -> str:
        """The same for the versions of one catalogue: an update starts from another of these."""
        return _digest(FORMAT, self.shop, self.language)


def ensure(folder: Path, edition: Edition, products: Iterable[SayableProduct], *, large: bool = False) -> Path:
    """The folder of this edition's index: as it stands, updated from an older version, or built.

    products: read only when the index must be made. large: take memory (0.4 GB) to build a catalogue of
    a million in one go. Raises OSError when the folder can't be written.
    """
    target = folder / edition.folder_name
    if is_sound(target):
        return target
    folder.mkdir(parents=True, exist_ok=True)
    older = _newest(folder, edition)
    with tempfile.TemporaryDirectory(prefix="new-", dir=folder) as made:
        made_in = Path(made, "index")
        if older is not None:
            shutil.copytree(older, made_in)
        _write(made_in, edition, products, _HEAP_BYTES if large else _SMALL_HEAP_BYTES)
        _seal(made_in, edition)
        _put(made_in, target)
    if older is not None:
        shutil.rmtree(older, ignore_errors=True)
    return target


def is_sound(folder: Path) -> bool:
    """Whether an index is complete and every file still is as it was written."""
    seal = _read_seal(folder)
    return seal is not None and _files(folder) == seal["files"]


def _put(made: Path, target: Path) -> None:
    """Moves a finished index into place. When another process was faster, its index stays."""
    if target.exists() and not is_sound(target):
        shutil.rmtree(target)
    try:
        made.rename(target)
    except OSError:
        if not is_sound(target):
            raise


def _newest(folder: Path, edition: Edition) -> Path | None:
    """A sound index of another version of the same catalogue."""
    sealed = sorted(folder.glob(f"*/{_SEAL}"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in sealed:
        seal = _read_seal(path.parent)
        if seal is not None and seal["lineage"] == edition.lineage and is_sound(path.parent):
            return path.parent
    return None


def _write(folder: Path, edition: Edition, products: Iterable[SayableProduct], heap: int) -> None:
    """Brings an index, empty or of an older version, to these products."""
    folder.mkdir(exist_ok=True)
    known = dict(_entries(folder))
    kept = _Sample()
    (folder / _SEAL).unlink(missing_ok=True)
    with _writing(folder, heap) as writer, (folder / f"{_ENTRIES}.new").open("w", encoding="utf-8") as entries:
        for product in products:
            kept.consider(product.spoken)
            digest = entry_digest(product)
            entries.write(f"{product.key}\t{digest}\n")
            before = known.pop(product.key, None)
            if before == digest:
                continue
            if before is not None:
                writer.delete_documents_by_term("product", product.key)
            for document in documents(product, edition.language):
                writer.add_document(document)
        for gone in known:
            writer.delete_documents_by_term("product", gone)
    os.replace(folder / f"{_ENTRIES}.new", folder / _ENTRIES)
    (folder / _SAMPLE).write_text(json.dumps(kept.names), encoding="utf-8")


def sample(folder: Path) -> tuple[str, ...]:
    """Some names of a sound index, drawn evenly from the whole catalogue."""
    return tuple(json.loads((folder / _SAMPLE).read_text(encoding="utf-8")))


class _Sample:
    """Keeps a few of very many, each with the same chance (Vitter's algorithm R); the same every time."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._seen = 0
        self._random = Random(0)

    def consider(self, names: tuple[str, ...]) -> None:
        """One more product."""
        self._seen += 1
        if names and len(self.names) < _SAMPLE_SIZE:
            self.names.append(names[0])
        elif names and (place := self._random.randrange(self._seen)) < _SAMPLE_SIZE:
            self.names[place] = names[0]


@contextmanager
def _writing(folder: Path, heap: int) -> Iterator[tantivy.IndexWriter]:
    """A writer whose work counts when nothing was raised. No thread of its own is left behind either way."""
    writer = Schema().open(folder).writer(heap, 1)
    try:
        yield writer
        writer.commit()
        writer.garbage_collect_files()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _entries(folder: Path) -> Iterator[tuple[str, str]]:
    path = folder / _ENTRIES
    if path.is_file():
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                key, _, digest = line.rstrip("\n").partition("\t")
                yield key, digest


def _seal(folder: Path, edition: Edition) -> None:
    content = {"edition": [edition.shop, edition.version, edition.language], "lineage": edition.lineage}
    (folder / _SEAL).write_text(json.dumps({**content, "files": _files(folder)}), encoding="utf-8")


def _read_seal(folder: Path) -> dict[str, object] | None:
    try:
        seal = json.loads((folder / _SEAL).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return seal if isinstance(seal, dict) and {"lineage", "files"} <= seal.keys() else None


def _files(folder: Path) -> dict[str, list[int]]:
    """Size and checksum of each file but the seal and tantivy's locks."""
    return {
        path.name: [path.stat().st_size, _checksum(path)]
        for path in sorted(folder.iterdir())
        if path.name != _SEAL and not path.name.endswith(".lock")
    }


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found = zlib.crc32(chunk, found)
    return found


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
