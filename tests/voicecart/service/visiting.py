"""Somebody with a browser that runs no scripts: pages, their forms, and cookies."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

import requests

from tests.voicecart.service.running import Server

PASSWORD = "correct horse battery"


@dataclass(slots=True)
class Visitor:
    """One browser. page: the text of the page it shows."""

    server: Server
    session: requests.Session = field(default_factory=requests.Session)
    page: str = ""

    def goes(self, path: str) -> requests.Response:
        """Open a page, redirects followed."""
        answer = self.session.get(f"{self.server.url}{path}", headers={"Accept": "text/html"}, timeout=60)
        self.page = answer.text
        return answer

    def sends(self, path: str, follow: bool = True, **fields: str) -> requests.Response:
        """Send a form of the page that is shown."""
        body = {"form_token": self.form_token(), **fields}
        answer = self.session.post(
            f"{self.server.url}{path}",
            data=body,
            headers={"Accept": "text/html"},
            timeout=60,
            allow_redirects=follow,
        )
        if follow:
            self.page = answer.text
        return answer

    def form_token(self) -> str:
        """What the forms of the page carry."""
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.page)
        return found[1] if found else ""

    def says(self) -> str:
        """What the page says about what was done: the status or the problem."""
        told = re.findall(r'role="(?:status|alert)"[^>]*>([^<]*)<', self.page)
        return html.unescape(" ".join(told))


def newcomer(server: Server, email: str, name: str = "Nora Newcomer") -> Visitor:
    """Somebody who has just signed up and is logged in."""
    visitor = Visitor(server)
    visitor.goes("/account/signup")
    answer = visitor.sends("/account/signup", name=name, email=email, password=PASSWORD)
    assert answer.status_code == 200, visitor.says()
    return visitor
