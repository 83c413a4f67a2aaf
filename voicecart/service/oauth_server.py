"""OAuth 2.0 for account linking (RFC 6749, 7636, 7009): Authlib checks requests, `commerce.linking` keeps grants.

There is one client, the smart speaker's platform, with a secret, exact redirect addresses and no scopes. It must use
PKCE unless its registration says that it can't. What is handed out and exchanged is decided by `Grants`: a code or
refresh token that comes a second time ends the link.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Payload, FlaskOAuth2Request
from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant, RefreshTokenGrant
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, Request, request

from commerce.access import Access
from commerce.errors import GrantRefused
from commerce.linking.grants import Code, Refresh
from commerce.linking.values import Tokens
from voicecart.assembly import Assembly
from voicecart.service import cookies
from voicecart.settings import Settings

SECRETS = ["client_secret_basic", "client_secret_post"]  # how the client may prove who it is
REVOCATION = RevocationEndpoint.ENDPOINT_NAME


@dataclass(frozen=True, slots=True)
class Client:
    """The platform, as Authlib asks about it. demands_pkce: whether it gets nothing without PKCE."""

    client_id: str
    secret: str = field(repr=False)
    redirect_uris: tuple[str, ...]
    demands_pkce: bool

    def get_client_id(self) -> str:
        """See ClientMixin."""
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        """None: it must always say where to."""

    def get_allowed_scope(self, scope: str | None) -> str:
        """No scopes are known, and none is refused: a link always permits the same."""
        del scope
        return ""

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Only an address that stands in the settings, letter by letter."""
        return redirect_uri in self.redirect_uris

    def check_client_secret(self, client_secret: str) -> bool:
        """In a time that tells nothing."""
        return hmac.compare_digest(client_secret.encode(), self.secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """It always has to prove who it is."""
        del endpoint
        return method in SECRETS

    def check_response_type(self, response_type: str) -> bool:
        """Codes only."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Codes, and what follows from them."""
        return grant_type in ("authorization_code", "refresh_token")


def client_of(settings: Settings) -> Client | None:
    """The client that is set up; None when no platform is."""
    if settings.oauth_client_secret is None or not settings.oauth_client_id:
        return None
    secret = settings.oauth_client_secret.get_secret_value()
    redirect_uris = tuple(settings.oauth_redirect_uris.split())
    return Client(settings.oauth_client_id, secret, redirect_uris, settings.oauth_pkce == "demanded")


@dataclass(frozen=True, slots=True)
class _Permission:
    """A code or a refresh token that may be exchanged, as Authlib asks about it."""

    secret: str = field(repr=False)
    granted: Code | Refresh

    @property
    def code_challenge(self) -> str:
        return self.granted.challenge if isinstance(self.granted, Code) else ""

    @property
    def code_challenge_method(self) -> str:
        return "S256"

    def get_redirect_uri(self) -> str:
        return self.granted.redirect_uri if isinstance(self.granted, Code) else ""

    def get_scope(self) -> str:
        return ""

    def check_client(self, client: Client) -> bool:
        return self.granted.client == client.client_id


@dataclass(frozen=True, slots=True)
class _Given:
    """A token that may be revoked, as Authlib asks about it."""

    secret: str = field(repr=False)
    client: str

    def check_client(self, client: Client) -> bool:
        return self.client == client.client_id


class _OnlyS256(CodeChallenge):  # type: ignore[misc]
    """PKCE. Authlib's own `required` is about clients without a secret; here the client says what is demanded of it."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: AuthorizationCodeGrant, redirect_uri: str) -> None:
        if grant.request.client.demands_pkce and not grant.request.payload.data.get("code_challenge"):
            raise InvalidRequestError("Missing 'code_challenge'")
        super().validate_code_challenge(grant, redirect_uri)

    def validate_code_verifier(self, grant: AuthorizationCodeGrant, result: object) -> None:
        if grant.request.client.demands_pkce and not grant.request.form.get("code_verifier"):
            raise InvalidRequestError("Missing 'code_verifier'")
        super().validate_code_verifier(grant, result)


class _Asked(FlaskOAuth2Request):  # type: ignore[misc]
    """A request; what stays on this machine needs no TLS, all else does."""

    def __init__(self, asked: Request) -> None:
        uri = asked.url if cookies.is_private() else f"http://localhost:{asked.full_path}"
        OAuth2Request.__init__(self, method=asked.method, uri=uri, headers=asked.headers)
        self._request = asked
        self.payload = FlaskOAuth2Payload(asked)


class LinkingServer(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server over one shop's grants."""

    def __init__(self, app: Flask, assembly: Assembly) -> None:
        self._assembly = assembly
        super().__init__(app, query_client=self._client, save_token=_is_saved)
        self.register_grant(_Codes, [_OnlyS256()])
        self.register_grant(_Refreshes)
        self.register_endpoint(_Revocation)

    @property
    def access(self) -> Access:
        """Where grants are kept."""
        return self._assembly.access()

    def create_oauth2_request(self, _request: object) -> _Asked:
        """See AuthorizationServer."""
        return _Asked(request)

    def _client(self, client_id: str) -> Client | None:
        client = client_of(self._assembly.settings)
        return client if client is not None and client.client_id == client_id else None


class _Codes(AuthorizationCodeGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = SECRETS
    server: LinkingServer

    def generate_authorization_code(self) -> str:
        data = self.request.payload.data
        code = Code(
            client=self.request.client.client_id,
            customer=self.request.user,
            redirect_uri=self.request.payload.redirect_uri,
            challenge=data.get("code_challenge", ""),
        )
        return self.server.access.grants.new_code(code)

    def save_authorization_code(self, code: str, request: object) -> None:
        """It was saved when it was made."""

    def query_authorization_code(self, code: str, client: Client) -> _Permission | None:
        try:
            permission = _Permission(code, self.server.access.grants.code(code))
        except GrantRefused:
            return None
        return permission if permission.check_client(client) else None

    def authenticate_user(self, permission: _Permission) -> str:
        return permission.granted.customer

    def generate_token(self, **_asked: object) -> Mapping[str, Any]:
        permission: _Permission = self.request.authorization_code
        return _exchanged(self.server.access.grants.exchange_code, permission)

    def delete_authorization_code(self, permission: _Permission) -> None:
        """It stays, marked as used, so that a copy is known when it comes."""


class _Refreshes(RefreshTokenGrant):  # type: ignore[misc]
    TOKEN_ENDPOINT_AUTH_METHODS = SECRETS
    server: LinkingServer

    def authenticate_refresh_token(self, refresh_token: str) -> _Permission | None:
        try:
            return _Permission(refresh_token, self.server.access.grants.refresh(refresh_token))
        except GrantRefused:
            return None

    def authenticate_user(self, permission: _Permission) -> str:
        return permission.granted.customer

    def generate_token(self, **_asked: object) -> Mapping[str, Any]:
        return _exchanged(self.server.access.grants.exchange_refresh, self.request.refresh_token)

    def revoke_old_credential(self, permission: _Permission) -> None:
        """It was spent when it was exchanged."""


class _Revocation(RevocationEndpoint):  # type: ignore[misc]
    CLIENT_AUTH_METHODS = SECRETS
    server: LinkingServer

    def query_token(self, token: str, _hint: str | None) -> _Given | None:
        client = self.server.access.grants.client_of(token)
        return None if client is None else _Given(token, client)

    def revoke_token(self, token: _Given, request: object) -> None:
        del request
        self.server.access.linking.unlink_token(token.secret)


def _exchanged(exchange: Any, permission: _Permission) -> dict[str, Any]:
    try:
        tokens: Tokens = exchange(permission.secret)
    except GrantRefused:  # somebody else exchanged it at this moment
        raise InvalidGrantError from None
    return {
        "token_type": "Bearer",
        "access_token": tokens.access,
        "refresh_token": tokens.refresh,
        "expires_in": tokens.lasts,
    }


def _is_saved(token: object, asked: object) -> None:
    """Tokens are saved when they are made, as hashes."""
