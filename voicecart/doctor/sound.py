"""Microphone and loudspeaker, as they really are: half a second is recorded and measured, a short tone is played."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from voice import tones
from voice.audio import SAMPLE_RATE, Samples
from voice.levels import too_loud
from voice.loudspeaker import Loudspeaker, NoSpeaker
from voice.microphone import Microphone, NoMicrophone
from voice.playlist import Playlist
from voicecart.doctor.finding import Finding, ok, problem, warning

_SETTLE, _RECORD = 0.2, 0.5  # seconds
_PATIENCE = 3.0  # seconds, on a machine that is busy with other things
_DEAD, _FAINT = -85.0, -65.0  # decibels of full scale; the quietest rooms and microphones are louder
_AUDIBLE = 6.0  # decibels above what was heard before

_PLUG_IN = "Plug one in, or name it with --microphone (python -m sounddevice lists them)."
_UNMUTE = "Unmute it (alsamixer or pavucontrol, and its own switch), or name another with --microphone."


def microphone_and_speaker(microphone: str | int | None, speaker: str | int | None) -> Iterator[Finding]:
    """Record, play, and say whether the one hears the other. Nothing is kept."""
    ear = Microphone(microphone)
    before: Samples | None = None
    try:
        ear.open()
    except NoMicrophone as error:
        yield problem("microphone", _told(error), _PLUG_IN)
    else:
        before = _recorded(ear, _RECORD, after=_SETTLE)
        yield _judged(before, _name(microphone, "input"))
    yield _played(speaker, ear if before is not None else None, before)
    ear.close()


def _recorded(ear: Microphone, seconds: float, after: float = 0.0) -> Samples:
    """The microphone's next sound, as much as comes within _PATIENCE. after: seconds that are left out before it."""
    sound = np.zeros(0, np.int16)
    enough, until = int((after + seconds) * SAMPLE_RATE), time.monotonic() + _PATIENCE
    while len(sound) < enough and (left := until - time.monotonic()) > 0:
        piece = ear.read(left)
        if piece is not None:
            sound = np.concatenate([sound, piece])
    return sound[int(after * SAMPLE_RATE) :]


def _judged(sound: Samples, name: str) -> Finding:
    if len(sound) < _RECORD / 2 * SAMPLE_RATE:
        advice = "Another program may hold it, or the sound server hangs: restart that, or plug it in again."
        return problem("microphone", f"{name} is open and sends no sound", advice)
    level = decibels(sound)
    if level < _DEAD:
        return problem("microphone", f"{name} is silent ({level:.0f} dB): nothing arrives", _UNMUTE, decibels=level)
    if level < _FAINT:
        advice = "Turn its gain up, or put it nearer."
        return warning("microphone", f"{name} is very quiet ({level:.0f} dB)", advice, decibels=level)
    if too_loud(sound):
        return warning("microphone", f"{name} is overdriven ({level:.0f} dB)", "Turn its gain down.", decibels=level)
    return ok("microphone", f"{name}, {level:.0f} dB", decibels=level)


def _played(speaker: str | int | None, ear: Microphone | None, before: Samples | None) -> Finding:
    playlist = Playlist()
    loudspeaker = Loudspeaker(playlist, speaker)
    try:
        loudspeaker.open()
    except NoSpeaker as error:
        return problem("loudspeaker", _told(error), "Plug one in, or name it with --speaker.")
    playlist.add(tones.listening())
    during = _while_it_plays(playlist, ear)
    loudspeaker.close()
    name = _name(speaker, "output")
    if not playlist.empty:
        advice = "Another program may hold it, or the sound server hangs: restart that."
        return problem("loudspeaker", f"{name} is open and takes no sound", advice)
    if before is not None and len(before) and len(during) and decibels(during) > decibels(before) + _AUDIBLE:
        return ok("loudspeaker", f"{name} played a tone, and the microphone heard it")
    return ok("loudspeaker", f"{name} took a tone; whether you heard it, only you know")


def _while_it_plays(playlist: Playlist, ear: Microphone | None) -> Samples:
    """Wait until everything was taken; what the microphone heard meanwhile."""
    pieces: list[Samples] = []
    until = time.monotonic() + _PATIENCE
    while not playlist.empty and time.monotonic() < until:
        if ear is None:
            time.sleep(0.05)
        elif (piece := ear.read(0.05)) is not None:
            pieces.append(piece)
    if ear is not None:
        pieces.append(_recorded(ear, _SETTLE))
    return np.concatenate([np.zeros(0, np.int16), *pieces])


def decibels(sound: Samples) -> float:
    """How loud, of full scale: 0 is the loudest, -120 digital silence."""
    power = float(np.square(sound, dtype=np.float64).mean()) / 32768.0**2
    return max(-120.0, 10 * float(np.log10(power + 1e-12)))


def _told(error: NoMicrophone | NoSpeaker) -> str:
    return f"{error}: this machine seems to have none" if error.reason.endswith("-1") else str(error)


def _name(device: str | int | None, kind: str) -> str:
    import sounddevice

    found: dict[str, Any] = sounddevice.query_devices(device, kind)
    return f"{found['name']} at {found['default_samplerate']:.0f} Hz"
