"""The whole checkup, one finding after the other, cheap and basic ones first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voicecart.assembly import Assembly
from voicecart.doctor import engines, machine, shop, sound
from voicecart.doctor.finding import Finding


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to look at. sound: whether this machine is to have a microphone and a loudspeaker.

    wake_word: None when none is used. service: its URL where the shop is there and not here.
    """

    microphone: str | int | None = None
    speaker: str | int | None = None
    sound: bool = True
    wake_word: str | None = None
    service: str | None = None


def checkup(assembly: Assembly, wishes: Wishes) -> Iterator[Finding]:
    """Look at everything, each finding as soon as it is there. Changes nothing and keeps no sound."""
    yield machine.python()
    yield machine.disk(assembly.settings)
    yield shop.sqlite_program()
    if wishes.service is None:
        yield from shop.database(assembly)
        language = shop.language(assembly)
    else:
        yield shop.service(wishes.service)
        finding, paired = shop.pairing(assembly.settings.data_folder, wishes.service)
        yield finding
        language = "en" if paired is None else paired.language
    yield engines.espeak(language)
    if wishes.sound:
        yield from engines.models(assembly, language)
        yield from engines.voice_and_hearing(assembly, language)
        yield engines.wake_word(wishes.wake_word)
        yield from sound.microphone_and_speaker(wishes.microphone, wishes.speaker)
