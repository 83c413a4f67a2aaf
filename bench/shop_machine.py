"""The whole shop against a simple model: hypothesis thinks up what customers, merchant and gateway do, in any order.

The model knows units, prices and sums, nothing of tables. After every step the shop must agree with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, ClassVar
from uuid import uuid4

import yaml
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bench.market import PREFIX
from commerce.checkout import PaymentOutcome, Purchase
from commerce.clock import FrozenClock
from commerce.errors import (
    CouponRefused,
    InsufficientStock,
    NothingToBuy,
    QuantityOutOfRange,
    QuoteNotLive,
    RefundTooLarge,
    TooEarly,
)
from commerce.importing import import_shop
from commerce.ledger import Books, audit
from commerce.money import Money
from commerce.order_states import OrderStatus
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from commerce.quotes import Quote
from commerce.shop import Shop
from commerce.storage.database import Database

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PRICES = {"MILK": 249, "BREAD": 310, "JAM": 199}
STOCK = {"MILK": 9, "BREAD": 3, "JAM": 2}
PROMISED = {"JAM": 3}
"""Units that may be sold before they are here."""
FEE = 90
COUPON, TAKES_OFF, USES = "OFF", 250, 3
"""A coupon that takes so many minor units off the goods, in so many orders."""
MOST_UNITS = 99
CARDS = (Behaviour.ACCEPTS, Behaviour.DECLINES, Behaviour.SLOW, Behaviour.LATE, Behaviour.LATE_DECLINE)
TAKES = frozenset({Behaviour.ACCEPTS, Behaviour.SLOW, Behaviour.LATE})
AT_ONCE = frozenset({Behaviour.ACCEPTS, Behaviour.DECLINES})


@dataclass
class Bought:
    """An order, as the model knows it."""

    number: str
    units: dict[str, int]
    total: int
    card: Behaviour
    status: OrderStatus
    refunded: int = 0
    has_coupon: bool = False

    @property
    def is_paid(self) -> bool:
        """Whether the money is the shop's."""
        return self.status in {OrderStatus.PAID, OrderStatus.DISPATCHED, OrderStatus.DELIVERED}

    @property
    def takes_goods(self) -> bool:
        """Whether its units are sold or held."""
        return self.is_paid or self.status is OrderStatus.PLACED


@dataclass
class Model:
    """What should be true."""

    cart: dict[str, int] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=lambda: dict(STOCK))
    bought: list[Bought] = field(default_factory=list)
    coupon: bool = False
    coupon_used: int = 0

    def goods(self) -> int:
        """Minor units that the goods in the cart cost, with what the coupon takes off."""
        full = sum(PRICES[sku] * units for sku, units in self.cart.items())
        counts = self.coupon and self.coupon_used < USES
        return max(full - TAKES_OFF, 0) if counts else full

    def orderable(self, sku: str) -> int:
        """Units that can be ordered now."""
        return self.counted[sku] + PROMISED.get(sku, 0) - self.sold(sku)

    def sold(self, sku: str) -> int:
        """Units that orders have taken, here or promised."""
        return sum(order.units.get(sku, 0) for order in self.bought if order.takes_goods)

    def kept(self) -> int:
        """Minor units that were taken and not given back."""
        return sum(order.total - order.refunded for order in self.bought if order.is_paid)


class ShopMachine(RuleBasedStateMachine):
    """One customer, a merchant, and a gateway of every mood; a new shop each time.

    steps: how many were taken in this process. home: the database of all the shops, up to date.
    """

    steps: ClassVar[int] = 0
    home: ClassVar[Database]

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock(NOON)
        self.gateway = TrialGateway()
        self.database = self.home
        self.shop = Shop.open(self.home, _new_shop(self.home), self.clock, self.gateway, patience=0.0)
        self.model = Model()
        self.quote: Quote | None = None
        self.card = Behaviour.ACCEPTS

    def teardown(self) -> None:
        self.gateway.close()

    @rule(sku=st.sampled_from(sorted(PRICES)), units=st.integers(-1, 4))
    def add(self, sku: str, units: int) -> None:
        wanted = self.model.cart.get(sku, 0) + units
        if units < 1 or wanted > MOST_UNITS:
            _refused(QuantityOutOfRange, lambda: self.shop.carts.add("ben", sku, units))
        elif wanted > self.model.orderable(sku):
            _refused(InsufficientStock, lambda: self.shop.carts.add("ben", sku, units))
        else:
            self.shop.carts.add("ben", sku, units)
            self.model.cart[sku] = wanted

    @precondition(lambda self: self.model.cart)
    @rule(data=st.data())
    def remove(self, data: Any) -> None:
        sku = data.draw(st.sampled_from(sorted(self.model.cart)))
        line = next(line for line in self.shop.carts.get("ben").lines if line.sku == sku)
        self.shop.carts.remove("ben", line.id)
        del self.model.cart[sku]

    @rule()
    def name_the_coupon(self) -> None:
        if self.model.coupon_used == USES:
            _refused(CouponRefused, lambda: self.shop.promotions.use_coupon("ben", COUPON))
        else:
            self.shop.promotions.use_coupon("ben", COUPON)
            self.model.coupon = True

    @rule()
    def drop_the_coupon(self) -> None:
        self.shop.promotions.drop_coupon("ben")
        self.model.coupon = False

    @rule(card=st.sampled_from(CARDS))
    def ask_for_a_quote(self, card: Behaviour) -> None:
        short = any(units > self.model.orderable(sku) for sku, units in self.model.cart.items())
        if not self.model.cart:
            _refused(NothingToBuy, lambda: self.shop.checkout.quote("ben", card.value))
        elif short:
            _refused(InsufficientStock, lambda: self.shop.checkout.quote("ben", card.value))
        else:
            self.quote, self.card = self.shop.checkout.quote("ben", card.value), card
            assert self.quote.total.amount == self.model.goods() + FEE

    @precondition(lambda self: self.quote is not None)
    @rule(twice=st.booleans())
    def say_yes(self, twice: bool) -> None:
        quote = self.quote
        assert quote is not None
        self.quote = None
        offered = {line.sku: line.quantity for line in quote.lines}
        if offered != self.model.cart or self.shop.checkout.live_quote("ben") is None:
            _refused(QuoteNotLive, lambda: self._confirm(quote))
            return
        if any(units > self.model.orderable(sku) for sku, units in offered.items()):
            _refused(InsufficientStock, lambda: self._confirm(quote))
            return
        purchase = self._confirm(quote)
        if twice:
            assert self._confirm(quote).order.number == purchase.order.number
        self._note(purchase, offered)

    def _confirm(self, quote: Quote) -> Purchase:
        return self.shop.checkout.confirm("ben", quote.id, quote.digest, quote.id)

    def _note(self, purchase: Purchase, units: dict[str, int]) -> None:
        expected = PaymentOutcome.PENDING
        if self.card in AT_ONCE:
            expected = PaymentOutcome.PAID if self.card in TAKES else PaymentOutcome.DECLINED
        assert purchase.payment is expected
        has_coupon = bool(purchase.order.discounts)
        order = Bought(purchase.order.number, units, purchase.order.total.amount, self.card, OrderStatus.PLACED)
        order.has_coupon = has_coupon
        self.model.bought.append(order)
        self.model.cart, self.model.coupon = {}, False
        self.model.coupon_used += has_coupon
        if self.card in AT_ONCE:
            self._decide(order)

    def _decide(self, order: Bought) -> None:
        if order.card in TAKES:
            order.status = OrderStatus.PAID
            return
        order.status = OrderStatus.DECLINED
        self._give_coupon_back(order)
        self.model.coupon = self.model.coupon or order.has_coupon
        for sku, units in order.units.items():  # the cart comes back
            self.model.cart[sku] = min(self.model.cart.get(sku, 0) + units, MOST_UNITS)

    def _give_coupon_back(self, order: Bought) -> None:
        self.model.coupon_used -= order.has_coupon

    @rule()
    def wait(self) -> None:
        """A minute passes, and the desk finds out what became of every payment."""
        for _ in range(4):
            self.clock.advance(seconds=15)
            self.shop.payments.work()
        for order in self.model.bought:
            if order.status is OrderStatus.PLACED:
                self._decide(order)

    @precondition(lambda self: any(order.takes_goods for order in self.model.bought))
    @rule(data=st.data())
    def cancel(self, data: Any) -> None:
        order = self._some_order(data)
        if order.status not in {OrderStatus.PLACED, OrderStatus.PAID}:
            return
        self.shop.orders.cancel("ben", order.number)
        order.status, order.refunded = OrderStatus.CANCELLED, order.total
        self._give_coupon_back(order)

    @precondition(lambda self: any(order.takes_goods for order in self.model.bought))
    @rule(data=st.data(), amount=st.integers(1, 400), request=st.uuids())
    def give_a_part_back(self, data: Any, amount: int, request: object) -> None:
        order = self._some_order(data)
        money = Money(amount, "USD")
        if not order.is_paid or amount > order.total - order.refunded:
            _refused(RefundTooLarge, lambda: self.shop.returns.refund(order.number, money, str(request)))
            return
        for _ in range(2):
            self.shop.returns.refund(order.number, money, str(request))
        order.refunded += amount

    @precondition(lambda self: any(order.takes_goods for order in self.model.bought))
    @rule(data=st.data())
    def send_all_back(self, data: Any) -> None:
        order = self._some_order(data)
        if order.status is not OrderStatus.DELIVERED:
            _refused(TooEarly, lambda: self.shop.returns.ask("ben", order.number))
            return
        asked = self.shop.returns.ask("ben", order.number)
        self.shop.returns.receive(order.number, asked.id)
        order.status = OrderStatus.CANCELLED  # to the model it is as if it had never been
        order.refunded = order.total

    @precondition(lambda self: any(order.status is OrderStatus.PAID for order in self.model.bought))
    @rule()
    def deliver(self) -> None:
        order = next(order for order in self.model.bought if order.status is OrderStatus.PAID)
        for sku in order.units:  # what was promised has come
            self._count(sku, max(self.model.counted[sku], self.model.sold(sku)))
        self.shop.orders.advance(order.number, OrderStatus.DISPATCHED)
        self.shop.orders.advance(order.number, OrderStatus.DELIVERED)
        order.status = OrderStatus.DELIVERED

    @rule(sku=st.sampled_from(sorted(PRICES)), more=st.integers(0, 3))
    def goods_arrive(self, sku: str, more: int) -> None:
        self._count(sku, self.model.counted[sku] + more)

    def _count(self, sku: str, all_of_it: int) -> None:
        """The merchant counts the shelf; what orders hold lies elsewhere."""
        on_shelf = self.shop.catalogue.availability(sku).available or 0
        self.shop.catalogue.set_stock(sku, on_shelf + all_of_it - self.model.counted[sku])
        self.model.counted[sku] = all_of_it

    def _some_order(self, data: Any) -> Bought:
        found: Bought = data.draw(st.sampled_from([order for order in self.model.bought if order.takes_goods]))
        return found

    @invariant()
    def the_shop_agrees(self) -> None:
        type(self).steps += 1
        cart = self.shop.carts.get("ben")
        assert {line.sku: line.quantity for line in cart.lines} == self.model.cart
        assert cart.goods_total.amount == self.model.goods()
        for sku in PRICES:
            on_shelf = max(self.model.counted[sku] - self.model.sold(sku), 0)
            assert self.shop.catalogue.availability(sku).available == on_shelf, sku
        statuses = {order.number: order.status for order in self.shop.orders.list("ben", limit=1000)}
        for order in self.model.bought:
            if not (order.status is OrderStatus.CANCELLED and statuses[order.number] is OrderStatus.DELIVERED):
                assert statuses[order.number] is order.status

    @invariant()
    def the_books_agree(self) -> None:
        with self.database.reading() as session:
            found = audit(session, self.shop.info.id)
            books = Books(session, self.shop.info.id)
            assert found.sound
            if found.transfers:
                owed = sum(order.total for order in self.model.bought if order.status is OrderStatus.PLACED)
                assert books.balance("gateway").amount == -self.model.kept()
                assert books.balance("receivable").amount == -owed


def _refused(error: type[Exception], attempt: Callable[[], object]) -> None:
    try:
        attempt()
    except error:
        return
    raise AssertionError(f"{error.__name__} was expected")


def _new_shop(database: Database) -> str:
    """The key of a shop like all the others, with nothing bought in it yet."""
    key = f"{PREFIX}{uuid4().hex[:12]}"
    with TemporaryDirectory(prefix="voicecart-machine-") as folder:
        _write_files(Path(folder), key)
        import_shop(database, Path(folder), FrozenClock(NOON))
    return key


def _write_files(folder: Path, key: str) -> None:
    cards = [{"key": card.value, "token": card.value, "name": "Card"} for card in CARDS]
    products = [
        {
            "key": sku.lower(),
            "name": sku.title(),
            "variants": [{"sku": sku, "price": price / 100, "stock": STOCK[sku], "back_orders": PROMISED.get(sku, 0)}],
        }
        for sku, price in PRICES.items()
    ]
    shop = {"key": key, "name": "Machine", "kind": "groceries", "currency": "USD", "language": "en"}
    terms = {"seller": "M", "address": "1 High Street", "returns": "Yes.", "delivery": {"fee": FEE / 100, "days": 1}}
    customers = [{"key": "ben", "name": "Ben", "payment_methods": cards}]
    coupon = {"key": "off", "name": "Off", "kind": "amount", "amount": TAKES_OFF / 100, "code": COUPON, "uses": USES}
    contents = {"shop": shop | terms, "catalogue": {"products": products}, "customers": {"customers": customers}}
    contents["promotions"] = {"promotions": [coupon]}
    for name, content in contents.items():
        (folder / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
