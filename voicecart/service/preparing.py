"""What the first turns would wait for: made before there are workers, so that all of them share it, and a new one too.

Before the fork only what lives in memory is made: a connection, a thread or a child program would not survive it, or
would be used by two processes. What needs one of them, each worker makes for itself while it answers already.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from threading import Thread

from flask import Flask

from commerce.catalogue.catalogue import Catalogue
from commerce.errors import StorageError, UnknownCustomer
from commerce.shop_info import ShopInfo, load_info
from skills.alexa.sentences import sentence
from skills.alexa.wording import words_for
from skills.contract import Heard, Hypothesis
from skills.dialogue import SessionKey
from skills.dialogue.surroundings import moments
from skills.intents.shelf import shelf_of
from skills.languages.replies import replies
from skills.understanding import Understanding
from skills.understanding.context import ShopWords
from voicecart.assembly import Assembly
from voicecart.service.app import create_app
from voicecart.settings import Settings

log = logging.getLogger(__name__)


def whole_service(settings: Settings) -> Callable[[Assembly], Flask]:
    """What makes the service in each worker. Raises StorageError, UnknownShop."""
    if settings.alexa_skill_id is None:
        return create_app
    gc.disable()  # nothing of what is made is thrown away
    understanding = prepared_understanding(settings)
    gc.freeze()  # nor looked through for garbage later, in the middle of a turn, for a tenth of a second at a time
    gc.enable()

    def make(assembly: Assembly) -> Flask:
        assembly.understanding = understanding
        app = create_app(assembly)
        Thread(target=_warm_up, args=(assembly,), daemon=True).start()
        return app

    return make


def prepared_understanding(settings: Settings) -> Understanding:
    """An understanding with the graphs of all that can be said in the shop; nothing is left open.

    Raises StorageError, UnknownShop.
    """
    assembly = Assembly(settings)
    info, words = _words(assembly)
    language = words_for(info.language).language
    sentence(language, info.kind, "Checkout", {})
    replies(language)
    assembly.understanding.prepare(moments(words, language))
    return assembly.understanding


def _words(assembly: Assembly) -> tuple[ShopInfo, ShopWords]:
    database = assembly.bare_database()
    try:
        with database.reading() as session:
            info = load_info(session, assembly.settings.shop)
        catalogue = Catalogue(database, info)
        return info, shelf_of(info.key, info.kind, catalogue.version(), catalogue.products()).words
    finally:
        database.close()


def _warm_up(assembly: Assembly) -> None:
    """Have the worker read the shelves, and compare what nobody says in one breath with all that can be said."""
    try:
        shop = assembly.shop()
        language = words_for(shop.info.language).language
        text = " ".join(sentence(language, shop.info.kind, intent, {}) for intent in ("Checkout", "AMAZON.HelpIntent"))
        heard = Heard("warm-up", language, (Hypothesis(text),), spoken=True)
        assembly.assistant().understands(heard, session=SessionKey(shop.customers.first().key))
    except (StorageError, UnknownCustomer) as error:
        log.warning("the first turns will take longer: %s", error)
    gc.freeze()
