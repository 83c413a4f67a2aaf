"""AddToCart: what fits goes in at once, what is doubtful is asked for, one question at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from commerce.cart import Addition, Cart, CartLine, ChosenOption, LineOption
from commerce.errors import InsufficientStock, OptionRequired
from skills.contract import Item
from skills.intents import questions
from skills.intents.answer import Answer, Ask, Change, Slots
from skills.intents.choosing import Chosen, PerhapsUsual, Several, Unsold, select
from skills.intents.moment import Moment
from skills.intents.shortage import what_is_left
from skills.intents.slots import items_in, text_in
from skills.languages.saying import AllOf, Say, say

INTENT = "AddToCart"
_Asking: TypeAlias = Callable[[Sequence[Item]], Ask]


@dataclass(slots=True)
class _Basket:
    """What becomes of the items of one sentence.

    doubtful: items with the question that each raises; a question takes the other doubtful items along.
    """

    fitting: list[Chosen] = field(default_factory=list)
    doubtful: list[tuple[Item, _Asking]] = field(default_factory=list)
    told: list[Say] = field(default_factory=list)


def add_to_cart(moment: Moment, slots: Slots) -> Answer:
    """Add items. What can't be added or is not clear is said or asked for after what was."""
    items = items_in(slots)
    if not items:
        return Answer(ask=questions.missing_items(INTENT, "items", "add.what"))
    basket = _sorted_out(moment, items, text_in(slots, "refused"))
    cart = _put_in(moment, basket)
    added = [(chosen, line_of(cart, chosen.item)) for chosen in basket.fitting]
    return Answer(
        says=(*_told(moment, added), *basket.told),
        ask=_first_question(basket.doubtful),
        done=tuple(f"cart.added {chosen.item.sku} x{chosen.item.quantity}" for chosen in basket.fitting),
        change=change_of(added[-1][0].item, added[-1][1]) if added else None,
    )


def addition(item: Item) -> Addition:
    """An item with its SKU as commerce takes it."""
    chosen = tuple(ChosenOption(option.group, option.value, option.amount) for option in item.options)
    return Addition(item.sku or "", item.quantity, chosen)


def line_of(cart: Cart, item: Item) -> CartLine:
    """The cart line that holds an item: the one with the fewest options that nobody asked for."""
    wanted = {(option.group, option.value, option.amount) for option in addition(item).options}
    fitting = [
        line
        for line in cart.lines
        if line.sku == item.sku and wanted <= {(option.group, option.value, option.amount) for option in line.options}
    ]
    return min(fitting, key=lambda line: sum(not option.default for option in line.options))


def change_of(item: Item, line: CartLine) -> Change:
    """The change that put an item into a line."""
    return Change(line.id, item, line.quantity - item.quantity, line.quantity)


def _sorted_out(moment: Moment, items: Sequence[Item], refused: str) -> _Basket:
    basket = _Basket()
    for position, item in enumerate(items):
        # Only the first item was asked about, so only its alternatives were turned down.
        turned_down = refused if position == 0 else ""
        match select(moment, item, turned_down.split(",") if turned_down else ()):
            case Chosen() as chosen:
                basket.fitting.append(chosen)
            case Unsold(unsold):
                basket.told.append(say("add.unsold" if not turned_down else "which.no_more", name=unsold.name))
            case PerhapsUsual(_, sku):
                basket.doubtful.append((item, _asking_usual(moment, item, sku)))
            case Several() as several:
                basket.doubtful.append((item, _asking_which(moment, several, turned_down)))
    return basket


def _put_in(moment: Moment, basket: _Basket) -> Cart:
    """Add everything that fits as one change; what the shop refuses is taken out and the rest tried again."""
    while basket.fitting:
        try:
            return moment.shop.carts.add_all(moment.customer, [addition(chosen.item) for chosen in basket.fitting])
        except InsufficientStock as shortage:
            item = _taken_out(basket, shortage.sku)
            told = what_is_left(moment, item, shortage)
            if told.ask is None:
                basket.told.append(told.says)
            else:
                basket.doubtful.append((item, told.ask))
        except OptionRequired as missing:
            item = _taken_out(basket, missing.sku)
            basket.doubtful.append((item, _asking_option(moment, item, missing.group)))
    return moment.cart()


def _taken_out(basket: _Basket, sku: str) -> Item:
    last = next(chosen for chosen in reversed(basket.fitting) if chosen.item.sku == sku)
    basket.fitting.remove(last)
    return last.item


def _told(moment: Moment, added: Sequence[tuple[Chosen, CartLine]]) -> list[Say]:
    """What was added; what was taken out of habit is named as that, one configured item with its price."""
    usual = [chosen.item for chosen, _ in added if chosen.usual]
    plain = [
        moment.shelf.goods(line.sku, chosen.item.quantity, _worth_telling(line, chosen.item))
        for chosen, line in added
        if not chosen.usual
    ]
    told: list[Say] = []
    if usual:
        goods = [moment.shelf.goods(item.sku or "", item.quantity, item.options, branded=True) for item in usual]
        told.append(say("add.usual", goods=AllOf(tuple(goods))))
    if len(added) == 1 and plain and added[0][0].item.options:
        chosen, line = added[0]
        told.append(say("add.configured", goods=plain[0], price=line.unit_price * chosen.item.quantity))
    elif plain:
        told.append(say("add.done", goods=AllOf(tuple(plain))))
    return told


def _worth_telling(line: CartLine, item: Item) -> list[LineOption]:
    """The options worth reading back: all but defaults that nobody named."""
    said = {(option.group, option.value) for option in item.options}
    return [option for option in line.options if not option.default or (option.group, option.value) in said]


def _first_question(doubtful: Sequence[tuple[Item, _Asking]]) -> Ask | None:
    if not doubtful:
        return None
    (_, asking), *others = doubtful
    return asking([item for item, _ in others])


def _asking_usual(moment: Moment, item: Item, sku: str) -> _Asking:
    return lambda rest: questions.usual(moment, INTENT, "items", item, sku, rest)


def _asking_which(moment: Moment, several: Several, refused: str) -> _Asking:
    return lambda rest: questions.which(moment, INTENT, "items", several, rest, refused)


def _asking_option(moment: Moment, item: Item, group: str) -> _Asking:
    return lambda rest: questions.option(moment, INTENT, "items", item, group, rest)
