"""What the customer wants to be told unasked, how, and when not."""

from __future__ import annotations

from datetime import datetime, time

from flask import Blueprint, Response, url_for

from commerce.errors import InvalidPhone, InvalidQuietHours, NoPhone
from commerce.notifications.contacts import Contact
from commerce.notifications.events import Channel
from commerce.notifications.quiet_hours import QuietHours
from voicecart.assembly import Assembly
from voicecart.service.members import customer, members
from voicecart.service.pages import field, page, refused, see

FIELDS = ("reorders", "carts", "phone", "quiet_from", "quiet_until", "time_zone")
REORDERS = {"": "No", Channel.EMAIL.value: "Yes, by e-mail", Channel.SMS.value: "Yes, by text message"}
"""How one is reminded of what runs out; the first is how it is for whoever said nothing."""
_CLOCK = "%H:%M"


def blueprint(assembly: Assembly) -> Blueprint:
    """/account/messages: a consent is off until it is given here, and is taken back the same way."""
    part = members("messages", "/account/messages", assembly)

    @part.get("")
    def overview() -> Response:
        wishes = assembly.shop().notifications.contact(customer())
        return page("messages.html", shown=_as_typed(wishes), reorders=REORDERS)

    @part.post("")
    def keep() -> Response:
        typed = {name: field(name).strip() for name in FIELDS}
        try:
            _keep(assembly, _read(typed))
        except (InvalidPhone, InvalidQuietHours, NoPhone) as error:
            return refused("messages.html", error, shown=typed, reorders=REORDERS)
        return see(url_for(".overview", told="saved"))

    return part


def _keep(assembly: Assembly, wanted: Contact) -> None:
    """All of it, or nothing. Raises InvalidPhone, NoPhone."""
    wishes = assembly.shop().notifications
    if wanted.reorders is Channel.SMS and wanted.phone is None:
        raise NoPhone
    wishes.set_phone(customer(), wanted.phone)
    wishes.set_quiet_hours(customer(), wanted.quiet_hours)
    wishes.set_reorders(customer(), wanted.reorders)
    if wanted.marketing != wishes.contact(customer()).marketing:
        wishes.set_marketing(customer(), wanted.marketing)


def _read(typed: dict[str, str]) -> Contact:
    """What the form says; a word that it does not offer is no consent. Raises InvalidQuietHours."""
    begin, until = _clock(typed["quiet_from"]), _clock(typed["quiet_until"])
    if (begin is None) != (until is None):
        raise InvalidQuietHours("they need a beginning and an end")
    hours = None if begin is None or until is None else QuietHours(begin, until, typed["time_zone"])
    through = typed["reorders"] if typed["reorders"] in REORDERS else ""
    return Contact(
        phone=typed["phone"].replace(" ", "") or None,
        quiet_hours=hours,
        marketing=typed["carts"] == "yes",
        reorders=Channel(through) if through else None,
    )


def _clock(text: str) -> time | None:
    if not text:
        return None
    try:
        return datetime.strptime(text, _CLOCK).time()  # noqa: DTZ007 - a time of day of the customer's own zone
    except ValueError:
        raise InvalidQuietHours("a time is written like 21:30") from None


def _as_typed(wishes: Contact) -> dict[str, str]:
    hours = wishes.quiet_hours
    return {
        "reorders": wishes.reorders.value if wishes.reorders else "",
        "carts": "yes" if wishes.marketing else "",
        "phone": wishes.phone or "",
        "quiet_from": f"{hours.begin:{_CLOCK}}" if hours else "",
        "quiet_until": f"{hours.until:{_CLOCK}}" if hours else "",
        "time_zone": hours.time_zone if hours else "",
    }
