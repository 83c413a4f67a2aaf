"""Every setting, from the environment (VOICECART_*) or a file; read nowhere else.

Order: a command-line option, the environment, the file named by VOICECART_CONFIG (TOML; else voicecart.toml in the
user's configuration folder), the default.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

import platformdirs
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

EngineName = Literal["auto", "vosk", "whisper"]


class SettingsError(Exception):
    """A setting can't be used. str() names it and says what is wrong."""


class Settings(BaseSettings):
    """What can be set.

    database: SQLAlchemy URL; None means SQLite in the user's data folder.
    customer: None means the shop's first customer.
    whisper_model, vosk_model: a name of `voicecart models list`, or a folder; None means the installed one that fits.
    second_model: a larger Whisper that listens again where the first leaves a doubt: a name or folder, too; "auto" is
    whisper-base, where it is installed; "none" leaves that to the first.
    wake_word: what `listen` waits for; "none" means that it listens all the time.
    service: the address of the shop's service that `listen` talks to; None means that the shop is on this machine.
    keep_days: how long the sound of a turn stays that the shopper asked to keep; nothing else is ever recorded.
    payment_wait: seconds that a checkout waits for the payment provider before it answers "pending".
    stripe_key: the secret key of a Stripe account; None means the trial gateway, which moves no money.
    stripe_webhook_secret: what Stripe signs its messages to this shop with.
    payment_page: the payment provider's own page where customers keep their cards; "" where there is none.
    stripe_finish_page: where a shopper finishes a payment that the bank wants confirmed; `StripeAccount` says how.
    mail_host: the server that takes the shop's e-mail; None means that none is sent. mail_from: the shop's address.
    unsubscribe_url: the page behind the link in advertising, which gets `?token=...`; "" means the service's own.
    public_url: where browsers and Alexa reach the service, such as "https://shop.example"; no slash at the end.
    host, port, workers, worker_threads: where `voicecart serve` listens, and with how much.
    oauth_client_id, oauth_client_secret: what a smart speaker's platform shows to link accounts; None: no linking.
    oauth_redirect_uris: where it may be led back to, exactly; several are separated by spaces.
    oauth_pkce: whether it must use PKCE; "optional" is for a platform that can't.
    trusted_proxies: how many reverse proxies stand before the service; their X-Forwarded headers are believed.
    metrics_token: the bearer token that /metrics wants; None shows it to this machine only.
    log_utterances: whether the service's log may hold what shoppers said.
    alexa_skill_id: the Alexa skill whose requests are answered; without it every request to /alexa is refused.
    alexa_cert_cache: where Amazon's certificate chains are kept; None means a folder of the cache.
    alexa_trust_roots: for tests only: a PEM file of roots to trust instead of the public ones.
    alexa_client_id, alexa_client_secret: the skill's own, from the developer console; without them no proactive events
    are sent. alexa_events_url: of the region's live stage; alexa_login_url: where Amazon hands out tokens for them.
    alexa_api_endpoint: for tests only: an address that takes progressive responses beside Amazon's own.
    sms_url: the service that sends text messages. signing_secret: what messages to it and to webhooks are signed with.
    """

    model_config = SettingsConfigDict(env_prefix="VOICECART_", extra="forbid")

    database: str | None = None
    shop: str = "home"
    customer: str | None = None
    device: str = "this-machine"
    engine: EngineName = "auto"
    vosk_model: str | None = None
    whisper_model: str | None = None
    second_model: str = "auto"
    voice: Literal["auto", "natural", "espeak"] = "auto"
    threads: int = Field(default=2, ge=1, le=64)
    wake_word: str = "none"
    service: str | None = None
    keep_days: int = Field(default=30, ge=1, le=3650)
    payment_wait: float = Field(default=3.0, gt=0, le=8)
    stripe_key: SecretStr | None = None
    stripe_webhook_secret: SecretStr | None = None
    stripe_finish_page: str = ""
    payment_page: str = ""
    mail_host: str | None = None
    mail_port: int = Field(default=587, ge=1, le=65_535)
    mail_security: Literal["none", "starttls", "tls"] = "starttls"
    mail_user: str = ""
    mail_password: SecretStr = SecretStr("")
    mail_from: str = "shop@localhost"
    unsubscribe_url: str = ""
    sms_url: str | None = None
    signing_secret: SecretStr | None = None
    public_url: str = ""
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65_535)
    workers: int = Field(default=2, ge=1, le=64)
    worker_threads: int = Field(default=16, ge=1, le=256)
    oauth_client_id: str = ""
    oauth_client_secret: SecretStr | None = Field(default=None, min_length=24)
    oauth_redirect_uris: str = ""
    oauth_pkce: Literal["demanded", "optional"] = "demanded"
    trusted_proxies: int = Field(default=0, ge=0, le=8)
    metrics_token: SecretStr | None = None
    log_utterances: bool = False
    alexa_skill_id: str | None = None
    alexa_cert_cache: Path | None = None
    alexa_trust_roots: Path | None = None
    alexa_client_id: str | None = None
    alexa_client_secret: SecretStr = SecretStr("")
    alexa_events_url: str = "https://api.amazonalexa.com/v1/proactiveEvents"
    alexa_login_url: str = "https://api.amazon.com/auth/o2/token"
    alexa_api_endpoint: str | None = None
    data_folder: Path = Path(platformdirs.user_data_dir("voicecart"))
    cache_folder: Path = Path(platformdirs.user_cache_dir("voicecart"))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())

    @property
    def service_url(self) -> str:
        """Where the service is found; what a request says of it is not believed. No slash at the end."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104 - compared, not listened at
        return self.public_url.rstrip("/") or f"http://{host}:{self.port}"

    @property
    def unsubscribe_page(self) -> str:
        """The page behind the link in advertising; "" while nobody outside can reach the service."""
        own = f"{self.service_url}/unsubscribe" if self.public_url else ""
        return self.unsubscribe_url or own

    @property
    def database_url(self) -> str:
        """The database to open."""
        return self.database or f"sqlite:///{self.data_folder / 'voicecart.sqlite3'}"


def config_file() -> Path:
    """Where the settings file is looked for."""
    named = os.environ.get("VOICECART_CONFIG")
    return Path(named) if named else Path(platformdirs.user_config_dir("voicecart")) / "voicecart.toml"


def load_settings(**options: object) -> Settings:
    """The settings of this run; `options` are command-line options, None where not given.

    Raises SettingsError.
    """
    named = os.environ.get("VOICECART_CONFIG")
    if named and not Path(named).is_file():
        raise SettingsError(f"VOICECART_CONFIG names {named}, which is no file")
    try:
        return Settings(**{key: value for key, value in options.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
        raise SettingsError(f"a setting can't be used: {problems}") from error
    except ValueError as error:  # an unreadable TOML file
        raise SettingsError(f"{config_file()} can't be read: {error}") from error
