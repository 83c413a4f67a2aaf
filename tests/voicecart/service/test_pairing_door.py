"""A device is let in by its owner, gets its token once, and can be sent away."""

from __future__ import annotations

import requests

from tests.voicecart.service.devices import behind, paired
from tests.voicecart.service.running import Server


def test_a_device_waits_until_its_owner_approves_it(server: Server) -> None:
    """The code is shown, the device asks and waits, asks too soon and must pause, is approved, and collects once."""
    begun = requests.post(f"{server.url}/api/v1/pairings", json={"name": "Kitchen"}, timeout=60)
    assert begun.status_code == 201
    pairing = begun.json()
    assert pairing["verification_url"] == f"{server.url}/account/devices"
    assert (pairing["interval"], pairing["expires_in"]) == (5, 600)

    waiting, too_soon = _ask(server, pairing["device_code"]), _ask(server, pairing["device_code"])
    assert (waiting.status_code, waiting.json()) == (202, {"status": "pending"})
    assert (too_soon.status_code, too_soon.json()["error"]) == (429, "too_fast")
    assert int(too_soon.headers["Retry-After"]) == 10

    with behind(server) as there:
        there.access.pairings.approve("anna", pairing["user_code"].lower())
    let_in, again = _ask(server, pairing["device_code"]), _ask(server, pairing["device_code"])
    assert let_in.status_code == 200
    assert let_in.json() | {"token": ""} == {"token": "", "customer": "anna", "shop": "home", "language": "en"}
    assert (again.status_code, again.json()["error"]) == (410, "used")


def test_a_device_that_is_turned_away_gets_nothing(server: Server) -> None:
    """The owner does not know the device; a made-up code is worth no more."""
    pairing = requests.post(f"{server.url}/api/v1/pairings", json={}, timeout=60).json()
    with behind(server) as there:
        there.access.pairings.deny(pairing["user_code"])
    denied, made_up = _ask(server, pairing["device_code"]), _ask(server, "made-up")
    assert (denied.status_code, denied.json()["error"]) == (410, "denied")
    assert (made_up.status_code, made_up.json()["error"]) == (410, "expired")


def test_an_unlinked_device_is_a_stranger_at_once(server: Server) -> None:
    """The owner sends the device away on the account's page: its next request is refused."""
    device = paired(server)
    assert device.get("/api/v1/cart").status_code == 200
    with behind(server) as there:
        there.access.linking.unlink_token(device.token)
    refused = device.get("/api/v1/cart")
    assert (refused.status_code, refused.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_nothing_that_lets_a_device_in_is_in_the_log_or_the_database(server: Server) -> None:
    """Somebody reads the log and every row that tells of links: no token stands there, only hashes."""
    device = paired(server)
    with behind(server) as there, there.database.driver() as connection:
        rows = [
            str(row)
            for table in ("pairings", "oauth_tokens", "links", "speakers", "rates")
            for row in connection.execute(f"SELECT * FROM {table}").fetchall()
        ]
    assert rows
    assert not any(device.token in row for row in rows)
    assert device.token not in server.log.read_text()


def _ask(server: Server, device_code: str) -> requests.Response:
    return requests.post(f"{server.url}/api/v1/pairings/token", json={"device_code": device_code}, timeout=60)
