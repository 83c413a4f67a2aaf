"""The account's first page, and its orders."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from commerce.errors import UnknownOrder
from voicecart.assembly import Assembly
from voicecart.service.members import customer, members
from voicecart.service.pages import page

SHOWN_ORDERS = 50


def blueprint(assembly: Assembly) -> Blueprint:
    """/account/ and /account/orders."""
    part = members("account", "/account", assembly)

    @part.get("/")
    def home() -> Response:
        shop = assembly.shop()
        cart = shop.carts.get(customer())
        return page("home.html", shop=shop.info, person=shop.customers.get(customer()), cart=cart)

    @part.get("/orders")
    def orders() -> Response:
        return page("orders.html", orders=assembly.shop().orders.list(customer(), SHOWN_ORDERS, kind=None))

    @part.get("/orders/<number>")
    def order(number: str) -> Response:
        try:
            return page("order.html", order=assembly.shop().orders.get(customer(), number))
        except UnknownOrder:
            abort(404)

    return part
