"""The customer's right to their data: all of it as a file, and its end."""

from __future__ import annotations

import json

from flask import Blueprint, Response, url_for

from commerce.errors import StillServed, WrongPassword
from commerce.privacy.exporting import everything_about
from commerce.privacy.forgetting import forget
from voicecart.assembly import Assembly
from voicecart.service import cookies
from voicecart.service.members import check_password, customer, members
from voicecart.service.pages import page, refused, see


def blueprint(assembly: Assembly) -> Blueprint:
    """/account/data."""
    part = members("own_data", "/account/data", assembly)

    @part.get("")
    def overview() -> Response:
        return page("data.html")

    @part.post("/export")
    def export() -> Response:
        found = everything_about(assembly.database, assembly.shop().info, customer())
        response = Response(json.dumps(found, ensure_ascii=False, indent=2), content_type="application/json")
        response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
        return response

    @part.post("/erase")
    def erase() -> Response:
        try:
            check_password(assembly)
            forget(assembly.database, assembly.shop().info, assembly.clock, customer())
        except WrongPassword:
            return refused("data.html", "the password is wrong")
        except StillServed as error:
            numbers = ", ".join(error.orders)
            return refused(
                "data.html", f"these orders are under way: {numbers}; cancel them, or wait until they are done"
            )
        return cookies.log_out(see(url_for("entry.login", told="erased")))

    return part
