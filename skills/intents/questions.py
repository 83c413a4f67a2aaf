"""Questions about goods, each with the meanings of its answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from skills.contract import Choice, Item, OptionValue, SlotValue, Understood
from skills.intents.answer import Ask, AskChoice, AskSlot
from skills.intents.choosing import OFFERED, Several, several, variants_of
from skills.intents.moment import Moment
from skills.languages.saying import AnyOf, Goods, GoodsName, Kind, say

ITEM_SLOTS = ("items", "product")


def meaning_with(intent: str, slot: str, item: Item, rest: Sequence[Item] = (), **slots: SlotValue) -> Understood:
    """The intent, about this item and the rest."""
    return Understood(intent, {slot: (item, *rest), **slots})


def which(moment: Moment, intent: str, slot: str, found: Several, rest: Sequence[Item], refused: str) -> Ask:
    """ "Whole milk, skim milk or oat milk?" Each can be called by any of its names."""
    named = [(_names(moment, way, found), meaning_with(intent, slot, way, rest)) for way in found.ways]
    turned_down = ",".join([*([refused] if refused else []), *(way.sku or way.products[0] for way in found.ways)])
    no = meaning_with(intent, slot, found.item, rest, refused=turned_down) if found.more else None
    one_product = len({way.products for way in found.ways}) == 1
    key = "which.more" if found.more else "which.kind" if one_product else "which.of"
    names = AnyOf(tuple(Kind(names[0]) if one_product else names[0] for names, _ in named))
    return Ask(
        AskChoice(by_every_name(named), no=no, about=meaning_with(intent, slot, found.item, rest)),
        say(key, name=GoodsName(Goods(found.item.name)), choices=names),
    )


def by_every_name(named: Sequence[tuple[Sequence[str], Understood]]) -> tuple[Choice, ...]:
    """Choices under their first names, in order, so that "the second one" fits; then again under their other names."""
    first = [Choice(names[0], meaning) for names, meaning in named]
    others = [Choice(name, meaning) for names, meaning in named for name in names[1:]]
    return (*first, *others)


def usual(moment: Moment, intent: str, slot: str, item: Item, sku: str, rest: Sequence[Item]) -> Ask:
    """ "Your usual, Silverbrook whole milk?" Yes, no, or the name of another one."""
    yes = meaning_with(intent, slot, replace(item, sku=sku), rest)
    no = meaning_with(intent, slot, item, rest, refused=sku)
    goods = GoodsName(moment.shelf.goods(sku, item.quantity, item.options, branded=True))
    others = several(moment, item, [variant for variant in variants_of(moment, item) if variant != sku], most=None)
    named = [(_names(moment, way, others), meaning_with(intent, slot, way, rest)) for way in others.ways]
    return Ask(
        AskChoice(by_every_name(named), yes=yes, no=no, about=meaning_with(intent, slot, item, rest)),
        say("usual.offer", goods=goods),
    )


def option(moment: Moment, intent: str, slot: str, item: Item, group_key: str, rest: Sequence[Item]) -> Ask:
    """ "What size: small, medium or large?" Every choice of the group can be named, three are read out."""
    product = moment.shelf.product_of(item.sku or "")
    groups = product.option_groups if product else ()
    group = next(group for group in groups if group.key == group_key)
    named = [
        (choice.names, meaning_with(intent, slot, _with(item, group_key, choice.key, choice.name), rest))
        for choice in group.choices
    ]
    names = AnyOf(tuple(choice.name for choice in group.choices[:OFFERED]))
    key = "option.which" if len(named) <= OFFERED else "option.which_more"
    goods = GoodsName(moment.shelf.goods(item.sku or "", options=item.options))
    about = meaning_with(intent, slot, item, rest)
    return Ask(
        AskChoice(by_every_name(named), about=about), say(key, option=group.name.lower(), goods=goods, choices=names)
    )


def missing_items(intent: str, slot: str, key: str) -> Ask:
    """ "What shall I add?" """
    return Ask(AskSlot(slot, Understood(intent, {})), say(key))


def _names(moment: Moment, way: Item, found: Several) -> Sequence[str]:
    """What tells one way from the others: the variant when they are of one product, else the product."""
    products = {other.products for other in found.ways}
    if len(products) == 1 and way.sku is not None:
        variant = moment.shelf.variants[way.sku]
        return (moment.shelf.kind(way.sku), *variant.spoken)
    return [name.lower() for name in moment.shelf.products[way.products[0]].names]


def _with(item: Item, group: str, value: str, spoken: str) -> Item:
    return replace(item, options=(*item.options, OptionValue(group, value, None, spoken)))
