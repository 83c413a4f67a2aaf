"""`voicecart listen`: the assistant at this machine's microphone."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from voice.loudspeaker import NoSpeaker
from voice.microphone import NoMicrophone
from voice.sound import SoundCard
from voicecart import console
from voicecart.commands import options
from voicecart.device.building import Wishes, a_device
from voicecart.device.keeping import keeper
from voicecart.device.keyboard import keys_for
from voicecart.device.local import LocalDialogue
from voicecart.device.watching import in_json, in_text
from voicecart.device.words import device_words

NONE = "none"


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog="Example: voicecart listen --shop coffee --wake-word hey_jarvis")(listen)


def listen(
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    engine: options.Engine = None,
    wake_word: Annotated[
        str | None, typer.Option(help="alexa, hey_jarvis, hey_mycroft, okay_nabu, or none.", metavar="WORD")
    ] = None,
    push_to_talk: Annotated[bool, typer.Option("--push-to-talk", help="Listen after the Enter key only.")] = False,
    microphone: Annotated[str | None, typer.Option(help="Name or number of the microphone.", metavar="NAME")] = None,
    speaker: Annotated[str | None, typer.Option(help="Name or number of the loudspeaker.", metavar="NAME")] = None,
    as_json: options.Json = False,
) -> None:
    """Talk to the assistant at this machine's microphone.

    Nothing is recorded. Enter talks, m mutes, k keeps the last turn's sound, q quits; a code may be typed.
    """
    assembly = options.assemble(shop=shop, customer=customer, database=database, engine=engine, quiet=as_json)
    opened = assembly.shop()
    chosen = wake_word or assembly.settings.wake_word
    wishes = Wishes(
        wake_word=None if chosen == NONE or push_to_talk else chosen,
        always=chosen == NONE and not push_to_talk,
        keep=keeper(assembly.settings),
    )
    words = device_words(opened.info.language)
    session = assembly.session(opened)
    dialogue = LocalDialogue(assembly, words, session)
    phrase = "" if wishes.wake_word is None else wishes.wake_word.replace("_", " ")
    tell = in_json(lambda: opened.carts.get(session.customer)) if as_json else in_text(phrase)
    sound = SoundCard(_device(microphone), _device(speaker))
    try:
        sound.open()
    except (NoMicrophone, NoSpeaker) as trouble:
        console.warn(f"{trouble}; I go on looking for it. `voicecart doctor` says what to do.")
    with (
        a_device(assembly, sound, words, dialogue, dialogue.ending, tell, wishes) as device,
        keys_for(device, sys.stdin),
    ):
        try:
            device.run()
        except KeyboardInterrupt:
            console.say()


def _device(name: str | None) -> str | int | None:
    return int(name) if name is not None and name.isdigit() else name
