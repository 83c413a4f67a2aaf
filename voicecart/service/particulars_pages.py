"""What the customer settles once: addresses, the voice code, and how orders are paid."""

from __future__ import annotations

import secrets

from flask import Blueprint, Response, url_for

from commerce.errors import InvalidCode, InvalidCustomer, WrongPassword
from commerce.registering import remove_address, set_address
from voicecart.assembly import Assembly
from voicecart.service.members import check_password, customer, members
from voicecart.service.pages import field, page, refused, see

ADDRESS_FIELDS = ("name", "street", "city", "region", "postcode", "country")


def blueprint(assembly: Assembly) -> Blueprint:
    """/account/addresses, code and payment."""
    part = members("particulars", "/account", assembly)

    @part.get("/addresses")
    def addresses() -> Response:
        return page("addresses.html", addresses=assembly.shop().customers.get(customer()).addresses)

    @part.post("/addresses")
    def keep_address() -> Response:
        shop = assembly.shop()
        typed = {name: field(name).strip() for name in ADDRESS_FIELDS}
        fields = typed | {
            "key": f"address-{secrets.token_hex(4)}",
            "region": typed["region"] or None,
            "country": typed["country"].upper(),
        }
        try:
            set_address(assembly.database, shop.info, assembly.clock, customer(), fields)
        except InvalidCustomer as error:
            known = shop.customers.get(customer()).addresses
            return refused("addresses.html", "; ".join(error.problems), addresses=known, typed=typed)
        return see(url_for(".addresses", told="saved"))

    @part.post("/addresses/<key>/remove")
    def forget_address(key: str) -> Response:
        remove_address(assembly.database, assembly.shop().info, customer(), key)
        return see(url_for(".addresses", told="removed"))

    @part.get("/code")
    def code() -> Response:
        return page("code.html", person=assembly.shop().customers.get(customer()))

    @part.post("/code")
    def set_code() -> Response:
        """The digits go nowhere but into their hash; a locked code is opened by a new one."""
        person = assembly.shop().customers.get(customer())
        if field("code") != field("code_again"):
            return refused("code.html", "the two codes differ", person=person)
        try:
            check_password(assembly)
            assembly.shop().customers.set_code(customer(), field("code"))
        except WrongPassword:
            return refused("code.html", "the password is wrong", person=person)
        except InvalidCode as error:
            return refused("code.html", error, person=person)
        return see(url_for(".code", told="code"))

    @part.get("/payment")
    def payment() -> Response:
        return page("payment.html", provider=assembly.settings.payment_page)

    return part
