"""The messages' page: consents that are off until they are given, and wishes that can't be kept."""

from __future__ import annotations

import re
from datetime import time

import pytest

from commerce.notifications.contacts import Contact
from commerce.notifications.events import Channel
from commerce.notifications.quiet_hours import QuietHours
from tests.voicecart.service.devices import behind
from tests.voicecart.service.running import Server
from tests.voicecart.service.visiting import Visitor, newcomer

PAGE = "/account/messages"
NOTHING = {"reorders": "", "phone": "", "quiet_from": "", "quiet_until": "", "time_zone": ""}


@pytest.fixture(scope="module")
def visitor(server: Server) -> Visitor:
    """Somebody who has just signed up."""
    return newcomer(server, "rhea@example.com", "Rhea")


def kept(server: Server) -> Contact:
    """What the shop knows of rhea's wishes."""
    with behind(server) as there:
        [key] = [one.key for one in there.shop.customers.list() if one.email == "rhea@example.com"]
        return there.shop.notifications.contact(key)


def test_everything_is_off_until_it_is_switched_on(server: Server, visitor: Visitor) -> None:
    """The page of somebody new says no to all; what is chosen there is kept and shown, and can be taken back."""
    visitor.goes(PAGE)
    assert re.findall(r'<option value="(\w*)" selected', visitor.page) == [""]
    assert " checked" not in visitor.page

    wanted = {"reorders": "email", "carts": "yes", "phone": "+1 555 1234567"}
    quiet = {"quiet_from": "21:30", "quiet_until": "07:00", "time_zone": "Europe/Berlin"}
    visitor.sends(PAGE, **wanted, **quiet)
    assert visitor.says() == "Your changes are saved."
    night = QuietHours(time(21, 30), time(7), "Europe/Berlin")
    assert kept(server) == Contact("+15551234567", night, marketing=True, reorders=Channel.EMAIL)
    assert re.findall(r'<option value="(\w*)" selected', visitor.page) == ["email"]
    assert 'value="21:30"' in visitor.page

    visitor.sends(PAGE, **NOTHING)
    assert kept(server) == Contact()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"reorders": "sms"}, "Text messages need a phone number."),
        ({"phone": "555"}, "A phone number is written like +15551234567."),
        ({"quiet_from": "22:00"}, "These quiet hours can't be kept: they need a beginning and an end."),
        ({"quiet_from": "late", "quiet_until": "7"}, "These quiet hours can't be kept: a time is written like 21:30."),
        (
            {"quiet_from": "22:00", "quiet_until": "7:00", "time_zone": "Mars"},
            "These quiet hours can't be kept: there is no time zone 'Mars'.",
        ),
    ],
)
def test_what_cannot_be_kept_changes_nothing(
    server: Server, visitor: Visitor, wrong: dict[str, str], told: str
) -> None:
    """It is told and still stands in the form; nothing else of the form is kept either."""
    visitor.goes(PAGE)
    visitor.sends(PAGE, **({**NOTHING, "reorders": "email", "carts": "yes"} | wrong))
    assert visitor.says() == told
    assert kept(server) == Contact()
    for typed in wrong.values():
        assert f'value="{typed}"' in visitor.page


def test_a_word_that_the_form_does_not_offer_is_no_consent(server: Server, visitor: Visitor) -> None:
    """Only a choice that was read can be a choice."""
    visitor.goes(PAGE)
    visitor.sends(PAGE, **{**NOTHING, "reorders": "alexa"})
    assert kept(server).reorders is None
