"""Stripe over HTTP: paid, declined, to be finished on the phone, silent; refunds; and webhooks of every kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import insert

from commerce.checkout import PaymentOutcome, Purchase
from commerce.errors import BadSignature, StaleSignature
from commerce.order_states import OrderStatus
from commerce.payments.port import ChargeRequest, GatewayState, GatewayTimeout
from commerce.payments.rows import payment_of
from commerce.payments.stripe import StripeAccount, StripeGateway
from commerce.payments.stripe_events import StripeEvents
from commerce.shop import Shop
from commerce.signatures import sign
from commerce.storage.payment_tables import PaymentMethodRow
from tests.commerce.corner import Corner, dollars, open_corner
from tests.commerce.stripes import SECRET_KEY, Line, running_stripe

WEBHOOK_SECRET = "whsec_between_us"
PATIENCE = 180.0  # seconds: the stand-in is slow on a busy machine, and a line that is cut is seen at once


@pytest.fixture(scope="module")
def stripe() -> Iterator[Line]:
    with running_stripe() as line:
        yield line


@dataclass(frozen=True)
class Till:
    """The shop, paid through Stripe."""

    corner: Corner
    shop: Shop
    gateway: StripeGateway
    line: Line

    def buy(self, token: str) -> Purchase:
        """A bottle of milk for Ben, whose card has this token."""
        with self.corner.database.transaction() as session:
            ben = self.shop.customers.get("ben").id
            card = {"customer_id": ben, "key": token[-20:], "token": token, "name": "Card", "position": 0}
            session.execute(insert(PaymentMethodRow).values(card))
        self.shop.carts.add("ben", "MILK", 1)
        quote = self.shop.checkout.quote("ben", token[-20:])
        return self.shop.checkout.confirm("ben", quote.id, quote.digest, quote.id)

    def key(self, purchase: Purchase) -> str:
        """What Stripe knows the payment by."""
        with self.corner.database.reading() as session:
            return payment_of(session, purchase.order.id).key

    def intents(self, purchase: Purchase) -> list[dict[str, object]]:
        """Stripe's own record of an order."""
        key = {"key": self.key(purchase), "order": purchase.order.number}
        return [intent for intent in self.line.all("/v1/payment_intents") if intent["metadata"] == key]

    def status(self, purchase: Purchase) -> OrderStatus:
        """Of the order, now."""
        return self.shop.orders.get("ben", purchase.order.number).status

    def work(self, **time: float) -> None:
        """Let time go by, then do what is due."""
        self.corner.clock.advance(**time)
        self.shop.payments.work()


@pytest.fixture
def till(tmp_path: Path, stripe: Line) -> Till:
    stripe.cut_after.clear()
    stripe.asked.clear()
    corner = open_corner(tmp_path)
    gateway = StripeGateway(StripeAccount(SECRET_KEY, "https://corner/finish", stripe.url), corner.database)
    return Till(corner, Shop.open(corner.database, "corner", corner.clock, gateway, PATIENCE), gateway, stripe)


@pytest.fixture
def needs_the_phone(stripe: Line) -> str:
    """A payment method whose bank asks the customer: one of Stripe's published test numbers."""
    card = {"card[number]": "4000002760003184", "card[exp_month]": "12", "card[exp_year]": "2030", "card[cvc]": "123"}
    return str(stripe.make("/v1/payment_methods", type="card", **card)["id"])


def test_a_card_pays_and_gets_its_money_back_in_parts(till: Till) -> None:
    """One intent, succeeded, of the order's total; a part is refunded once, and the cancellation refunds the rest."""
    purchase = till.buy("pm_card_visa")
    assert purchase.payment is PaymentOutcome.PAID
    [intent] = till.intents(purchase)
    assert (intent["status"], intent["amount"], intent["currency"]) == ("succeeded", 639, "usd")
    till.shop.returns.refund(purchase.order.number, dollars(100), "scratch")
    till.shop.orders.cancel("ben", purchase.order.number)
    back = [refund["amount"] for refund in till.line.all("/v1/refunds") if refund["payment_intent"] == intent["id"]]
    assert sorted(back) == [100, 539]  # type: ignore[type-var]
    assert till.corner.balance("receivable") == 0


def test_a_card_is_declined_in_stripes_words(till: Till) -> None:
    """The order is none, the cart is back, the reason is Stripe's."""
    purchase = till.buy("pm_card_chargeCustomerFail")
    assert purchase.payment is PaymentOutcome.DECLINED
    assert "declined" in purchase.reason.lower()
    assert till.shop.carts.get("ben").units == 1
    nobody = till.gateway.charge(ChargeRequest("k", dollars(1), "pm_unknown", "1"), PATIENCE)
    assert nobody.state is GatewayState.DECLINED


def test_a_bank_that_asks_is_answered_on_the_phone(till: Till, needs_the_phone: str) -> None:
    """Pending with a link, the goods held, a message written; authenticated on the phone, it is paid."""
    purchase = till.buy(needs_the_phone)
    assert purchase.payment is PaymentOutcome.PENDING
    [intent] = till.intents(purchase)
    secret = str(intent["client_secret"])
    assert purchase.finish_at == f"https://corner/finish?payment_intent_client_secret={secret}"
    assert till.corner.stock("MILK") == 39
    till.line.make(f"/v1/payment_intents/{intent['id']}/_authenticate", client_secret=secret, success="true")
    till.work(seconds=5)
    assert till.status(purchase) is OrderStatus.PAID


def test_who_never_finishes_on_the_phone_gets_no_goods(till: Till, needs_the_phone: str) -> None:
    """Half an hour later the intent is cancelled, so that it can't be paid any more, and the stock is free."""
    purchase = till.buy(needs_the_phone)
    till.work(minutes=29)
    assert till.status(purchase) is OrderStatus.PLACED
    till.work(minutes=2)
    assert till.status(purchase) is OrderStatus.DECLINED
    assert [intent["status"] for intent in till.intents(purchase)] == ["canceled"]
    assert till.corner.stock("MILK") == 40


def test_a_line_that_dies_after_the_confirmation_charges_once(till: Till) -> None:
    """The money was taken and the answer lost: pending, then found by asking; one intent, no second confirmation."""
    till.line.cut_after.add("/confirm")
    purchase = till.buy("pm_card_visa")
    assert purchase.payment is PaymentOutcome.PENDING
    till.line.cut_after.clear()
    till.work(seconds=5)
    assert till.status(purchase) is OrderStatus.PAID
    assert [intent["status"] for intent in till.intents(purchase)] == ["succeeded"]
    assert sum(asked.endswith("/confirm") for asked in till.line.asked) == 1


def test_a_line_that_dies_before_the_name_is_known_charges_nothing(till: Till) -> None:
    """An intent was made that nobody can name: it is never confirmed, and the key is barred for whoever comes late."""
    till.line.cut_after.add("/v1/payment_intents")
    purchase = till.buy("pm_card_visa")
    assert purchase.payment is PaymentOutcome.PENDING
    till.line.cut_after.clear()
    till.work(seconds=31)
    till.work(seconds=61)
    assert till.status(purchase) is OrderStatus.DECLINED
    late = ChargeRequest(till.key(purchase), purchase.order.total, "pm_card_visa", purchase.order.number)
    assert till.gateway.charge(late, PATIENCE).state is GatewayState.VOIDED
    assert [intent["status"] for intent in till.intents(purchase)] == ["requires_confirmation"]


def test_a_refund_whose_answer_was_lost_is_made_once(till: Till) -> None:
    """Asked again, the gateway looks first at what went back."""
    purchase = till.buy("pm_card_visa")
    till.line.cut_after.add("/v1/refunds")
    till.shop.orders.cancel("ben", purchase.order.number)
    till.line.cut_after.clear()
    till.work(seconds=5)
    [intent] = till.intents(purchase)
    back = [refund["amount"] for refund in till.line.all("/v1/refunds") if refund["payment_intent"] == intent["id"]]
    assert back == [639]
    assert till.corner.balance("receivable") == 0


def test_nobody_home_is_no_answer(till: Till) -> None:
    """A port where nothing listens, and a key that Stripe does not take: GatewayTimeout, never a decline."""
    for account in (StripeAccount("sk_test_12345", "", "http://127.0.0.1:1"), StripeAccount("no", "", till.line.url)):
        away = StripeGateway(account, till.corner.database)
        with pytest.raises(GatewayTimeout):
            away.charge(ChargeRequest("nobody", dollars(1), "pm_card_visa", "1"), PATIENCE)
        assert "sk_test" not in repr(account)


def test_events_count_in_any_order_and_any_number_of_times(till: Till, needs_the_phone: str) -> None:
    """Success told twice, an old failure told afterwards: paid once. Forged, old and foreign messages do nothing."""
    purchase = till.buy(needs_the_phone)
    [intent] = till.intents(purchase)
    events = StripeEvents(till.gateway, till.shop.payments, till.corner.clock, WEBHOOK_SECRET, PATIENCE)

    def told(kind: str, content: dict[str, object], secret: str = WEBHOOK_SECRET) -> bool:
        body = json.dumps({"type": kind, "data": {"object": content}}).encode()
        return events.take(sign(secret, body, till.corner.clock.now()), body)

    assert told("payment_intent.succeeded", intent)  # a lie: Stripe itself says "requires_action"
    assert till.status(purchase) is OrderStatus.PLACED
    secret = str(intent["client_secret"])
    till.line.make(f"/v1/payment_intents/{intent['id']}/_authenticate", client_secret=secret, success="true")
    for kind in ("payment_intent.succeeded", "payment_intent.succeeded", "payment_intent.payment_failed"):
        assert told(kind, intent)
    assert till.status(purchase) is OrderStatus.PAID
    assert till.corner.balance("gateway") == -639

    assert not told("payment_intent.succeeded", {**intent, "metadata": {}})
    assert not told("customer.created", {"object": "customer", "metadata": {}})
    with pytest.raises(BadSignature):
        told("payment_intent.succeeded", intent, secret="guessed")
    body = b"{}"
    header = sign(WEBHOOK_SECRET, body, till.corner.clock.now())
    till.corner.clock.advance(minutes=6)
    with pytest.raises(StaleSignature):
        events.take(header, body)
