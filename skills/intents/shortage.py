"""When there is not enough of something: what is left, or what could stand in for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from commerce.catalogue.instead import Substitute
from commerce.errors import InsufficientStock
from skills.contract import Item
from skills.intents.answer import Ask, AskYesNo
from skills.intents.moment import Moment
from skills.intents.questions import meaning_with
from skills.languages.saying import GoodsName, Say, say

_LOOKED_AT = 3  # products of the same kind


@dataclass(frozen=True, slots=True)
class Shortage:
    """What to say about it. ask: makes the question about less or about something else, if there is one."""

    says: Say
    ask: Callable[[Sequence[Item]], Ask] | None = None


def what_is_left(moment: Moment, item: Item, shortage: InsufficientStock) -> Shortage:
    """Fewer units if some are left, else something like it that is in stock."""
    goods = GoodsName(moment.shelf.goods(shortage.sku))
    in_cart = shortage.wanted - item.quantity
    free = shortage.available - in_cart
    if free > 0:
        fewer = replace(item, quantity=free)
        return _offer(fewer, say("short.fewer", goods=moment.shelf.goods(shortage.sku, free)))
    if in_cart > 0 and shortage.available > 0:
        return Shortage(say("short.all_in_cart", goods=goods))
    named = moment.shop.catalogue.substitutes(shortage.sku, item.quantity)
    if named:
        return _substitute(moment, item, named[0])
    other = similar(moment, shortage.sku)
    if other is None:
        return Shortage(say("short.sold_out", goods=goods))
    instead = Item(other, moment.shelf.goods(other).name, item.quantity)
    price = moment.shop.catalogue.availability(other).price
    offered = GoodsName(moment.shelf.goods(other, branded=True))
    return _offer(instead, say("short.instead", goods=goods, other=offered, price=price))


def _substitute(moment: Moment, item: Item, found: Substitute) -> Shortage:
    """What the shop itself would take, and what it costs more or less: "take it?" """
    instead = Item(found.sku, moment.shelf.goods(found.sku).name, item.quantity)
    key = (
        "short.dearer" if found.difference.amount > 0 else "short.cheaper" if found.difference.amount else "short.same"
    )
    difference = found.difference if found.difference.amount >= 0 else -found.difference
    goods = GoodsName(moment.shelf.goods(item.sku or ""))
    other = GoodsName(moment.shelf.goods(found.sku, branded=True))
    return _offer(instead, say(key, goods=goods, other=other, difference=difference * item.quantity))


def _offer(item: Item, says: Say) -> Shortage:
    return Shortage(says, lambda rest: Ask(AskYesNo(meaning_with("AddToCart", "items", item, rest)), says))


def similar(moment: Moment, sku: str) -> str | None:
    """A variant in stock that could stand in: the product's own others first, then the likest of its kind."""
    product = moment.shelf.product_of(sku)
    if product is None:
        return None
    names = {word for name in product.names for word in name.lower().split()}
    others = [p for p in moment.shelf.products.values() if p.category == product.category and p.key != product.key]
    likest = sorted(
        others,
        key=lambda other: (
            -len(set(product.synonyms) & set(other.synonyms)),
            -len(names & {word for name in other.names for word in name.lower().split()}),
        ),
    )
    for candidate in (product, *likest[:_LOOKED_AT]):
        for variant in candidate.variants:
            if variant.sku != sku and moment.shop.catalogue.availability(variant.sku).in_stock:
                return variant.sku
    return None
