"""AddToWishList, ReadWishList, MoveToCart, RemoveFromWishList: what the customer would like to have one day."""

from __future__ import annotations

from commerce.advice.wishes import Wish
from skills.contract import Item
from skills.intents import questions
from skills.intents.adding import add_to_cart
from skills.intents.answer import Answer, Slots
from skills.intents.choosing import Chosen, PerhapsUsual, Several, Unsold, select
from skills.intents.moment import Moment
from skills.intents.slots import items_in, text_in
from skills.languages.saying import AllOf, GoodsName, say

READ_OUT = 6


def add_to_wish_list(moment: Moment, slots: Slots) -> Answer:
    """Put a product on the list; which one is asked where several could be meant."""
    items = items_in(slots)
    if not items:
        return Answer(ask=questions.missing_items("AddToWishList", "product", "wish.what"))
    refused = text_in(slots, "refused")
    match select(moment, items[0], refused.split(",") if refused else ()):
        case Chosen(item):
            return _wished(moment, item.sku or "")
        case PerhapsUsual(_, sku):
            return _wished(moment, sku)
        case Several() as several:
            return Answer(ask=questions.which(moment, "AddToWishList", "product", several, (), refused))
        case Unsold(item):
            return Answer(says=(say("add.unsold", name=item.name),))


def read_wish_list(moment: Moment, _slots: Slots) -> Answer:
    """What is on the list, and what of it can't be had at the moment."""
    found = _wishes(moment)
    if not found:
        return Answer(says=(say("wish.empty"),))
    told = [say("wish.told", goods=_names(moment, found[:READ_OUT]))]
    if len(found) > READ_OUT:
        told.append(say("wish.more", count=len(found) - READ_OUT))
    out = [wish for wish in found[:READ_OUT] if not wish.in_stock]
    if out:
        told.append(say("wish.out", goods=_names(moment, out)))
    return Answer(says=tuple(told))


def move_to_cart(moment: Moment, slots: Slots) -> Answer:
    """From the list into the cart; it stays on the list when it can't be added."""
    items = items_in(slots)
    if not items:
        return Answer(ask=questions.missing_items("MoveToCart", "product", "wish.what"))
    wish = _meant(moment, items[0])
    if wish is None:
        return Answer(says=(say("wish.not_there", name=items[0].name),))
    answer = add_to_cart(moment, {"items": (Item(wish.sku, wish.name, products=(wish.product_key,)),)})
    if answer.done:
        moment.shop.wishes.remove(moment.customer, wish.sku)
    return answer


def remove_from_wish_list(moment: Moment, slots: Slots) -> Answer:
    """Take a product off the list."""
    items = items_in(slots)
    if not items:
        return Answer(ask=questions.missing_items("RemoveFromWishList", "product", "wish.what"))
    wish = _meant(moment, items[0])
    if wish is None:
        return Answer(says=(say("wish.not_there", name=items[0].name),))
    moment.shop.wishes.remove(moment.customer, wish.sku)
    goods = GoodsName(moment.shelf.goods(wish.sku))
    return Answer(says=(say("wish.removed", goods=goods),), done=(f"wish.removed {wish.sku}",))


def _wished(moment: Moment, sku: str) -> Answer:
    goods = GoodsName(moment.shelf.goods(sku))
    if moment.shop.wishes.add(moment.customer, sku):
        return Answer(says=(say("wish.added", goods=goods),), done=(f"wish.added {sku}",))
    return Answer(says=(say("wish.there", goods=goods),))


def _wishes(moment: Moment) -> tuple[Wish, ...]:
    return tuple(wish for wish in moment.shop.wishes.list(moment.customer) if wish.sku in moment.shelf.variants)


def _meant(moment: Moment, item: Item) -> Wish | None:
    """The oldest wish that the words fit."""
    found = _wishes(moment)
    fitting = (w for w in found if (w.sku == item.sku if item.sku else w.product_key in item.products))
    return next(fitting, None)


def _names(moment: Moment, wishes: tuple[Wish, ...] | list[Wish]) -> AllOf:
    return AllOf(tuple(GoodsName(moment.shelf.goods(wish.sku)) for wish in wishes))
