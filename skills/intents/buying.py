"""Checkout, Confirm, Deny, GiveCode: from the cart to an order. Only a yes to the quote just read out buys."""

from __future__ import annotations

from commerce.checkout import Purchase
from commerce.errors import (
    CodeLocked,
    CodeRequired,
    DigestMismatch,
    InsufficientStock,
    NothingToBuy,
    PointsGone,
    PromotionGone,
    QuoteNotLive,
    WrongCode,
)
from commerce.order_items import Order, OrderKind
from commerce.payments.states import PaymentOutcome
from skills.contract import Understood
from skills.intents.answer import Answer, Ask, AskCode, AskQuote, Slots
from skills.intents.moment import Moment
from skills.intents.offers import what_comes_off
from skills.intents.slots import text_in
from skills.languages.saying import AllOf, GoodsName, OrderNumber, Say, Value, say

_BOUGHT = (PaymentOutcome.PAID, PaymentOutcome.ON_DELIVERY)
READ_OUT = 8  # lines; a longer order is summed up


def checkout(moment: Moment, _slots: Slots) -> Answer:
    """Read the quote out: seller, items, delivery, total with tax."""
    try:
        quote = moment.shop.checkout.quote(moment.customer, device=moment.device)
    except NothingToBuy:
        return Answer(says=(say("cart.empty"),))
    except InsufficientStock as shortage:
        if shortage.available:
            left = moment.shelf.goods(shortage.sku, shortage.available)
            return Answer(says=(say("checkout.too_few", goods=left),))
        return Answer(says=(say("checkout.sold_out", goods=GoodsName(moment.shelf.goods(shortage.sku))),))
    goods = AllOf(tuple(moment.goods_of(line) for line in quote.lines[:READ_OUT]))
    if len(quote.lines) > READ_OUT:
        items = say("checkout.items_long", goods=goods, count=len(quote.lines) - READ_OUT)
    else:
        items = say("checkout.items", goods=goods)
    if quote.discounts:
        items = say("checkout.items_less", items=items, discounts=what_comes_off(quote.discounts))
    says = say(
        "checkout.quote" if quote.delivery.amount else "checkout.quote_free",
        seller=quote.seller,
        items=items,
        delivery=quote.delivery,
        total=quote.total,
    )
    question = AskQuote(quote.id, quote.digest, Understood("Checkout", {}))
    return Answer(ask=Ask(question, says, say("checkout.quote_again", total=quote.total)))


def confirm(moment: Moment, _slots: Slots) -> Answer:
    """Yes. To a quote: buy it. To anything else that is open, the conversation has answered already."""
    if isinstance(moment.question, AskQuote):
        return _buy(moment, moment.question, None)
    return Answer(says=(say("nothing_to_confirm"),))


def deny(moment: Moment, _slots: Slots) -> Answer:
    """No. To a quote: nothing is bought and the cart is kept."""
    if isinstance(moment.question, AskQuote | AskCode):
        return Answer(says=(not_bought(moment.question),))
    return Answer(says=(say("alright"),))


def not_bought(question: AskQuote | AskCode) -> Say:
    """What a no to a quote comes to."""
    return say("pay.not_paid" if question.meaning.intent == "PayBill" else "checkout.not_bought")


def give_code(moment: Moment, slots: Slots) -> Answer:
    """The voice code for the quote that was confirmed."""
    if not isinstance(moment.question, AskCode):
        return Answer(says=(say("nothing_to_confirm"),))
    return _buy(moment, moment.question, text_in(slots, "code"))


def _buy(moment: Moment, question: AskQuote | AskCode, code: str | None) -> Answer:
    """The quote's id is the idempotency key: whatever is repeated, one quote makes one order."""
    try:
        purchase = moment.shop.checkout.confirm(
            moment.customer,
            question.quote_id,
            question.digest,
            idempotency_key=question.quote_id,
            code=code,
            device=moment.device,
        )
    except CodeRequired:
        asked = AskCode(question.quote_id, question.digest, question.meaning)
        return Answer(ask=Ask(asked, say("code.ask")))
    except WrongCode as wrong:
        asked = AskCode(question.quote_id, question.digest, question.meaning)
        return Answer(ask=Ask(asked, say("code.wrong", count=wrong.tries_left), say("code.ask")))
    except CodeLocked:
        return Answer(says=(say("code.locked"),), closes=True, done=("code.locked",))
    except (QuoteNotLive, DigestMismatch):
        return Answer(says=(say("checkout.anew"),), then=question.meaning)
    except (PromotionGone, PointsGone):
        return Answer(says=(say("checkout.offer_gone"),), then=question.meaning)
    except InsufficientStock as shortage:
        goods = GoodsName(moment.shelf.goods(shortage.sku))
        return Answer(says=(say("checkout.gone", goods=goods),), closes=True)
    return _bought(moment, purchase)


def _bought(moment: Moment, purchase: Purchase) -> Answer:
    """What became of the payment; a pending one is neither a success nor a failure."""
    order = purchase.order
    outcome = purchase.payment.value
    if order.kind is OrderKind.BILL:
        says = say(f"bill.{outcome}", payee=order.payee, total=order.total)
        return Answer(says=(says,), done=(f"bill.{outcome} {order.payee} {order.total.amount}",), closes=True)
    values: dict[str, Value] = {"number": OrderNumber(order.number), "total": order.total}
    says = say(f"purchase.{outcome}", **values)
    told = (says, *_arrival(moment, order)) if outcome in _BOUGHT else (says,)
    return Answer(says=told, done=(f"order.placed {order.number} {outcome}",), closes=True)


def _arrival(moment: Moment, order: Order) -> tuple[Say, ...]:
    if order.expected_at is None:
        return ()
    if moment.shop.info.delivery_days == 0:
        return (say("purchase.ready"),)
    return (say("purchase.arrives", day=order.expected_at),)
