"""ProductPrice, ProductAvailability: questions about one product. They change nothing."""

from __future__ import annotations

from skills.contract import Item
from skills.intents import questions
from skills.intents.answer import Answer, Slots
from skills.intents.choosing import Chosen, PerhapsUsual, Several, Unsold, select
from skills.intents.moment import Moment
from skills.intents.shortage import similar
from skills.intents.slots import items_in
from skills.languages.saying import AllOf, GoodsName, say

TOLD = 3


def product_price(moment: Moment, slots: Slots) -> Answer:
    """What a product costs; of several, up to three are told."""
    items = items_in(slots)
    if not items:
        return Answer(ask=questions.missing_items("ProductPrice", "product", "price.of_what"))
    skus = _meant(moment, items[0])
    if not skus:
        return Answer(says=(say("add.unsold", name=items[0].name),))
    prices = [
        say("price.of", goods=moment.shelf.goods(sku), price=moment.shop.catalogue.availability(sku).price)
        for sku in skus
    ]
    return Answer(says=(say("price.told", prices=AllOf(tuple(prices))),))


def product_availability(moment: Moment, slots: Slots) -> Answer:
    """Whether a product can be had, and what else when it can't."""
    items = items_in(slots)
    if not items:
        return Answer(ask=questions.missing_items("ProductAvailability", "product", "available.what"))
    skus = _meant(moment, items[0])
    if not skus:
        return Answer(says=(say("add.unsold", name=items[0].name),))
    there = [sku for sku in skus if moment.shop.catalogue.availability(sku).in_stock]
    if there:
        goods = AllOf(tuple(GoodsName(moment.shelf.goods(sku)) for sku in there))
        return Answer(says=(say("available.yes", goods=goods),))
    other = similar(moment, skus[0])
    gone = GoodsName(moment.shelf.goods(skus[0]))
    if other is None:
        return Answer(says=(say("short.sold_out", goods=gone),))
    return Answer(says=(say("available.other", goods=gone, other=GoodsName(moment.shelf.goods(other))),))


def _meant(moment: Moment, item: Item) -> list[str]:
    """Up to three SKUs that the words mean; the customer's usual one alone, if there is one."""
    match select(moment, item):
        case Chosen(chosen):
            return [chosen.sku or ""]
        case PerhapsUsual(_, sku):
            return [sku]
        case Several(_, ways):
            return [way.sku or moment.shelf.products[way.products[0]].variants[0].sku for way in ways[:TOLD]]
        case Unsold():
            return []
