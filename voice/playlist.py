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
_LEAD = SAMPLE_RATE // 25
"""Samples by which the reference comes late, so that it does not run dry between two blocks: less than the loudspeaker
holds, as the echo must not come first."""
_FAR_BEHIND = SAMPLE_RATE // 8


@dataclass(frozen=True, slots=True)
class _Item:
    """Sound at PLAY_RATE. echo: the same at SAMPLE_RATE, or nothing where its echo is not to be taken away."""

    sound: Samples
    echo: Samples


class Playlist:
    """Sound in the order in which it is to be heard, mono at PLAY_RATE. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: deque[_Item] = deque()
        self._at = 0
        self._paused = False
        self._taken = 0
        self._played: deque[Samples] = deque()
        self._clock = 0

    def add(self, speech: Speech, cancelled: bool = True) -> None:
        """Play this after everything else. cancelled: whether `reference` shows it, so that its echo is taken away."""
        if not len(speech.samples):
            return
        sound = speech.samples
        if speech.sample_rate != PLAY_RATE:
            sound = soxr.resample(sound, speech.sample_rate, PLAY_RATE)
        echo = soxr.resample(sound, PLAY_RATE, SAMPLE_RATE) if cancelled else np.zeros(0, np.int16)
        with self._lock:
            self._waiting.append(_Item(sound, echo))

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
        block = np.zeros(count, np.int16)
        with self._lock:
            echo = np.zeros(_at_sample_rate(self._clock + count) - _at_sample_rate(self._clock), np.int16)
            if not self._paused:
                self._taken += self._fill(block, echo)
            self._clock += count
            self._played.append(echo)
            while sum(map(len, self._played)) > _MOST_REFERENCE_SECONDS * SAMPLE_RATE:
                self._played.popleft()
        return block

    def reference(self, count: int) -> Samples:
        """`count` samples at SAMPLE_RATE of what was taken and is to be cancelled, oldest first; silence elsewhere."""
        with self._lock:
            have = np.concatenate([np.zeros(0, np.int16), *self._played])
            if len(have) < count:
                have = np.concatenate([np.zeros(count + _LEAD - len(have), np.int16), have])
            self._played = deque([have[count:]])
        return have[:count]

    def align(self) -> None:
        """Catch up where the reference has fallen behind: microphone and loudspeaker have clocks of their own.

        Otherwise it stays as it is, since a canceller must learn each new delay.
        """
        with self._lock:
            have = np.concatenate([np.zeros(0, np.int16), *self._played])
            if len(have) > _LEAD + _FAR_BEHIND:
                self._played = deque([have[-_LEAD:]])

    def _fill(self, block: Samples, echo: Samples) -> int:
        """Sound into `block`, and what of it is to be cancelled into `echo`, at the same moments; how much it was."""
        filled = 0
        while self._waiting and filled < len(block):
            item = self._waiting[0]
            sound = item.sound[self._at : self._at + len(block) - filled]
            block[filled : filled + len(sound)] = sound
            place = _at_sample_rate(self._clock + filled) - _at_sample_rate(self._clock)
            comes = item.echo[_at_sample_rate(self._at) : _at_sample_rate(self._at + len(sound))][: len(echo) - place]
            echo[place : place + len(comes)] = comes
            filled += len(sound)
            self._at += len(sound)
            if self._at >= len(item.sound):
                self._waiting.popleft()
                self._at = 0
        return filled


def _at_sample_rate(played: int) -> int:
    """Where a sample of PLAY_RATE is at SAMPLE_RATE."""
    return played * SAMPLE_RATE // PLAY_RATE
