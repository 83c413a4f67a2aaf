"""The speakers and devices of a customer: letting one in, what it may buy, sending it away."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, url_for

from commerce.errors import UnknownPairing, UnknownSpeaker
from commerce.rates import Rate
from voicecart.assembly import Assembly
from voicecart.commands.amounts import amount_of
from voicecart.commands.options import UsageProblem
from voicecart.service.members import customer, members
from voicecart.service.pages import field, page, refused, see

CODES = Rate("pairing code of", 10, timedelta(minutes=10))


def blueprint(assembly: Assembly) -> Blueprint:
    """/account/devices."""
    part = members("speakers", "/account/devices", assembly)

    @part.get("")
    def overview() -> Response:
        return page("devices.html", links=assembly.access().linking.links(customer()))

    @part.post("/code")
    def look_up() -> Response:
        """The code is looked at first, so that its owner sees which device they let in."""
        access, code = assembly.access(), field("code")
        access.rates.count(CODES, customer())
        try:
            return page("approve.html", code=code, name=access.pairings.name(code))
        except UnknownPairing as error:
            return refused("devices.html", error, links=access.linking.links(customer()), code=code)

    @part.post("/decision")
    def decide() -> Response:
        access, code = assembly.access(), field("code")
        access.rates.count(CODES, customer())
        try:
            if field("decision") != "approve":
                access.pairings.deny(code)
                return see(url_for(".overview", told="denied"))
            access.pairings.approve(customer(), code, field("name"))
        except UnknownPairing as error:
            return refused("devices.html", error, links=access.linking.links(customer()))
        return see(url_for(".overview", told="approved"))

    @part.post("/speakers/<speaker>")
    def change(speaker: str) -> Response:
        linking, currency = assembly.access().linking, assembly.shop().info.currency
        try:
            cap = amount_of(field("spend_cap"), currency) if field("spend_cap").strip() else None
            linking.set_speaker(customer(), speaker, field("name"), field("may_buy") == "yes", cap)
        except (UsageProblem, UnknownSpeaker) as error:
            return refused("devices.html", str(error), links=linking.links(customer()))
        return see(url_for(".overview", told="saved"))

    @part.post("/links/<int(max=2147483647):link>/unlink")
    def unlink(link: int) -> Response:
        assembly.access().linking.unlink(customer(), link)
        return see(url_for(".overview", told="unlinked"))

    return part
