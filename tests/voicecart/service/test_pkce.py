"""PKCE where it is demanded, and of a platform that is registered as one that can't."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from commerce.linking.grants import Code
from tests.voicecart.service.conftest import shop_database
from tests.voicecart.service.pkce import CHALLENGE, VERIFIER
from voicecart.assembly import Assembly
from voicecart.service.app import create_app
from voicecart.settings import Settings

CLIENT, SECRET, BACK = "platform", "a secret of the platform's own making", "https://platform.example/back"


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform that has led a customer through the pages, and the service in this process."""

    assembly: Assembly

    def exchanges(self, challenge: str, **proof: str) -> TestResponse:
        """Exchange a code that was handed out with this challenge, "" for none."""
        code = self.assembly.access().grants.new_code(Code(CLIENT, "carla", BACK, challenge))
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **proof}
        return create_app(self.assembly).test_client().post("/oauth/token", data=fields, auth=(CLIENT, SECRET))

    def links(self) -> int:
        """How many there are."""
        return len(self.assembly.access().linking.links("carla"))


def a_platform(folder: Path, **settings: str) -> Platform:
    """One that is registered so."""
    registered = {"oauth_client_id": CLIENT, "oauth_client_secret": SECRET, "oauth_redirect_uris": BACK}
    ours = {"database": shop_database(folder), "data_folder": folder, "cache_folder": folder}
    return Platform(Assembly(Settings.model_validate({**registered, **ours, **settings})))


@pytest.mark.parametrize("challenge", [CHALLENGE, ""])
def test_a_code_without_a_verifier_is_worth_nothing(tmp_path: Path, challenge: str) -> None:
    """The platform's secret is not enough, for a code with a challenge and for one from before it was demanded."""
    platform = a_platform(tmp_path)
    refused = platform.exchanges(challenge)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_request")
    assert platform.links() == 0
    assert platform.exchanges(CHALLENGE, code_verifier=VERIFIER).status_code == 200


def test_a_platform_that_knows_no_pkce_can_be_let_in(tmp_path: Path) -> None:
    """The merchant says so. A challenge that came all the same is not passed over, nor a verifier out of nowhere."""
    platform = a_platform(tmp_path, oauth_pkce="optional")
    assert platform.exchanges("").status_code == 200
    assert platform.exchanges(CHALLENGE).status_code == 400
    assert platform.exchanges("", code_verifier=VERIFIER).status_code == 400
    assert platform.links() == 1
