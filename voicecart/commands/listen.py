"""`voicecart listen`: the assistant at this machine's microphone."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from voice.device import Device
from voice.device_ports import Tell
from voice.loudspeaker import NoSpeaker
from voice.microphone import NoMicrophone
from voice.sound import SoundCard
from voicecart import console
from voicecart.assembly import Assembly
from voicecart.commands import options
from voicecart.device.building import Wishes, a_device
from voicecart.device.carts import CartNow
from voicecart.device.keeping import keeper
from voicecart.device.keyboard import keys_for
from voicecart.device.shop_side import far, here
from voicecart.device.watching import in_json, in_text, waiting_for
from voicecart.device.words import device_words
from voicecart.settings import load_settings


@dataclass(frozen=True, slots=True)
class Audience:
    """tell: gets what happens. attend: lets the device live, and gives it what is typed, until it is over."""

    tell: Tell
    attend: Callable[[Device], None]


def register(root: typer.Typer) -> None:
    """Add the command of this file."""
    root.command(epilog="Example: voicecart listen --shop coffee --wake-word hey_jarvis")(listen)


def listen(
    shop: options.Shop = None,
    customer: options.Customer = None,
    database: options.Database = None,
    engine: options.Engine = None,
    wake_word: options.WakeWord = None,
    push_to_talk: Annotated[bool, typer.Option("--push-to-talk", help="Listen after the Enter key only.")] = False,
    microphone: options.Microphone = None,
    speaker: options.Speaker = None,
    service: options.Service = None,
    screen: Annotated[
        bool | None, typer.Option("--screen/--no-screen", help="A full screen, or lines of text; else what fits.")
    ] = None,
    as_json: options.Json = False,
) -> None:
    """Talk to the assistant at this machine's microphone.

    With --service the shop is elsewhere: what was heard goes there, the sound stays here (see voicecart pair).
    Nothing is recorded, and nothing is bought before `voicecart device buying on` (or the account's page) allows it.
    Enter talks, m mutes, k keeps the last turn's sound, q quits; a code may be typed.
    """
    settings = load_settings(shop=shop, customer=customer, database=database, engine=engine)
    address = service or settings.service
    if address is None:
        assembly = options.assemble(shop=shop, customer=customer, database=database, engine=engine, quiet=as_json)
        side = here(assembly)
    elif any(value is not None for value in (shop, customer, database)):
        raise options.UsageProblem("with a service, its pairing says which shop and customer it is; leave them out")
    else:
        assembly, side = Assembly(settings), far(settings, address)
    chosen = wake_word or settings.wake_word
    wishes = Wishes(
        wake_word=None if chosen == options.NO_WAKE_WORD or push_to_talk else chosen,
        always=chosen == options.NO_WAKE_WORD and not push_to_talk,
        keep=keeper(settings),
        language=side.language,
    )
    words = device_words(side.language)
    phrase = "" if wishes.wake_word is None else wishes.wake_word.replace("_", " ")
    audience = _audience(screen, as_json, phrase, side.title, side.cart)
    sound = SoundCard(options.sound_device(microphone), options.sound_device(speaker))
    try:
        sound.open()
    except (NoMicrophone, NoSpeaker) as trouble:
        console.warn(f"{trouble}; I go on looking for it. `voicecart doctor` says what to do.")
    with a_device(assembly, sound, words, side.dialogue, side.ending, audience.tell, wishes) as device:
        audience.attend(device)


def _audience(screen: bool | None, as_json: bool, phrase: str, title: str, cart: CartNow) -> Audience:
    """Who watches the device and gives it orders: a screen on a terminal, else lines of text or JSON."""
    terminal = not as_json and all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr))
    if screen and not terminal:
        raise options.UsageProblem("--screen needs a terminal of its own, without --json; use --no-screen")
    if terminal and screen is not False:
        from voicecart.device.screen import Screen  # a fifth of a second to load, and not every device has a screen

        drawn = Screen(title, waiting_for(phrase), cart)

        def attend(device: Device) -> None:
            drawn.device_is(device.run, device.order)
            drawn.attend()

        return Audience(drawn.tell, attend)
    return Audience(in_json(cart) if as_json else in_text(phrase), _with_keys)


def _with_keys(device: Device) -> None:
    with keys_for(device, sys.stdin):
        try:
            device.run()
        except KeyboardInterrupt:
            console.say()
