"""Correct: "no, I said three", "no, oat milk", "no, with soy milk" put the last change of the cart right."""

from __future__ import annotations

from dataclasses import replace

from commerce.cart import CartLine
from skills.contract import Item, OptionValue
from skills.intents.adding import add_to_cart
from skills.intents.answer import Answer, Change, Slots
from skills.intents.cart import set_line
from skills.intents.moment import Moment
from skills.intents.slots import items_in, number_in
from skills.languages.saying import say


def correct(moment: Moment, slots: Slots) -> Answer:
    """Change what was changed last: its quantity, its product or its options."""
    change = moment.last_change
    line = moment.cart().line(change.line_id) if change else None
    items = items_in(slots)
    quantity = number_in(slots, "quantity")
    if change is None or line is None:
        return add_to_cart(moment, slots) if items else Answer(says=(say("correct.nothing"),))
    if not items:
        if quantity is None:
            return Answer(says=(say("correct.what"),))
        return set_line(moment, line, _total(change, quantity))
    wanted = items[0] if quantity is None else replace(items[0], quantity=quantity)
    if _same_product(wanted, line) and not wanted.options:
        return set_line(moment, line, _total(change, wanted.quantity))
    return _replace(moment, change, line, wanted)


def _total(change: Change, quantity: int) -> int:
    """Two were added to one that was there: "no, three" makes it four."""
    added = change.after > change.before
    return change.before + quantity if added else quantity


def _same_product(item: Item, line: CartLine) -> bool:
    return item.sku == line.sku if item.sku else line.product_key in item.products


def _replace(moment: Moment, change: Change, line: CartLine, wanted: Item) -> Answer:
    """Take the wrong thing out, put the right one in; its quantity stays unless another one was said."""
    wrong = max(change.after - change.before, 1)
    item = replace(wanted, quantity=wanted.quantity if wanted.quantity > 1 else wrong)
    if _same_product(item, line):
        item = replace(item, sku=line.sku, options=_merged(change.item, wanted))
    moment.shop.carts.remove(moment.customer, line.id, min(wrong, line.quantity))
    answer = add_to_cart(moment, {"items": (item,)})
    removed = f"cart.removed {line.sku} x{min(wrong, line.quantity)}"
    if answer.ask is not None or not answer.done:
        return replace(answer, done=(removed, *answer.done))
    return replace(answer, says=(say("correct.instead"), *answer.says), done=(removed, *answer.done))


def _merged(before: Item, wanted: Item) -> tuple[OptionValue, ...]:
    """The options as they were, with every group that was named anew replaced."""
    named = {option.group for option in wanted.options}
    return (*(option for option in before.options if option.group not in named), *wanted.options)
