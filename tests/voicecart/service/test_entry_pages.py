"""Signing up, logging in, and what strangers can't do: guess, tell accounts apart, use another browser's form."""

from __future__ import annotations

import re

import pytest
import requests

from commerce.clock import SystemClock
from commerce.notifications.events import Channel
from commerce.notifications.postman import Postman
from commerce.notifications.smtp import SmtpSender
from tests.commerce.notifications.mail_servers import Inbox, mail_server
from tests.voicecart.service.devices import behind
from tests.voicecart.service.running import Server
from tests.voicecart.service.visiting import PASSWORD, Visitor, newcomer
from voicecart.service.entry_pages import BY_EMAIL
from voicecart.service.pages import local


def test_somebody_signs_up_leaves_and_comes_back(server: Server) -> None:
    """A new customer gets in at once, logs out, and gets in again, in whatever case the address is written."""
    visitor = newcomer(server, "nora@example.com")
    assert "Hello, Nora Newcomer" in visitor.page
    visitor.sends("/account/logout")
    assert visitor.says() == "You are logged out."
    assert visitor.goes("/account/").url.startswith(f"{server.url}/account/login")
    visitor.sends("/account/login", email="NORA@example.com", password=PASSWORD)
    assert "Hello, Nora Newcomer" in visitor.page


def test_a_wrong_login_tells_nothing(server: Server) -> None:
    """Whether the address is unknown or the password wrong, the page is the same."""
    newcomer(server, "otto@example.com")
    pages = []
    for email in ("otto@example.com", "nobody@example.com"):
        visitor = Visitor(server)
        visitor.goes("/account/login")
        answer = visitor.sends("/account/login", email=email, password="a wrong password")
        assert answer.status_code == 422
        pages.append(re.sub(r'value="[^"]*"', "", answer.text))
    assert pages[0] == pages[1]
    assert "The e-mail address or the password is wrong." in pages[0]


def test_nobody_guesses_for_long(server: Server) -> None:
    """The eleventh try at one account within a quarter of an hour is not looked at, even with the right password."""
    newcomer(server, "petra@example.com")
    visitor = Visitor(server)
    visitor.goes("/account/login")
    with behind(server) as there:
        for _ in range(9):
            there.access.rates.count(BY_EMAIL, "petra@example.com")
    tenth = visitor.sends("/account/login", follow=False, email="PETRA@example.com", password="the tenth guess")
    assert tenth.status_code == 422
    locked = visitor.sends("/account/login", follow=False, email="petra@example.com", password=PASSWORD)
    assert locked.status_code == 429
    assert 0 < int(locked.headers["Retry-After"]) <= 900


@pytest.mark.parametrize(
    ("password", "says"),
    [("short", "at least 10"), ("a" * 201, "at most 200"), ("aaaaaaaaaaaa", "repeats"), ("rosa@example.com", "e-mail")],
)
def test_weak_passwords_are_not_taken(server: Server, password: str, says: str) -> None:
    """Too short, too long, one letter, the address itself: the page says what is wrong, and keeps what was typed."""
    visitor = Visitor(server)
    visitor.goes("/account/signup")
    visitor.sends("/account/signup", name="Rosa", email="rosa@example.com", password=password)
    assert says in visitor.says()
    assert 'value="rosa@example.com"' in visitor.page


def test_an_address_is_signed_up_once(server: Server) -> None:
    """Anna is a customer of the shop already: nobody gets her account by signing up with her address."""
    visitor = Visitor(server)
    visitor.goes("/account/signup")
    visitor.sends("/account/signup", name="Not Anna", email="Anna@shoppers.example", password=PASSWORD)
    assert "There is an account with this e-mail address already." in visitor.says()


def test_a_form_of_another_browser_is_worth_nothing(server: Server) -> None:
    """Another site sends the form without the browser's cookie, or with a token of its own: refused, nothing done."""
    stranger = Visitor(server)
    without_cookie = requests.post(
        f"{server.url}/account/signup", data={"name": "x", "form_token": "0" * 64}, timeout=60
    )
    assert without_cookie.status_code == 400
    stranger.goes("/account/login")
    foreign, stranger.page = stranger.form_token(), ""
    assert stranger.sends("/account/login", email="a@example.com", password="b").status_code == 400
    victim = Visitor(server)
    victim.goes("/account/login")
    assert victim.sends("/account/login", form_token=foreign, email="a", password="b").status_code == 400


def test_pages_and_cookies_are_locked_down(server: Server) -> None:
    """No script, no frame, nothing cached; cookies that scripts can't read, and over TLS only away from loopback."""
    at_home = requests.get(f"{server.url}/account/login", timeout=60)
    away = requests.get(f"{server.url}/account/login", headers={"Host": "shop.example"}, timeout=60)
    assert "default-src 'none'" in at_home.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in at_home.headers["Content-Security-Policy"]
    assert at_home.headers["Cache-Control"] == "no-store"
    assert at_home.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in at_home.text
    assert re.fullmatch(r"voicecart-browser=[\w-]{43}; HttpOnly; Path=/; SameSite=Lax", at_home.headers["Set-Cookie"])
    assert away.headers["Set-Cookie"].startswith("__Host-voicecart-browser=")
    assert "; Secure;" in away.headers["Set-Cookie"]


AWAY = ["https://evil.example/", "//evil.example", "/\\evil.example", "/account\r\nX: y", "javascript:alert(1)", ""]


@pytest.mark.parametrize("after", AWAY)
def test_after_logging_in_nobody_is_led_away(after: str) -> None:
    """A link to the login page names another site to go on to: the account's first page comes instead."""
    assert local(after, "/account/") == "/account/"
    assert local("/account/devices?told=x", "/account/") == "/account/devices?told=x"


def test_a_forgotten_password_is_chosen_anew_by_mail(server: Server) -> None:
    """The mail's link works once and ends every login; whoever asks for a stranger's address sees the same page."""
    visitor = newcomer(server, "sara@example.com")
    other = Visitor(server)
    answers = []
    for email in ("sara@example.com", "unknown@example.com"):
        other.goes("/account/forgot")
        other.sends("/account/forgot", email=email)
        answers.append(other.says())
    assert answers[0] == answers[1]

    link = _mailed_link(server)
    other.goes(link)
    token = link.partition("token=")[2]
    other.sends("/account/reset", token=token, password="a brand new password")
    assert other.says().startswith("Your new password is set.")
    assert visitor.goes("/account/").url.startswith(f"{server.url}/account/login")
    other.goes(link)
    assert "used already" in other.page

    other.goes("/account/login")
    assert other.sends("/account/login", email="sara@example.com", password=PASSWORD).status_code == 422
    assert other.sends("/account/login", email="sara@example.com", password="a brand new password").status_code == 200
    assert token not in server.log.read_text()


def _mailed_link(server: Server) -> str:
    """The path in the one mail that the shop sends when its postman works."""
    inbox = Inbox()
    with behind(server) as there, mail_server(inbox) as mail:
        carriers = {Channel.EMAIL: SmtpSender(mail)}
        Postman(there.database, there.shop.info, SystemClock(), carriers, "").work()
    [message] = [message for message in inbox.messages if message["To"] == "sara@example.com"]
    text = message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(rf"{re.escape(server.url)}(/account/reset\?token=[\w-]+)", text)
    assert found is not None
    return found[1]
