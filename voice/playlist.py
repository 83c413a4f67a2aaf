"""What is still to be heard from the loudspeaker, and what was heard of it last.

The loudspeaker takes blocks from here at its own pace. So a pause or a stop is heard after at most one block, and the
echo canceller knows exactly what went out.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import numpy as np
import soxr

from voice.audio import SAMPLE_RATE, Samples
from voice.speech.synthesiser import Speech

PLAY_RATE = 24_000
"""Hz of everything that is played: more than the voices give, and every sound system takes it."""

_REWIND_SECONDS = 0.3  # what is said again after a pause, so that no word is lost
_MOST_REFERENCE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class _Item:
    """Sound at PLAY_RATE. cancelled: whether its echo is to be taken away."""

    sound: Samples
    cancelled: bool


class Playlist:
    """Sound in the order in which it is to be heard, mono at PLAY_RATE. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Item] = deque()
        self._at = 0
        self._paused = False
        self._taken = 0
        self._played: deque[Samples] = deque()
        self._to_reference = soxr.ResampleStream(PLAY_RATE, SAMPLE_RATE, 1, dtype="int16")

    def add(self, speech: Speech, cancelled: bool = True) -> None:
        """Play this after everything else. cancelled: whether `reference` shows it, so that its echo is taken away."""
        if not len(speech.samples):
            return
        sound = speech.samples
        if speech.sample_rate != PLAY_RATE:
            sound = soxr.resample(sound, speech.sample_rate, PLAY_RATE)
        with self._lock:
            self._waiting.append(_Item(sound, cancelled))

    def clear(self) -> None:
        """Throw away what was not heard, and allow what is added next to be heard."""
        with self._lock:
            self._waiting.clear()
            self._at = 0
            self._paused = False

    def pause(self) -> None:
        """Be silent from the next block on, and keep what is left."""
        with self._lock:
            self._paused = True

    def resume(self) -> None:
        """Go on, from a little before the pause."""
        with self._lock:
            self._paused = False
            self._at = max(0, self._at - int(_REWIND_SECONDS * PLAY_RATE))

    @property
    def empty(self) -> bool:
        """Whether everything was taken by the loudspeaker."""
        with self._lock:
            return not self._waiting

    @property
    def paused(self) -> bool:
        """Whether something is left that waits for `resume`."""
        with self._lock:
            return self._paused

    @property
    def taken(self) -> int:
        """Samples of sound (no silence) that were taken so far; grows for as long as something is heard."""
        with self._lock:
            return self._taken

    def take(self, count: int) -> Samples:
        """The next `count` samples for the loudspeaker, silence where there is nothing."""
        block, reference = np.zeros((2, count), np.int16)
        with self._lock:
            filled = 0 if self._paused else self._fill(block, reference)
            self._taken += filled
            self._played.append(reference)
            while sum(map(len, self._played)) > _MOST_REFERENCE_SECONDS * PLAY_RATE:
                self._played.popleft()
        return block

    def reference(self, count: int) -> Samples:
        """`count` samples at SAMPLE_RATE of what was taken and is to be cancelled, oldest first; silence elsewhere."""
        block = np.zeros(count, np.int16)
        wanted = count * PLAY_RATE // SAMPLE_RATE
        with self._lock:
            have = np.concatenate(self._played) if self._played else np.zeros(0, np.int16)
            self._played.clear()
            if len(have) > wanted:
                self._played.append(have[wanted:])
        if not len(have):
            return block
        heard = self._to_reference.resample_chunk(have[:wanted])[:count]
        block[: len(heard)] = heard
        return block

    def align(self) -> None:
        """Forget what was played: from now on the reference keeps step with the microphone again."""
        with self._lock:
            self._played.clear()

    def _fill(self, block: Samples, reference: Samples) -> int:
        filled = 0
        while self._waiting and filled < len(block):
            item = self._waiting[0]
            sound = item.sound[self._at : self._at + len(block) - filled]
            block[filled : filled + len(sound)] = sound
            if item.cancelled:
                reference[filled : filled + len(sound)] = sound
            filled += len(sound)
            self._at += len(sound)
            if self._at >= len(item.sound):
                self._waiting.popleft()
                self._at = 0
        return filled
