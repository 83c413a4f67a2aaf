"""Buying: a quote is read out, a yes to exactly that quote makes the order, and then the payment is asked for."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from commerce.cart_rows import lock_cart
from commerce.clock import Clock
from commerce.customers import Customer, Customers, customer_id
from commerce.errors import CodeRequired, DigestMismatch, IdempotencyConflict
from commerce.linking.buying import check_may_buy
from commerce.money import Money
from commerce.offering import offer_bill, offer_cart
from commerce.order_items import Order
from commerce.order_rows import load_order
from commerce.outbox import Topic
from commerce.payments.desk import Errand, PaymentDesk
from commerce.payments.rows import payment_of
from commerce.payments.states import OUTCOMES, PaymentOutcome, PaymentState
from commerce.placing import place
from commerce.quotes import Offer, Quote, check_live, find_quote, is_live, make_quote, newest_quote, quote_value
from commerce.shop_info import ShopInfo
from commerce.storage.database import Database
from commerce.storage.once import insert_once
from commerce.storage.order_tables import IdempotencyRow, QuoteRow

__all__ = ["Checkout", "PaymentOutcome", "Purchase", "Quote"]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a confirmation led to.

    reason: why the payment was declined, in the gateway's words, else "".
    finish_at: where a pending payment waits for the customer's own screen, else ""; half an hour long.
    """

    order: Order
    payment: PaymentOutcome
    reason: str
    finish_at: str = ""


@dataclass(frozen=True, slots=True)
class _Confirmation:
    """A yes. key and body are hashes, and hold neither the idempotency key itself nor any voice code.

    device: where it was said.
    """

    owner: int
    quote_id: str
    digest: str
    key: str
    body: str
    device: str


class Checkout:
    """Quotes and confirmations of one shop's customers.

    `customer` is a customer's key. `device` says where the customer speaks: a linked speaker buys nothing until its
    owner has switched buying on, and no more than its cap; "" is no speaker at all.
    """

    def __init__(
        self, database: Database, shop: ShopInfo, customers: Customers, desk: PaymentDesk, clock: Clock
    ) -> None:
        self._database = database
        self._shop = shop
        self._customers = customers
        self._desk = desk
        self._clock = clock

    def quote(self, customer: str, pay_with: str | None = None, device: str = "") -> Quote:
        """Offer the cart; the customer's earlier quotes can't be confirmed any more.

        pay_with: the key of one of the customer's cards or accounts, `delivery`, or None for the first card.
        Raises UnknownCustomer, NothingToBuy, ItemWithdrawn, InsufficientStock, SpendCapExceeded, AmountOutOfRange,
        UnknownPaymentMethod, BuyingSwitchedOff, SpeakerCapExceeded.
        """
        now = self._clock.now()
        return self._quote(
            customer, lambda session, who: offer_cart(session, self._shop, who, pay_with, now), device, now
        )

    def quote_bill(
        self, customer: str, bill_id: int, account_id: int, amount: Money | None = None, device: str = ""
    ) -> Quote:
        """Offer to pay a bill from an account, all that is left to pay unless `amount` says how much.

        Raises UnknownCustomer, UnknownBill, UnknownAccount, MixedCurrencies, AmountOutOfRange, BillOverpaid,
        InsufficientFunds, SpendCapExceeded, BuyingSwitchedOff, SpeakerCapExceeded.
        """
        return self._quote(
            customer,
            lambda session, who: offer_bill(session, self._shop, who, bill_id, account_id, amount),
            device,
            self._clock.now(),
        )

    def _quote(self, customer: str, offer: Callable[[Session, Customer], Offer], device: str, now: datetime) -> Quote:
        """What is offered is worked out while others write; should the cart change meanwhile, the quote is not live."""
        with self._database.reading() as session:
            who = self._customers.load(session, customer)
            check_may_buy(session, who.id, device)
            offered = offer(session, who)
        with self._database.transaction() as session:
            check_may_buy(session, who.id, device, offered.total)
            return make_quote(session, who.id, offered, now)

    def live_quote(self, customer: str) -> Quote | None:
        """The quote that a yes would confirm now, if there is one. Raises UnknownCustomer."""
        with self._database.reading() as session:
            row = newest_quote(session, customer_id(session, self._shop.id, customer))
            if row is None or not is_live(session, row, self._clock.now()):
                return None
            return quote_value(row)

    def confirm(
        self,
        customer: str,
        quote_id: str,
        digest: str,
        idempotency_key: str,
        code: str | None = None,
        device: str = "",
    ) -> Purchase:
        """Buy what the live quote says, and say what became of the payment within about three seconds.

        The order is committed, its stock held, before the gateway is asked. A second yes, with the same key or another,
        buys nothing more and answers with the same order. A declined payment gives stock and cart back.
        Raises UnknownCustomer, QuoteNotLive, DigestMismatch, CodeRequired, NoCode, WrongCode, CodeLocked,
        IdempotencyConflict, InsufficientStock, InsufficientFunds, BillOverpaid, BuyingSwitchedOff, SpeakerCapExceeded;
        after any of them nothing was bought.
        """
        with self._database.reading() as session:
            owner = customer_id(session, self._shop.id, customer)
            yes = _confirmation(owner, quote_id, digest, idempotency_key, device)
            answer = _answered(session, yes)
            if not isinstance(answer, int):
                check_live(session, answer, self._clock.now())  # nobody's code is tried for what can't be confirmed
                needs_code = answer.needs_code
        if isinstance(answer, int):
            return self._again(answer)
        if needs_code:
            if code is None:
                raise CodeRequired(quote_id)
            self._customers.check_code(customer, code)
        order_id, errand = self._database.write(lambda session: self._place(session, yes))
        if errand is not None:
            self._desk.carry_out(errand)
        return self._purchase(order_id)

    def _place(self, session: Session, yes: _Confirmation) -> tuple[int, Errand | None]:
        now = self._clock.now()
        cart = lock_cart(session, yes.owner, now)  # one confirmation of a customer after the other
        answer = _answered(session, yes)
        if isinstance(answer, int):
            return answer, None
        check_live(session, answer, now)
        check_may_buy(session, yes.owner, yes.device, quote_value(answer).total, hold=True)
        placed = place(session, self._shop, cart, quote_value(answer).offer, now)
        order_id = answer.order_id = placed.order.id
        insert_once(
            session, IdempotencyRow, customer_id=yes.owner, key=yes.key, body=yes.body, order_id=order_id, at=now
        )
        return order_id, None if placed.charge is None else self._desk.take_up(session, placed.charge)

    def _again(self, order_id: int) -> Purchase:
        """A yes that comes again finds out about the payment, should whoever confirmed first have died over it."""
        purchase = self._purchase(order_id)
        if purchase.payment is not PaymentOutcome.PENDING:
            return purchase
        with self._database.reading() as session:
            payment_id = payment_of(session, order_id).id
        self._desk.attend(payment_id, Topic.CHARGE)
        return self._purchase(order_id)

    def _purchase(self, order_id: int) -> Purchase:
        with self._database.reading() as session:
            payment = payment_of(session, order_id)
            outcome = OUTCOMES[PaymentState(payment.state)]
            finish_at = payment.finish_at or "" if outcome is PaymentOutcome.PENDING else ""
            return Purchase(load_order(session, order_id), outcome, payment.reason, finish_at)


def _confirmation(owner: int, quote_id: str, digest: str, idempotency_key: str, device: str) -> _Confirmation:
    key = hashlib.sha256(idempotency_key.encode()).hexdigest()
    body = hashlib.sha256(f"{quote_id} {digest}".encode()).hexdigest()
    return _Confirmation(owner, quote_id, digest, key, body, device)


def _answered(session: Session, yes: _Confirmation) -> int | QuoteRow:
    """The order that this yes, or an earlier one to the same quote, made; else the quote that it is to confirm.

    Raises IdempotencyConflict, QuoteNotLive when there is no such quote, DigestMismatch.
    """
    earlier = session.get(IdempotencyRow, (yes.owner, yes.key))
    if earlier is not None and earlier.body != yes.body:
        raise IdempotencyConflict(yes.key)
    if earlier is not None and earlier.order_id is not None:
        return earlier.order_id
    quote = find_quote(session, yes.owner, yes.quote_id)
    if not hmac.compare_digest(quote.digest.encode(), yes.digest.encode()):
        raise DigestMismatch(quote.id)
    return quote if quote.order_id is None else quote.order_id
