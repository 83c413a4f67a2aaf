"""From the paths on a command line to what is to be replayed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from voicecart.replaying.files import (
    MANIFEST,
    ExpectedRecording,
    ReplayProblem,
    ScenarioFile,
    load_manifest,
    load_scenario,
)

_SOUNDS = (".wav", ".flac")
_SCENARIOS = (".yaml", ".yml")
_SCENARIO_FOLDER = "scenarios"


@dataclass(frozen=True, slots=True)
class ListedRecording:
    """A recording with what it means. name: its path relative to the list."""

    path: Path
    name: str
    expected: ExpectedRecording


@dataclass(frozen=True, slots=True)
class UnlistedRecording:
    """A recording of which nothing is expected."""

    path: Path


Replayable = ListedRecording | UnlistedRecording | ScenarioFile


def select(paths: Iterable[Path]) -> list[Replayable]:
    """What the paths stand for, each once: recordings, scenario files, and folders of either.

    A folder that has a list of what its recordings mean (expected.yaml, in it or above it) stands for all recordings
    that are listed, and the scenarios in its folder "scenarios"; any other folder for its scenarios and recordings.
    Raises ReplayProblem with one line for each thing that can't be replayed.
    """
    selection = _Selection()
    found: dict[Path, Replayable] = {}
    problems: list[str] = []
    for path in paths:
        try:
            found.update((item.path.resolve(), item) for item in selection.stands_for(path))
        except ReplayProblem as problem:
            problems.append(str(problem))
    if problems:
        raise ReplayProblem("\n".join(problems))
    return list(found.values())


class _Selection:
    """Reads each list of recordings once."""

    def __init__(self) -> None:
        self._lists: dict[Path, Mapping[str, ExpectedRecording]] = {}

    def stands_for(self, path: Path) -> Iterator[Replayable]:
        if path.is_dir():
            yield from self._folder(path)
        elif not path.exists():
            raise ReplayProblem(f"{path}: there is no such file or folder")
        elif path.suffix.lower() in _SCENARIOS:
            yield load_scenario(path)
        elif path.suffix.lower() in _SOUNDS:
            yield self._recording(path)
        else:
            kinds = ", ".join((*_SOUNDS, *_SCENARIOS))
            raise ReplayProblem(f"{path}: can't be replayed; give a recording, a scenario ({kinds}) or a folder")

    def _folder(self, folder: Path) -> Iterator[Replayable]:
        manifest = _manifest_above(folder)
        listed = [] if manifest is None else list(self._listed(folder, manifest))
        if listed:
            yield from listed
            yield from map(load_scenario, sorted((folder / _SCENARIO_FOLDER).glob("*.yaml")))
            return
        files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in (*_SOUNDS, *_SCENARIOS))
        if not files:
            raise ReplayProblem(f"{folder}: holds no recordings and no scenarios")
        for file in files:
            yield from self.stands_for(file)

    def _listed(self, folder: Path, manifest: Path) -> Iterator[ListedRecording]:
        inside = folder.resolve()
        for name, expected in self._list(manifest).items():
            path = manifest.parent / name
            if not path.resolve().is_relative_to(inside):
                continue
            if not path.is_file():
                raise ReplayProblem(f"{manifest}: lists {name}, which is not there")
            yield ListedRecording(path, name, expected)

    def _recording(self, path: Path) -> ListedRecording | UnlistedRecording:
        manifest = _manifest_above(path.parent)
        if manifest is not None:
            name = path.resolve().relative_to(manifest.parent).as_posix()
            if name in self._list(manifest):
                return ListedRecording(path, name, self._list(manifest)[name])
        return UnlistedRecording(path)

    def _list(self, manifest: Path) -> Mapping[str, ExpectedRecording]:
        if manifest not in self._lists:
            self._lists[manifest] = load_manifest(manifest)
        return self._lists[manifest]


def _manifest_above(folder: Path) -> Path | None:
    inside = folder.resolve()
    return next((path / MANIFEST for path in (inside, *inside.parents) if (path / MANIFEST).is_file()), None)
