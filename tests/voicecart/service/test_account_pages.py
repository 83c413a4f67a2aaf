"""What a customer settles on the account's pages: addresses, the voice code, orders, and the right to the data."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

import pytest
import requests

from commerce.errors import CodeLocked, UnknownCustomer, WrongCode
from tests.voicecart.service.devices import behind
from tests.voicecart.service.running import Server
from tests.voicecart.service.visiting import PASSWORD, Visitor, newcomer


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is logged in. key: the customer's."""

    visitor: Visitor
    key: str
    server: Server


def member(server: Server, name: str) -> Member:
    """A new customer."""
    visitor = newcomer(server, f"{name}@example.com", name.title())
    with behind(server) as there:
        [key] = [one.key for one in there.shop.customers.list() if one.email == f"{name}@example.com"]
    return Member(visitor, key, server)


def test_an_address_is_added_shown_and_removed(server: Server) -> None:
    """What is missing is said and what was typed is kept; the first address is where orders go."""
    wilma = member(server, "wilma")
    typed = {"name": "Home", "street": "1 Elm <Street>", "city": "Springfield", "postcode": "01109", "country": "us"}
    wilma.visitor.goes("/account/addresses")
    wilma.visitor.sends("/account/addresses", **typed | {"city": ""})
    assert "City" in wilma.visitor.says()
    assert 'value="1 Elm &lt;Street&gt;"' in wilma.visitor.page
    wilma.visitor.sends("/account/addresses", **typed)
    assert "1 Elm &lt;Street&gt;, Springfield, 01109, US" in wilma.visitor.page
    [key] = re.findall(r"/account/addresses/([\w-]+)/remove", wilma.visitor.page)
    wilma.visitor.sends(f"/account/addresses/{key}/remove")
    with behind(server) as there:
        assert there.shop.customers.get(wilma.key).addresses == ()


def test_a_new_voice_code_opens_what_three_wrong_tries_locked(server: Server) -> None:
    """The code is locked by voice; with the password a new one is set on the page, and it works; no digit is logged."""
    xenia = member(server, "xenia")
    with behind(server) as there:
        there.shop.customers.set_code(xenia.key, "8317")
        for wrong in ("0000", "1111", "2222"):
            with pytest.raises((WrongCode, CodeLocked)):
                there.shop.customers.check_code(xenia.key, wrong)
    xenia.visitor.goes("/account/code")
    xenia.visitor.sends("/account/code", code="90725", code_again="90725", password="not the password")
    assert xenia.visitor.says() == "The password is wrong."
    xenia.visitor.sends("/account/code", code="90725", code_again="90726", password=PASSWORD)
    assert xenia.visitor.says() == "The two codes differ."
    xenia.visitor.sends("/account/code", code="12", code_again="12", password=PASSWORD)
    assert xenia.visitor.says() == "A voice code is four to eight digits."
    xenia.visitor.sends("/account/code", code="90725", code_again="90725", password=PASSWORD)
    assert xenia.visitor.says() == "Your voice code is set."
    with behind(server) as there:
        there.shop.customers.check_code(xenia.key, "90725")
    assert "90725" not in server.log.read_text()


def test_orders_are_shown_to_their_own_customer_only(server: Server) -> None:
    """Yara has none; Anna's numbers lead her nowhere."""
    yara = member(server, "yara")
    assert "You have no orders yet." in yara.visitor.goes("/account/orders").text
    with behind(server) as there:
        number = there.shop.orders.list("anna")[0].number
    assert yara.visitor.goes(f"/account/orders/{number}").status_code == 404


def test_the_data_is_handed_out_and_erased(server: Server) -> None:
    """The file holds what is known and no hash; erasing wants the password, and then nobody is left."""
    zoe = member(server, "zoe")
    zoe.visitor.goes("/account/data")
    answer = zoe.visitor.sends("/account/data/export", follow=False)
    assert "attachment" in answer.headers["Content-Disposition"]
    known = json.loads(answer.text)
    assert known["customers"][0]["name"] == "Zoe"
    assert "argon2" not in answer.text

    zoe.visitor.sends("/account/data/erase", password="not the password")
    assert zoe.visitor.says() == "The password is wrong."
    zoe.visitor.sends("/account/data/erase", password=PASSWORD)
    assert zoe.visitor.says() == "Everything that was kept about you is gone."
    with behind(server) as there, pytest.raises(UnknownCustomer):
        there.shop.customers.get(zoe.key)
    zoe.visitor.sends("/account/login", email="zoe@example.com", password=PASSWORD)
    assert zoe.visitor.says() == "The e-mail address or the password is wrong."


def test_every_page_of_the_account_wants_a_login(server: Server) -> None:
    """Whoever is not logged in is sent to log in, from each page of the menu."""
    abel = member(server, "abel")
    abel.visitor.goes("/account/")
    places = re.findall(r'<li><a href="(/account/[\w/]*)"', abel.visitor.page)
    assert len(places) == 8
    for place in places:
        assert abel.visitor.goes(place).status_code == 200
        assert Visitor(server).goes(place).url.startswith(f"{server.url}/account/login")


def test_advertising_ends_by_its_link(server: Server) -> None:
    """Looking at the link ends nothing; a person's click and a mail program's one step do; a made-up one is told so."""
    bela = member(server, "bela")
    with behind(server) as there:
        there.shop.notifications.set_marketing(bela.key, agreed=True)
        with there.database.driver() as connection:
            query = (
                "SELECT unsubscribe_token FROM contacts JOIN customers ON customers.id = customer_id WHERE email = ?"
            )
            [(token,)] = connection.execute(query, ("bela@example.com",)).fetchall()
    address = f"{server.url}/unsubscribe?token={token}"
    assert requests.get(address, timeout=60).status_code == 200
    with behind(server) as there:
        assert there.shop.notifications.contact(bela.key).marketing
    assert requests.post(address, data={"List-Unsubscribe": "One-Click"}, timeout=60).status_code == 200
    with behind(server) as there:
        assert not there.shop.notifications.contact(bela.key).marketing
    assert requests.post(f"{server.url}/unsubscribe?token=made-up", timeout=60).status_code == 404
