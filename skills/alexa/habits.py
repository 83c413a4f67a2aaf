"""What a customer usually buys, told to Alexa so that it hears those names first."""

from __future__ import annotations

from collections.abc import Mapping

from ask_sdk_model.dialog import DynamicEntitiesDirective
from ask_sdk_model.er.dynamic import Entity, EntityListItem, EntityValueAndSynonyms, UpdateBehavior

from commerce.catalogue.products import Product
from commerce.shop import Shop
from skills.alexa.samples import PRODUCT
from skills.alexa.ssml import shown

MOST = 100  # values and synonyms together; Alexa takes no more
_LONGEST = 140


def usual_products(shop: Shop, products: Mapping[str, Product], customer: str) -> DynamicEntitiesDirective | None:
    """The products that this customer bought before, the most frequent first; None for a new customer.

    products: what the shop sells, by key.
    """
    entities: list[Entity] = []
    room = MOST
    for key in dict.fromkeys(usual.product_key for usual in shop.history.usual(customer, products.keys())):
        value, *others = [shown(name, _LONGEST) for name in products[key].names]
        synonyms: list[object] = list(others[: max(0, room - 1)])
        entities.append(Entity(id=key[:_LONGEST], name=EntityValueAndSynonyms(value=value, synonyms=synonyms)))
        room -= 1 + len(synonyms)
        if room <= 0:
            break
    if not entities:
        return None
    types = [EntityListItem(name=PRODUCT, values=entities)]
    return DynamicEntitiesDirective(update_behavior=UpdateBehavior.REPLACE, types=types)
