"""Speech as events of the network: a start, chunks, a stop."""

from __future__ import annotations

from collections.abc import AsyncIterator

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.event import Eventable

from voice.speech.synthesiser import Speech

_CHUNK = 2048  # samples


async def sound_events(speech: AsyncIterator[Speech]) -> AsyncIterator[Eventable]:
    """The events of one answer, its first sound as soon as its first sentence is there; a stop alone for silence."""
    started = False
    async for part in speech:
        rate = part.sample_rate
        if not started:
            yield AudioStart(rate, 2, 1)
            started = True
        for at in range(0, len(part.samples), _CHUNK):
            yield AudioChunk(rate, 2, 1, part.samples[at : at + _CHUNK].tobytes())
    yield AudioStop()
