"""Where a device's shop is: on this machine, or behind its service."""

from __future__ import annotations

from dataclasses import dataclass

from voice.device_ports import Dialogue, Ending
from voicecart.assembly import Assembly
from voicecart.device.carts import CartNow, shown
from voicecart.device.later import LaterTurns
from voicecart.device.local import LocalDialogue
from voicecart.device.tokens import PairingProblem, Tokens
from voicecart.device.words import device_words
from voicecart.settings import Settings


@dataclass(frozen=True, slots=True)
class ShopSide:
    """What a device talks to. language: BCP 47. title: the shop's name, or its key where the name is not known."""

    dialogue: Dialogue
    ending: Ending
    language: str
    title: str
    cart: CartNow


def here(assembly: Assembly) -> ShopSide:
    """The settings' shop on this machine. Raises CommerceError."""
    shop, session = assembly.shop(), assembly.heard_session(assembly.shop())
    dialogue = LocalDialogue(assembly, device_words(shop.info.language), session)
    return ShopSide(
        dialogue,
        dialogue.ending,
        shop.info.language,
        shop.info.name,
        lambda: shown(shop.carts.get(session.customer)),
    )


def far(settings: Settings, service: str) -> ShopSide:
    """The shop behind a service that this machine was paired with; nothing is asked of it yet.

    Raises PairingProblem, TokensUnreadable.
    """
    from voicecart.device.remote import RemoteDialogue  # with an HTTP client, which no other command should wait for
    from voicecart.device.service_door import ServiceDoor

    paired = Tokens(settings.data_folder).find(service)
    if paired is None:
        raise PairingProblem(f"{service} does not know this machine yet; run: voicecart pair --service {service}")
    later = LaterTurns(settings.data_folder, paired)
    dialogue = RemoteDialogue(ServiceDoor(paired), later, device_words(paired.language), paired.language)
    return ShopSide(dialogue, dialogue.ending, paired.language, paired.shop, lambda: dialogue.cart)
