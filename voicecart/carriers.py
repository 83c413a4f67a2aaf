"""Who carries a shop's messages, by what the settings say."""

from __future__ import annotations

from collections.abc import Mapping

from commerce.clock import Clock
from commerce.notifications.events import Channel
from commerce.notifications.http import Endpoint, SmsSender, WebhookSender
from commerce.notifications.port import Sender
from commerce.notifications.postman import Postman
from commerce.notifications.proactive import EventService, ProactiveSender
from commerce.notifications.smtp import MailServer, SmtpSender
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from voicecart.settings import Settings


def open_postman(settings: Settings, database: Database, shop: ShopInfo, clock: Clock) -> Postman:
    """Sends one shop's notifications through the channels that are set up."""
    return Postman(database, shop, clock, carriers(settings, shop, clock), settings.unsubscribe_page)


def carriers(settings: Settings, shop: ShopInfo, clock: Clock) -> Mapping[Channel, Sender]:
    """The channels that are set up; messages of the others wait."""
    senders: dict[Channel, Sender] = {}
    if settings.mail_host is not None:
        senders[Channel.EMAIL] = SmtpSender(_mail_server(settings, settings.mail_host))
    if settings.signing_secret is not None:
        endpoint = Endpoint(settings.signing_secret.get_secret_value())
        senders[Channel.WEBHOOK] = WebhookSender(endpoint, clock)
        if settings.sms_url is not None:
            senders[Channel.SMS] = SmsSender(settings.sms_url, endpoint, clock)
    if settings.alexa_client_id is not None:
        senders[Channel.ALEXA] = ProactiveSender(_event_service(settings, settings.alexa_client_id), shop.seller, clock)
    return senders


def _event_service(settings: Settings, client: str) -> EventService:
    secret = settings.alexa_client_secret.get_secret_value()
    return EventService(client, secret, settings.alexa_login_url, settings.alexa_events_url)


def _mail_server(settings: Settings, host: str) -> MailServer:
    return MailServer(
        host,
        settings.mail_port,
        settings.mail_from,
        settings.mail_security,
        settings.mail_user,
        settings.mail_password.get_secret_value(),
        settings.unsubscribe_page,
    )
