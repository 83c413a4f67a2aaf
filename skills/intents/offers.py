"""Offers, UseCoupon, Points, UsePoints: how to pay less."""

from __future__ import annotations

from collections.abc import Sequence

from commerce.cart import Cart
from commerce.errors import CouponRefused, NoPoints
from commerce.money import Money
from commerce.promotions.rules import POINTS, Discount, Promotion
from skills.intents.answer import Answer, Slots
from skills.intents.moment import Moment
from skills.intents.slots import text_in
from skills.languages.saying import AllOf, Say, say

TOLD = 3
_REFUSED = {
    "unknown": "coupon.unknown",
    "early": "coupon.early",
    "over": "coupon.over",
    "used_up": "coupon.used_up",
    "used": "coupon.used_before",
}


def offers(moment: Moment, _slots: Slots) -> Answer:
    """What is on offer today, in the shop's order."""
    found = moment.shop.promotions.offers(moment.customer)
    if not found:
        return Answer(says=(say("offers.none"),))
    told = AllOf(tuple(offer.name for offer in found[:TOLD]))
    more = (say("offers.more", count=len(found) - TOLD),) if len(found) > TOLD else ()
    return Answer(says=(say("offers.told", offers=told), *more))


def use_coupon(moment: Moment, slots: Slots) -> Answer:
    """Put a coupon into the cart, and say what it takes off or from when on."""
    wanted = text_in(slots, "coupon")
    coupon = next((one for one in moment.shop.promotions.coupons() if one.key == wanted), None)
    if coupon is None or coupon.code is None:
        return Answer(says=(say("coupon.unknown"),))
    try:
        cart = moment.shop.promotions.use_coupon(moment.customer, coupon.code)
    except CouponRefused as refused:
        return Answer(says=(say(_REFUSED[refused.why]),))
    return Answer(says=(_worth(cart, coupon, moment.shop.info.currency),), done=(f"coupon.used {coupon.key}",))


def points(moment: Moment, _slots: Slots) -> Answer:
    """How many points there are, and what they would take off."""
    try:
        found = moment.shop.promotions.points(moment.customer)
    except NoPoints:
        return Answer(says=(say("points.none"),))
    key = "points.told" if found.balance else "points.zero"
    return Answer(says=(say(key, name=found.name, count=found.balance, worth=found.worth),))


def use_points(moment: Moment, _slots: Slots) -> Answer:
    """Pay for the cart with points, as far as they go."""
    if not moment.cart().lines:
        return Answer(says=(say("cart.empty"),))
    try:
        cart = moment.shop.promotions.use_points(moment.customer)
    except NoPoints:
        return Answer(says=(say("points.none"),))
    taken = _taken_by(cart, POINTS)
    if taken is None:
        return Answer(says=(say("points.too_few"),))
    says = say("points.used", name=taken.name, count=taken.points, amount=taken.amount)
    return Answer(says=(says,), done=(f"points.used {taken.points}",))


def what_comes_off(discounts: Sequence[Discount]) -> AllOf:
    """ "Three for two on yogurt takes off two dollars and Harvest points take off one dollar." """
    return AllOf(
        tuple(
            say("discount.points" if one.points else "discount.of", name=one.name, amount=one.amount)
            for one in discounts
        )
    )


def _worth(cart: Cart, coupon: Promotion, currency: str) -> Say:
    taken = _taken_by(cart, coupon.key)
    if taken is not None:
        return say("coupon.used", name=coupon.name, amount=taken.amount)
    if cart.subtotal.amount < coupon.minimum:
        return say("coupon.waits", name=coupon.name, minimum=Money(coupon.minimum, currency))
    return say("coupon.kept", name=coupon.name)


def _taken_by(cart: Cart, key: str) -> Discount | None:
    return next((discount for discount in cart.discounts if discount.key == key), None)
