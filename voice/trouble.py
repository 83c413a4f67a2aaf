"""Notices that the microphone or the loudspeaker vanished, and that it is back."""

from __future__ import annotations

from collections.abc import Callable

from voice.device_ports import Lines, Note, Problem, Tell
from voice.microphone import NoMicrophone
from voice.sound import Sound


class TroubleWatch:
    """Watches one sound path and tells each change once. say: says a line aloud; a missing microphone is said, too."""

    def __init__(self, sound: Sound, lines: Lines, tell: Tell, say: Callable[[str], None]) -> None:
        self._sound = sound
        self._lines = lines
        self._tell = tell
        self._say = say
        self._in_trouble = False

    def look(self) -> bool:
        """Whether the sound came back just now."""
        trouble = self._sound.trouble
        if trouble is None:
            was, self._in_trouble = self._in_trouble, False
            if was:
                self._tell(Note(self._lines.back))
            return was
        if not self._in_trouble:
            self._in_trouble = True
            microphone = isinstance(trouble, NoMicrophone)
            self._tell(Problem("microphone" if microphone else "speaker", f"{trouble}"))
            self._tell(Note(self._lines.microphone_gone if microphone else self._lines.speaker_gone))
            if microphone:
                self._say(self._lines.microphone_gone)
        return False
