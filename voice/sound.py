"""Where a device's sound comes from and goes to: the machine's microphone and loudspeaker, or sound that is fed in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Protocol

import numpy as np
import soxr

from voice.audio import SAMPLE_RATE, Samples, to_int16
from voice.loudspeaker import Loudspeaker, NoSpeaker
from voice.microphone import Microphone, NoMicrophone
from voice.playlist import PLAY_RATE, Playlist

_SILENT_SECONDS = 2.0  # a microphone that sends nothing for so long is gone
_RETRY_SECONDS = 1.0
_LONGEST_SPEECH = 15.0  # seconds; a loudspeaker that plays for longer may hang
_LONGEST_RETRY = 60.0  # seconds, for a loudspeaker: each try makes the microphone deaf for a moment
_ECHO_DELAY = 0.15  # of fed sound: what a sound card holds, and the way through the room


class Sound(Protocol):
    """A microphone and a loudspeaker."""

    @property
    def playlist(self) -> Playlist:
        """What is to be played."""
        ...

    @property
    def trouble(self) -> NoMicrophone | NoSpeaker | None:
        """Why nothing is heard now, or None."""
        ...

    def read(self, seconds: float) -> Samples | None:
        """The microphone's next piece; None when none came within `seconds`. Raises EndOfSound."""
        ...

    def mute(self, muted: bool) -> None:
        """Close the microphone, or open it again."""
        ...

    def close(self) -> None:
        """Let go of both."""
        ...


class EndOfSound(Exception):
    """What was fed in is at its end."""


class SoundCard:
    """This machine's microphone and loudspeaker. What vanishes is looked for again until it is back.

    PortAudio knows only the devices that it found when it was started: so it is started anew, which needs both closed.
    A microphone is looked for every second; a loudspeaker less and less often, as the device hears without one, and
    what it says goes by in silence, to be read.
    """

    def __init__(self, microphone: str | int | None = None, speaker: str | int | None = None) -> None:
        self._playlist = Playlist()
        self._microphone = Microphone(microphone)
        self._loudspeaker = Loudspeaker(self._playlist, speaker)
        self._muted = False
        self._heard_at = time.monotonic()
        self._tried_at = 0.0
        self._pause = _RETRY_SECONDS
        self._trouble: NoMicrophone | NoSpeaker | None = None

    @property
    def playlist(self) -> Playlist:
        """See Sound."""
        return self._playlist

    @property
    def trouble(self) -> NoMicrophone | NoSpeaker | None:
        """See Sound."""
        return self._trouble

    def open(self) -> None:
        """Open both. Raises NoMicrophone, NoSpeaker; `read` goes on trying."""
        try:
            self._open()
        except (NoMicrophone, NoSpeaker) as trouble:
            self._trouble = trouble
            self._tried_at = time.monotonic()
            raise

    def read(self, seconds: float) -> Samples | None:
        """See Sound."""
        if self._trouble is not None and self._may_try():
            self._recover()
        piece = None
        if self._muted or isinstance(self._trouble, NoMicrophone):
            time.sleep(seconds)
        else:
            piece = self._heard(seconds)
        if self._trouble is None and not self._loudspeaker.running:
            self._lost(NoSpeaker("it plays nothing any more"))
        if not self._loudspeaker.running:
            passed = seconds if piece is None else len(piece) / SAMPLE_RATE
            self._playlist.take(int(passed * PLAY_RATE))
        return piece

    def _heard(self, seconds: float) -> Samples | None:
        piece = self._microphone.read(seconds)
        if piece is not None:
            self._heard_at = time.monotonic()
        elif time.monotonic() - self._heard_at > _SILENT_SECONDS or not self._microphone.running:
            self._lost(NoMicrophone("it sends no sound any more"))
        return piece

    def mute(self, muted: bool) -> None:
        """See Sound."""
        self._muted = muted
        if muted:
            self._microphone.close()
        elif not isinstance(self._trouble, NoMicrophone):
            self._reopen_microphone()

    def close(self) -> None:
        """See Sound."""
        self._microphone.close()
        self._loudspeaker.close()

    def _open(self) -> None:
        """Open whatever there is. Raises NoMicrophone, or else NoSpeaker, for what there is not."""
        missing: NoSpeaker | None = None
        try:
            self._loudspeaker.open()
        except NoSpeaker as trouble:
            missing = trouble
        if not self._muted:
            self._microphone.open()
        self._heard_at = time.monotonic()
        if missing is not None:
            raise missing
        self._trouble = None

    def _reopen_microphone(self) -> None:
        try:
            self._microphone.open()
            self._heard_at = time.monotonic()
        except NoMicrophone as trouble:
            self._lost(trouble)

    def _lost(self, trouble: NoMicrophone | NoSpeaker) -> None:
        self._trouble = trouble
        self._tried_at = time.monotonic()
        self._pause = _RETRY_SECONDS

    def _may_try(self) -> bool:
        """Not too often, and not in the middle of what is being said: a try cuts it."""
        waited = time.monotonic() - self._tried_at
        speaking = self._loudspeaker.running and not self._playlist.empty
        return waited >= (_LONGEST_SPEECH if speaking else self._pause)

    def _recover(self) -> None:
        self._tried_at = time.monotonic()
        self.close()
        _start_portaudio_anew()
        try:
            self._open()
        except NoMicrophone as trouble:
            self._trouble, self._pause = trouble, _RETRY_SECONDS
        except NoSpeaker as trouble:
            self._trouble, self._pause = trouble, min(2 * self._pause, _LONGEST_RETRY)


def _start_portaudio_anew() -> None:
    import sounddevice

    sounddevice._terminate()
    sounddevice._initialize()


class FedSound:
    """Sound from an iterator instead of a microphone, as fast as it is taken; what is played goes by in step.

    leak: how loud the loudspeaker is at the microphone, as a factor. trouble: always None.
    """

    trouble = None

    def __init__(self, pieces: Iterator[Samples], leak: float = 0.0) -> None:
        self.leak = leak
        self._pieces = pieces
        self._playlist = Playlist()
        self._muted = False
        self._to_microphone = soxr.ResampleStream(PLAY_RATE, SAMPLE_RATE, 1, dtype="int16")
        self._on_its_way = np.zeros(int(_ECHO_DELAY * SAMPLE_RATE), np.int16)

    @property
    def playlist(self) -> Playlist:
        """See Sound."""
        return self._playlist

    def read(self, seconds: float) -> Samples | None:
        """See Sound."""
        del seconds
        piece = next(self._pieces, None)
        if piece is None:
            raise EndOfSound
        echo = self._echo(len(piece))
        return None if self._muted else to_int16((piece + self.leak * echo) / 32768)

    def mute(self, muted: bool) -> None:
        """See Sound."""
        self._muted = muted

    def close(self) -> None:
        """See Sound."""
        self._playlist.clear()

    def _echo(self, count: int) -> Samples:
        """What arrives at the microphone of what was played a little earlier."""
        played = self._playlist.take(count * PLAY_RATE // SAMPLE_RATE)
        whole = np.concatenate([self._on_its_way, self._to_microphone.resample_chunk(played)])
        self._on_its_way = whole[count:]
        return np.pad(whole[:count], (0, count - len(whole[:count])))
