"""Signing up, logging in and out, and a forgotten password. What is wrong with a login is never told apart."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request, url_for

from commerce.errors import EmailTaken, InvalidCustomer, ResetGone, WeakPassword, WrongPassword
from commerce.logins.logins import plain_email
from commerce.rates import Rate
from voicecart.assembly import Assembly
from voicecart.service import cookies
from voicecart.service.pages import field, local, page, pages, refused, see

HOME = "/account/"
BY_ADDRESS = Rate("log in from", 50, timedelta(minutes=15))
BY_EMAIL = Rate("log in as", 10, timedelta(minutes=15))
SIGN_UPS = Rate("sign up from", 20, timedelta(hours=1))
FORGOTTEN = Rate("forgotten from", 20, timedelta(hours=1))


def blueprint(assembly: Assembly) -> Blueprint:
    """/account/signup, login, logout, forgot and reset."""
    part = pages("entry", "/account")

    @part.get("/login")
    def login() -> Response:
        return page("login.html", after=_after())

    @part.post("/login")
    def log_in() -> Response:
        access, email = assembly.access(), field("email")
        access.rates.count(BY_ADDRESS, _address())
        access.rates.count(BY_EMAIL, plain_email(email))
        try:
            customer = access.logins.log_in(email, field("password"))
        except WrongPassword as error:
            return refused("login.html", error, after=_after(), email=email)
        return _logged_in(assembly, customer)

    @part.get("/signup")
    def signup() -> Response:
        return page("signup.html", after=_after())

    @part.post("/signup")
    def sign_up() -> Response:
        access = assembly.access()
        access.rates.count(SIGN_UPS, _address())
        name, email = field("name"), field("email")
        try:
            customer = access.logins.sign_up(name, email, field("password"))
        except (EmailTaken, WeakPassword) as error:
            return refused("signup.html", error, after=_after(), name=name, email=email)
        except InvalidCustomer:
            problem = "Please give your name and an e-mail address"
            return refused("signup.html", problem, after=_after(), name=name, email=email)
        return _logged_in(assembly, customer)

    @part.post("/logout")
    def logout() -> Response:
        assembly.access().sittings.end(cookies.sitting())
        return cookies.log_out(see(url_for(".login", told="logged-out")))

    @part.get("/forgot")
    def forgot() -> Response:
        return page("forgot.html")

    @part.post("/forgot")
    def mail_link() -> Response:
        access = assembly.access()
        access.rates.count(FORGOTTEN, _address())
        access.resets.ask(field("email"), f"{assembly.settings.service_url}{url_for('.reset')}")
        return page("forgot.html", asked=True)

    @part.get("/reset")
    def reset() -> Response:
        token = request.args.get("token", "")
        return page("reset.html", token=token, is_open=assembly.access().resets.is_open(token))

    @part.post("/reset")
    def choose_password() -> Response:
        token = field("token")
        try:
            assembly.access().resets.choose(token, field("password"))
        except WeakPassword as error:
            return refused("reset.html", error, token=token, is_open=True)
        except ResetGone as error:
            return refused("reset.html", error, token="", is_open=False)
        return cookies.log_out(see(url_for(".login", told="password")))

    return part


def _logged_in(assembly: Assembly, customer: str) -> Response:
    token = assembly.access().sittings.begin(customer)
    return cookies.log_in(see(local(_after(), HOME)), token)


def _after() -> str:
    return request.values.get("after", "")


def _address() -> str:
    return request.remote_addr or ""
