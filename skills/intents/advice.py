"""AlsoBought, RunningLow, Reviews: advice from what was bought and said."""

from __future__ import annotations

from commerce.advice.opinions import Opinion
from commerce.advice.rhythm import Due
from skills.contract import Item, OptionValue, Understood
from skills.intents import questions
from skills.intents.answer import Answer, Ask, AskYesNo, Slots
from skills.intents.moment import Moment
from skills.intents.slots import items_in
from skills.languages.saying import AllOf, Goods, GoodsName, Say, say

TOLD = 3


def also_bought(moment: Moment, slots: Slots) -> Answer:
    """What people buy with a product; without one, with what was added last, or with all that is in the cart."""
    items = items_in(slots)
    keys = items[0].products if items else _at_hand(moment)
    if not keys:
        return Answer(says=(say("add.unsold", name=items[0].name) if items else say("together.of_what"),))
    found = moment.shop.together.with_any(keys, TOLD)
    if not found:
        return Answer(says=(say("together.none"),))
    name = GoodsName(Goods(items[0].name if items else moment.shelf.products[keys[0]].name))
    others = AllOf(tuple(GoodsName(Goods(also.name)) for also in found))
    return Answer(says=(say("together.told" if len(keys) == 1 or items else "together.cart", name=name, goods=others),))


def running_low(moment: Moment, _slots: Slots) -> Answer:
    """What the customer buys in a rhythm and should soon need again; offers to add it."""
    in_cart = {line.product_key for line in moment.cart().lines}
    due = [one for one in moment.shop.rhythm.due(moment.customer, in_cart) if one.sku in moment.shelf.variants]
    there = [one for one in due if moment.shop.catalogue.availability(one.sku).in_stock][:TOLD]
    if not there:
        return Answer(says=(say("low.nothing"),))
    items = tuple(_item(moment, one) for one in there)
    goods = AllOf(tuple(moment.shelf.goods(item.sku or "", item.quantity, item.options) for item in items))
    return Answer(ask=Ask(AskYesNo(Understood("AddToCart", {"items": items})), say("low.offer", goods=goods)))


def reviews(moment: Moment, slots: Slots) -> Answer:
    """What people say about a product: how many stars, and somebody's own words."""
    items = items_in(slots)
    if not items:
        return Answer(ask=questions.missing_items("Reviews", "product", "price.of_what"))
    known = [key for key in items[0].products if key in moment.shelf.products]
    if not known:
        return Answer(says=(say("add.unsold", name=items[0].name),))
    opinions = [moment.shop.opinions.about(key) for key in known]
    most = max(opinions, key=lambda opinion: opinion.count)
    name = GoodsName(Goods(moment.shelf.products[most.product_key].name))
    if most.average is None:
        return Answer(says=(say("reviews.none", goods=name),))
    average = most.average
    stars = int(average) if average.denominator == 1 else f"{float(average):.1f}"
    return Answer(says=(say("reviews.told", goods=name, count=most.count, stars=stars), *_quoted(most)))


def _at_hand(moment: Moment) -> tuple[str, ...]:
    """Keys of the product that "this" is about, or of all that is in the cart."""
    cart = moment.cart()
    line = cart.line(moment.last_change.line_id) if moment.last_change else None
    lines = [line] if line else cart.lines
    return tuple(dict.fromkeys(one.product_key for one in lines if one.product_key in moment.shelf.products))


def _item(moment: Moment, due: Due) -> Item:
    names = {
        (group.key, choice.key): choice.name
        for group in moment.shelf.products[due.product_key].option_groups
        for choice in group.choices
    }
    options = tuple(
        OptionValue(group, value, amount, " ".join(filter(None, [amount, names[group, value]])))
        for group, value, amount in ((one.group, one.value, one.amount) for one in due.options)
        if (group, value) in names
    )
    return Item(due.sku, due.name, due.quantity, options, (due.product_key,))


def _quoted(opinion: Opinion) -> tuple[Say, ...]:
    says = []
    if opinion.praise:
        says.append(say("reviews.one", words=opinion.praise))
    if opinion.complaint:
        says.append(say("reviews.another" if opinion.praise else "reviews.one", words=opinion.complaint))
    return tuple(says)
