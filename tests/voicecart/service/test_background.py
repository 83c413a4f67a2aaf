"""`voicecart serve` by itself: a first run makes shops, background work is done beside it and ends with it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
import requests

from commerce.storage.database import Database
from commerce.working.beats import lives
from tests.commerce.notifications.mail_servers import Inbox, mail_server
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.running import Server, running_server
from tests.voicecart.service.visiting import Visitor

WITHIN = 60  # seconds, on a machine that is busy with other things


def test_a_mail_goes_out_without_anybody_asking(tmp_path: Path) -> None:
    """A forgotten password is asked for on the page: the program beside the server sends the mail, also after a crash.

    When the server ends, the program ends: none of its lives is left.
    """
    database, inbox = shop_database(tmp_path), Inbox()
    with mail_server(inbox) as mail:
        settings = {"database": database, "mail_host": mail.host, "mail_port": str(mail.port), "mail_security": "none"}
        with running_server(tmp_path, settings, "--workers", "1") as server:
            _ask_for_a_mail(server, "anna@shoppers.example")
            _wait_until(lambda: len(inbox.messages) == 1)
            os.kill(_background(server), signal.SIGKILL)
            _ask_for_a_mail(server, "ben@shoppers.example")
            _wait_until(lambda: len(inbox.messages) == 2)
            last = _background(server)
            assert server.stop() == 0
    assert [message["To"] for message in inbox.messages] == ["anna@shoppers.example", "ben@shoppers.example"]
    with pytest.raises(ProcessLookupError):
        os.kill(last, 0)


def test_a_first_run_makes_the_sample_shops_and_says_where_it_is(tmp_path: Path) -> None:
    """Nothing is set up: the sample shops are there, the address is told, nobody works with --no-work."""
    with running_server(tmp_path, {"shop": "coffee"}, "--no-work", "--workers", "1") as server:
        assert requests.get(f"{server.url}/account/login", timeout=60).status_code == 200
    said = (tmp_path / "serve.out").read_text()
    assert "First run: stocked" in said
    assert f"Corner Cup is served at {server.url}" in said
    shop = Database.open(f"sqlite:///{tmp_path / 'data' / 'voicecart.sqlite3'}")
    assert lives(shop) == ()
    shop.close()


def _ask_for_a_mail(server: Server, email: str) -> None:
    visitor = Visitor(server)
    visitor.goes("/account/forgot")
    visitor.sends("/account/forgot", email=email)


def _background(server: Server) -> int:
    """The process id of the program beside the server."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    [found] = [int(child) for child in children if b"background" in Path(f"/proc/{child}/cmdline").read_bytes()]
    return found


def _wait_until(is_so: object) -> None:
    assert callable(is_so)
    deadline = time.monotonic() + WITHIN
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
