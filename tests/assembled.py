"""An assembly for tests of the whole: its own data folder, and no child program left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from skills.understanding import Understanding
from skills.understanding.phonemes import Lexicon
from voicecart.assembly import Assembly
from voicecart.settings import Settings


@contextmanager
def an_assembly(folder: Path, voice: Literal["auto", "espeak"] = "auto") -> Iterator[Assembly]:
    """The parts of a run whose data lies in `folder`."""
    lexicon = Lexicon()
    assembly = Assembly(Settings(data_folder=folder, voice=voice))
    assembly.understanding = Understanding(lexicon=lexicon)
    try:
        yield assembly
    finally:
        lexicon.close()
