"""Questions about goods, each with the meanings of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skills.contract import Choice, Item, OptionValue, SlotValue, Understood
from skills.intents.answer import Ask, AskChoice, AskSlot, AskYesNo
from skills.intents.choosing import OFFERED, Several
from skills.intents.moment import Moment
from skills.languages.saying import AnyOf, GoodsName, say

ITEM_SLOTS = ("items", "product")


def meaning_with(intent: str, slot: str, item: Item, rest: Sequence[Item] = (), **slots: SlotValue) -> Understood:
    """The intent, about this item and the rest."""
    return Understood(intent, {slot: (item, *rest), **slots})


def which(moment: Moment, intent: str, slot: str, several: Several, rest: Sequence[Item], refused: str) -> Ask:
    """ "Whole milk, skim milk or oat milk?" """
    choices = tuple(
        Choice(_told_apart(moment, way, several), meaning_with(intent, slot, way, rest)) for way in several.ways
    )
    turned_down = ",".join([*([refused] if refused else []), *(way.sku or way.products[0] for way in several.ways)])
    no = meaning_with(intent, slot, several.item, rest, refused=turned_down) if several.more else None
    key = "which.more" if several.more else "which.of"
    names = AnyOf(tuple(choice.spoken for choice in choices))
    return Ask(AskChoice(choices, no), say(key, name=several.item.name, choices=names))


def usual(moment: Moment, intent: str, slot: str, item: Item, sku: str, rest: Sequence[Item]) -> Ask:
    """ "Your usual, Silverbrook whole milk?" """
    yes = meaning_with(intent, slot, replace(item, sku=sku), rest)
    no = meaning_with(intent, slot, item, rest, refused=sku)
    goods = moment.shelf.goods(sku, item.quantity, item.options, branded=True)
    return Ask(AskYesNo(yes, no), say("usual.offer", goods=GoodsName(goods)))


def option(moment: Moment, intent: str, slot: str, item: Item, group_key: str, rest: Sequence[Item]) -> Ask:
    """ "What size: small, medium or large?" Every choice of the group can be named, three are read out."""
    product = moment.shelf.product_of(item.sku or "")
    groups = product.option_groups if product else ()
    group = next(group for group in groups if group.key == group_key)
    choices = tuple(
        Choice(choice.name, meaning_with(intent, slot, _with(item, group_key, choice.key, choice.name), rest))
        for choice in group.choices
    )
    names = AnyOf(tuple(choice.spoken for choice in choices[:OFFERED]))
    key = "option.which" if len(choices) <= OFFERED else "option.which_more"
    goods = GoodsName(moment.shelf.goods(item.sku or "", options=item.options))
    return Ask(AskChoice(choices), say(key, option=group.name.lower(), goods=goods, choices=names))


def missing_items(intent: str, slot: str, key: str) -> Ask:
    """ "What shall I add?" """
    return Ask(AskSlot(slot, Understood(intent, {})), say(key))


def _told_apart(moment: Moment, way: Item, several: Several) -> str:
    """What tells one way from the others: the variant when they are of one product, else the product."""
    products = {other.products for other in several.ways}
    if len(products) == 1 and way.sku is not None:
        return moment.shelf.kind(way.sku)
    return moment.shelf.products[way.products[0]].name.lower()


def _with(item: Item, group: str, value: str, spoken: str) -> Item:
    return replace(item, options=(*item.options, OptionValue(group, value, None, spoken)))
