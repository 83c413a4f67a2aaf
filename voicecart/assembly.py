"""Where everything is wired together: settings in, a ready assistant out. Parts are opened when first needed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from commerce.clock import Clock, SystemClock
from commerce.importing import import_shop, sample_folders
from commerce.payments.port import PaymentGateway
from commerce.payments.trial_gateway import TrialGateway
from commerce.sessions import Sessions, StoredSession
from commerce.shop import Shop, shops
from commerce.storage.database import Database
from skills.dialogue import Assistant, SessionKey
from skills.understanding import Understanding
from skills.understanding.phonemes import Lexicon
from voice.recognition.engine import Recogniser
from voice.recognition.models import ModelStore
from voice.recognition.opening import open_recogniser
from voice.speech.synthesiser import Synthesiser
from voice.speech.voices import open_synthesiser
from voicecart.settings import Settings

if TYPE_CHECKING:
    from commerce.access import Access
    from commerce.notifications.postman import Postman
    from commerce.payments.stripe_events import StripeEvents
    from commerce.shop_info import ShopInfo
    from commerce.working.worker import Worker
    from skills.alexa.skill import Parts


class Assembly:
    """One run's parts.

    database: opened, brought up to date and, when it is fresh, stocked with the sample shops.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.stocked: tuple[str, ...] = ()
        self._shops: dict[str, Shop] = {}
        self._assistants: dict[str, Assistant[StoredSession]] = {}

    @cached_property
    def database(self) -> Database:
        """Raises StorageError."""
        database = self.bare_database()
        database.upgrade()
        if not shops(database):
            self.stocked = tuple(import_shop(database, folder, self.clock).key for folder in sample_folders())
        return database

    def bare_database(self) -> Database:
        """The database as it is found: no table is made. Raises StorageError."""
        if self.settings.database is None:
            self.settings.data_folder.mkdir(parents=True, exist_ok=True)
        return Database.open(self.settings.database_url)

    @cached_property
    def understanding(self) -> Understanding:
        """Shared by all shops of the run: graphs and indexes are kept in it."""
        cache = self.settings.cache_folder
        return Understanding(
            lexicon=Lexicon(cache / "lexicon.jsonl"), indexes=self.settings.data_folder / "indexes", cache=cache
        )

    @cached_property
    def gateway(self) -> PaymentGateway:
        """The payment provider: Stripe, or a trial one, whose record stands beside the data."""
        if self.settings.stripe_key is not None:
            from commerce.payments.stripe import StripeAccount, StripeGateway  # with all of an HTTP client

            key, page = self.settings.stripe_key.get_secret_value(), self.settings.stripe_finish_page
            return StripeGateway(StripeAccount(key, page), self.database)
        if self.settings.database is None:
            return TrialGateway(record=self.settings.data_folder / "trial-payments.sqlite3")
        return TrialGateway()

    def shop(self, key: str | None = None) -> Shop:
        """A shop by its key; None means the settings' shop. Raises UnknownShop."""
        key = key or self.settings.shop
        if key not in self._shops:
            self._shops[key] = Shop.open(self.database, key, self.clock, self.gateway)
        return self._shops[key]

    def postman(self, key: str | None = None) -> Postman:
        """Sends what a shop's customers are to be told; somebody must let it work. Raises UnknownShop."""
        from voicecart.carriers import open_postman  # half of what mail needs is slow to load, and few runs send any

        return open_postman(self.settings, self.database, self.shop(key).info, self.clock)

    def stripe_events(self) -> StripeEvents | None:
        """Takes Stripe's messages to the settings' shop; None where Stripe is not set up to send any."""
        from commerce.payments.stripe import StripeGateway
        from commerce.payments.stripe_events import StripeEvents

        secret = self.settings.stripe_webhook_secret
        if secret is None or not isinstance(self.gateway, StripeGateway):
            return None
        return StripeEvents(self.gateway, self.shop().payments, self.clock, secret.get_secret_value())

    def access(self, key: str | None = None) -> Access:
        """Lets a shop's customers, their speakers and devices in. Raises UnknownShop."""
        from commerce.access import Access  # passwords and tokens: nothing a command line needs

        return Access.open(self.database, self.shop(key).info, self.clock)

    def worker(self) -> Worker:
        """Does for all shops what no request waits for; somebody must let it run. Raises StorageError."""
        from commerce.working.beats import Beats
        from commerce.working.worker import Worker, chores
        from voicecart.carriers import open_postman

        def open_shop(shop: ShopInfo) -> Shop:
            return Shop.open(self.database, shop.key, self.clock, self.gateway)

        def postman_of(shop: ShopInfo) -> Postman:
            return open_postman(self.settings, self.database, shop, self.clock)

        return Worker(self.database, self.clock, chores(open_shop, postman_of), Beats(self.database, self.clock))

    def assistant(self, key: str | None = None) -> Assistant[StoredSession]:
        """The assistant of a shop. Raises UnknownShop."""
        key = key or self.settings.shop
        if key not in self._assistants:
            sessions = Sessions(self.database, key, self.clock)
            self._assistants[key] = Assistant(self.shop(key), self.understanding, sessions, self.clock)
        return self._assistants[key]

    def skill_parts(self) -> Parts:
        """What the settings' shop is to an Alexa skill. Raises UnknownShop."""
        from skills.alexa.answers import Answers  # with all of Amazon's types
        from skills.alexa.guests import Guests
        from skills.alexa.skill import Parts

        shop = self.shop()
        guests = Guests(shop, self.understanding, self.clock)
        return Parts(shop, self.assistant(), self.access(), guests, Answers(shop, self.clock))

    @cached_property
    def models(self) -> ModelStore:
        """Where speech models are found."""
        return ModelStore(self.settings.cache_folder)

    def recogniser(self, language: str) -> Recogniser:
        """A new recogniser for a language; whoever asks closes it. Raises RecognitionError."""
        settings = self.settings
        return open_recogniser(
            settings.engine,
            language,
            vosk_model=settings.vosk_model,
            whisper_model=settings.whisper_model,
            second_model=None if settings.second_model == "none" else settings.second_model,
            threads=settings.threads,
            store=self.models,
        )

    def synthesiser(self, language: str) -> Synthesiser:
        """A new voice for a language; whoever asks closes it. Raises SpeechError."""
        return open_synthesiser(self.settings.voice, language, self.settings.cache_folder)

    def customer(self, shop: Shop) -> str:
        """The settings' customer, else the shop's first. Raises UnknownCustomer."""
        if self.settings.customer is not None:
            return shop.customers.get(self.settings.customer).key
        return shop.customers.first().key

    def session(self, shop: Shop, device: str | None = None) -> SessionKey:
        """Whose conversation this run continues."""
        return SessionKey(self.customer(shop), device or self.settings.device)

    def heard_session(self, shop: Shop) -> SessionKey:
        """The same at this machine's microphone: a speaker of its own, whose buying is switched on and off."""
        customer = self.customer(shop)
        return self.session(shop, self.access(shop.info.key).own_machines.speaker(customer, self.settings.device))
