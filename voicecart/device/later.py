"""Turns that could not be delivered: on disk before they are sent, so that none is lost and none is done twice."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import mkstemp

from pydantic import TypeAdapter, ValidationError

from skills.contract import Heard, Hypothesis
from voicecart.device.tokens import PairedShop

MOST_KEPT = 20


@dataclass(frozen=True, slots=True)
class LaterTurn:
    """A turn that waits. kept_at: seconds since the epoch. texts: best first, those that may wait."""

    turn_id: str
    language: str
    spoken: bool
    texts: tuple[str, ...]
    kept_at: float

    def heard(self) -> Heard:
        """The turn as it is sent; its sound is gone."""
        return Heard(self.turn_id, self.language, tuple(Hypothesis(text) for text in self.texts), self.spoken)


_ADAPTER = TypeAdapter(tuple[LaterTurn, ...])


class LaterTurns:
    """The turns that wait for one shop, oldest first, in one file of the folder.

    The file is this pairing's own: what was said to one account is never delivered to another.
    """

    def __init__(self, folder: Path, shop: PairedShop) -> None:
        name = hashlib.sha256(f"{shop.service} {shop.token}".encode()).hexdigest()[:16]
        self._path = folder / f"undelivered-{name}.json"
        self._turns = self._read()

    @property
    def turns(self) -> tuple[LaterTurn, ...]:
        """What waits, oldest first."""
        return self._turns

    def keep(self, turn: LaterTurn) -> bool:
        """Write a turn down; False when the disk refuses it or too many wait already, and then it does not wait."""
        kept = (*self._turns, turn)
        if len(kept) > MOST_KEPT:
            return False
        try:
            self._write(kept)
        except OSError:  # a full or broken disk: the turn can still be sent now
            return False
        self._turns = kept
        return True

    def drop(self, turn_id: str) -> None:
        """A turn was answered, or never will be. Harmless for a turn that does not wait.

        Where the disk refuses, the turn is sent once more after a restart, and the shop knows it by its id.
        """
        left = tuple(turn for turn in self._turns if turn.turn_id != turn_id)
        if left == self._turns:
            return
        self._turns = left
        try:
            self._write(left)
        except OSError:
            return

    def _read(self) -> tuple[LaterTurn, ...]:
        """A file that is damaged holds nothing that could be trusted; it is put aside, not thrown away."""
        if not self._path.exists():
            return ()
        try:
            return _ADAPTER.validate_json(self._path.read_bytes())
        except ValidationError:
            self._path.replace(self._path.with_suffix(".damaged"))
            return ()

    def _write(self, turns: tuple[LaterTurn, ...]) -> None:
        """Replace the file as a whole, on the disk when this returns. Raises OSError."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = mkstemp(dir=self._path.parent, prefix=self._path.name)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump([asdict(turn) for turn in turns], file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(self._path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def waiting_turn(heard: Heard, texts: tuple[str, ...], kept_at: float) -> LaterTurn:
    """What to keep of a turn."""
    return LaterTurn(heard.turn_id, heard.language, heard.spoken, texts, kept_at)
