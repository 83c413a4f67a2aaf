"""The sound of the last turn, in memory until the next one, so that a turn that went wrong can be kept."""

from __future__ import annotations

from voice.audio import Samples
from voice.device_ports import Keep, Lines, Note, Problem, Tell


class LastTurn:
    """Keeps what `remember` was given last, when asked to; `keep` is None where that is not allowed."""

    def __init__(self, keep: Keep | None, lines: Lines, tell: Tell) -> None:
        self._write = keep
        self._lines = lines
        self._tell = tell
        self._last: tuple[Samples, str] | None = None

    def remember(self, samples: Samples, text: str) -> None:
        """This was the last turn, and this was heard in it."""
        self._last = (samples, text)

    def forget(self) -> None:
        """The last turn must not be kept: a code was said in it, or it was typed."""
        self._last = None

    def keep(self) -> str | None:
        """Keep it and tell where. The line to be spoken when that fails, as on a full disk."""
        if self._last is None or self._write is None:
            self._tell(Note(self._lines.not_kept))
            return None
        try:
            where = self._write(*self._last)
        except OSError as error:
            self._tell(Problem("keep", f"{self._lines.keep_failed} ({error.strerror or error})"))
            return self._lines.keep_failed
        self._tell(Note(self._lines.kept.format(where=where)))
        return None
