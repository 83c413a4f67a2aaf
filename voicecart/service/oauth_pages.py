"""GET and POST /oauth/authorize: the customer lets a smart speaker speak for them."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import BaseGrant
from flask import Blueprint, Response, abort, current_app, g, request

from voicecart.assembly import Assembly
from voicecart.service.members import customer, members
from voicecart.service.oauth_server import LinkingServer, client_of
from voicecart.service.pages import field, page


def blueprint(assembly: Assembly) -> Blueprint:
    """The page; there is none while no client is set up."""
    part = members("consent", "/oauth", assembly)
    is_set_up = client_of(assembly.settings) is not None

    @part.get("/authorize")
    def ask() -> Response:
        if not is_set_up:
            abort(404)
        server = LinkingServer(current_app, assembly)
        try:
            grant = server.get_consent_grant(end_user=customer())
        except OAuth2Error as error:
            return _refused(server, error)
        _lead_on_to(grant)
        person = assembly.shop().customers.get(customer())
        return page("consent.html", person=person, action=request.full_path)

    @part.post("/authorize")
    def decide() -> Response:
        if not is_set_up:
            abort(404)
        server = LinkingServer(current_app, assembly)
        try:
            grant = server.get_consent_grant(end_user=customer())
        except OAuth2Error as error:
            return _refused(server, error)
        _lead_on_to(grant)
        allows = customer() if field("decision") == "allow" else None
        response: Response = server.create_authorization_response(grant_user=allows, grant=grant)
        return response

    return part


def _lead_on_to(grant: BaseGrant) -> None:
    """The form's answer leads to the platform, which the page's policy must permit."""
    target = urlsplit(grant.redirect_uri)
    g.form_goes_to = (f"{target.scheme}://{target.netloc}",)


def _refused(server: LinkingServer, error: OAuth2Error) -> Response:
    """Back to the platform, if it is the one that is set up; else a page: nobody is led to an unknown address."""
    if getattr(error, "redirect_uri", None):
        response: Response = server.handle_error_response(server.create_oauth2_request(None), error)
        return response
    text = f"The speaker's app has asked for something that this shop can't do: {error.description or error.error}"
    return page("trouble.html", HTTPStatus.BAD_REQUEST, title="The account can't be linked", text=text)
