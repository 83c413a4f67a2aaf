"""Shops and customers are walled off from each other: every service is tried with what belongs to somebody else.

A new service method has to be entered here, or the first test fails.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields
from pathlib import Path
from typing import get_type_hints

import pytest
import yaml
from sqlalchemy import select

from commerce.errors import CommerceError
from commerce.importing import import_shop
from commerce.notifications.events import Channel
from commerce.order_states import OrderStatus
from commerce.outbox import Topic
from commerce.payments.port import GatewayAnswer, GatewayState
from commerce.payments.states import PaymentState
from commerce.payments.trial_gateway import Behaviour, TrialGateway
from commerce.shop import Shop
from commerce.storage.payment_tables import PaymentRow
from tests.commerce.corner import FILES, PATIENCE, Corner, dollars, open_corner
from tests.commerce.places import Place
from tests.commerce.whole_database import everything

NOT_CALLED = {
    "customers.load",  # these three work in a caller's transaction, on what it found
    "payments.take_up",
    "payments.carry_out",
}


@dataclass(frozen=True, slots=True)
class Belongings:
    """What anna, a customer of the corner shop, has there."""

    customer: str
    order: str
    order_id: int
    bill: int
    account: int
    quote: str
    digest: str
    reservation: int
    returned: int
    payment: str
    payment_id: int
    sku: str


Attempt = Callable[[Shop, str, Belongings], object]
"""Does something in a shop, as a customer, with what belongs to anna."""

AS_THE_CUSTOMER: dict[str, Attempt] = {
    "accounts.bills": lambda shop, who, _: shop.accounts.bills(who),
    "accounts.list": lambda shop, who, _: shop.accounts.list(who),
    "accounts.transactions": lambda shop, who, has: shop.accounts.transactions(who, has.account),
    "carts.add": lambda shop, who, has: shop.carts.add(who, has.sku),
    "carts.add_all": lambda shop, who, _: shop.carts.add_all(who, ()),
    "carts.clear": lambda shop, who, _: shop.carts.clear(who),
    "carts.get": lambda shop, who, _: shop.carts.get(who),
    "carts.remove": lambda shop, who, _: shop.carts.remove(who, 1),
    "carts.set_quantity": lambda shop, who, _: shop.carts.set_quantity(who, 1, 2),
    "carts.undo": lambda shop, who, _: shop.carts.undo(who),
    "checkout.confirm": lambda shop, who, has: shop.checkout.confirm(who, has.quote, has.digest, "key"),
    "checkout.live_quote": lambda shop, who, _: shop.checkout.live_quote(who),
    "checkout.quote": lambda shop, who, _: shop.checkout.quote(who),
    "checkout.quote_bill": lambda shop, who, has: shop.checkout.quote_bill(who, has.bill, has.account),
    "customers.check_code": lambda shop, who, _: shop.customers.check_code(who, "4711"),
    "customers.get": lambda shop, who, _: shop.customers.get(who),
    "customers.set_code": lambda shop, who, _: shop.customers.set_code(who, "0815"),
    "history.usual": lambda shop, who, _: shop.history.usual(who, ["milk"]),
    "history.usual_basket": lambda shop, who, _: shop.history.usual_basket(who),
    "notifications.contact": lambda shop, who, _: shop.notifications.contact(who),
    "notifications.remind_of_cart": lambda shop, who, _: shop.notifications.remind_of_cart(who),
    "notifications.set_marketing": lambda shop, who, _: shop.notifications.set_marketing(who, True),
    "notifications.set_phone": lambda shop, who, _: shop.notifications.set_phone(who, "+14155550100"),
    "notifications.set_reorders": lambda shop, who, _: shop.notifications.set_reorders(who, Channel.EMAIL),
    "notifications.set_quiet_hours": lambda shop, who, _: shop.notifications.set_quiet_hours(who, None),
    "orders.cancel": lambda shop, who, has: shop.orders.cancel(who, has.order),
    "orders.change_address": lambda shop, who, has: shop.orders.change_address(who, has.order, "home"),
    "orders.get": lambda shop, who, has: shop.orders.get(who, has.order),
    "orders.latest": lambda shop, who, _: shop.orders.latest(who),
    "orders.list": lambda shop, who, _: shop.orders.list(who),
    "orders.reorder_lines": lambda shop, who, has: shop.orders.reorder_lines(who, has.order),
    "promotions.drop_coupon": lambda shop, who, _: shop.promotions.drop_coupon(who),
    "promotions.grant": lambda shop, who, _: shop.promotions.grant(who, 5, "sorry"),
    "promotions.offers": lambda shop, who, _: shop.promotions.offers(who),
    "promotions.points": lambda shop, who, _: shop.promotions.points(who),
    "promotions.use_coupon": lambda shop, who, _: shop.promotions.use_coupon(who, "CODE"),
    "promotions.use_points": lambda shop, who, _: shop.promotions.use_points(who),
    "reservations.give_up": lambda shop, who, has: shop.reservations.give_up(who, has.reservation),
    "reservations.hold": lambda shop, who, has: shop.reservations.hold(who, has.sku),
    "reservations.list": lambda shop, who, _: shop.reservations.list(who),
    "returns.ask": lambda shop, who, has: shop.returns.ask(who, has.order),
    "returns.until": lambda shop, who, has: shop.returns.until(who, has.order),
    "rhythm.due": lambda shop, who, _: shop.rhythm.due(who),
    "wishes.add": lambda shop, who, has: shop.wishes.add(who, has.sku),
    "wishes.list": lambda shop, who, _: shop.wishes.list(who),
    "wishes.remove": lambda shop, who, has: shop.wishes.remove(who, has.sku),
}
AS_THE_MERCHANT: dict[str, Attempt] = {
    "carts.products": lambda shop, _, has: shop.carts.products(has.customer),  # of a stranger's cart it knows none
    "catalogue.availability": lambda shop, _, has: shop.catalogue.availability(has.sku),
    "catalogue.product": lambda shop, _, has: shop.catalogue.product(has.sku.lower()),
    "catalogue.products": lambda shop, *_: shop.catalogue.products(),
    "catalogue.set_price": lambda shop, _, has: shop.catalogue.set_price(has.sku, dollars(1)),
    "catalogue.set_stock": lambda shop, _, has: shop.catalogue.set_stock(has.sku, 0),
    "catalogue.substitutes": lambda shop, _, has: shop.catalogue.substitutes(has.sku),
    "catalogue.variant": lambda shop, _, has: shop.catalogue.variant(has.sku),
    "catalogue.version": lambda shop, *_: shop.catalogue.version(),
    "customers.first": lambda shop, *_: shop.customers.first(),
    "customers.list": lambda shop, *_: shop.customers.list(),
    "history.popularity": lambda shop, *_: shop.history.popularity(),
    "notifications.count": lambda shop, *_: shop.notifications.count().sent,
    "promotions.all": lambda shop, *_: shop.promotions.all(),
    "notifications.set_webhook": lambda shop, *_: shop.notifications.set_webhook(None),
    "notifications.unsubscribe": lambda shop, *_: shop.notifications.unsubscribe("token"),
    "opinions.about": lambda shop, _, has: shop.opinions.about(has.sku.lower()),
    "orders.advance": lambda shop, _, has: shop.orders.advance(has.order, OrderStatus.CANCELLED),
    "orders.all": lambda shop, *_: shop.orders.all(),
    "orders.show": lambda shop, _, has: shop.orders.show(has.order),
    "orders.withdraw": lambda shop, _, has: shop.orders.withdraw(has.order),
    "payments.attend": lambda shop, _, has: shop.payments.attend(has.payment_id, Topic.ASK),
    "payments.make_refunds": lambda shop, _, has: shop.payments.make_refunds(has.order_id),
    "payments.notified": lambda shop, _, has: shop.payments.notified(GatewayAnswer(has.payment, GatewayState.DECLINED)),
    "payments.work": lambda shop, *_: shop.payments.work(),
    "promotions.coupons": lambda shop, *_: shop.promotions.coupons(),
    "reminders.send": lambda shop, *_: shop.reminders.send(),
    "reorder_reminders.send": lambda shop, *_: shop.reorder_reminders.send(),
    "reservations.expire": lambda shop, *_: shop.reservations.expire(),
    "returns.close": lambda shop, _, has: shop.returns.close(has.order, has.returned),
    "returns.list": lambda shop, _, has: shop.returns.list(has.order),
    "returns.receive": lambda shop, _, has: shop.returns.receive(has.order, has.returned),
    "returns.refund": lambda shop, _, has: shop.returns.refund(has.order, dollars(1), "r"),
    "shipping.left": lambda shop, _, has: shop.shipping.left(has.order),
    "shipping.parcels": lambda shop, _, has: shop.shipping.parcels(has.order),
    "shipping.send": lambda shop, _, has: shop.shipping.send(has.order),
    "together.with_any": lambda shop, _, has: shop.together.with_any([has.sku.lower()]),
}
OF_HERS = {  # what a neighbour in the same shop can name of anna's
    "accounts.transactions", "checkout.confirm", "checkout.quote_bill", "orders.cancel", "orders.change_address",
    "orders.get", "orders.reorder_lines", "reservations.give_up", "returns.ask", "returns.until",
}  # fmt: skip


@pytest.fixture
def corner(place: Place) -> Corner:
    """The corner shop; its gateway says nothing about a bottle of milk, so that a payment stays open."""
    return open_corner(place, TrialGateway(by_amount={249 + 390: Behaviour.SLOW}))


@pytest.fixture
def hers(corner: Corner) -> Belongings:
    """Anna has something of everything: orders, a payment in doubt, a return, a quote, a bill, a reservation."""
    corner.fill("anna", LATTE=1)
    sent = corner.buy("anna", code="4711").order
    corner.shop.orders.advance(sent.number, OrderStatus.DISPATCHED)
    corner.shop.orders.advance(sent.number, OrderStatus.DELIVERED)
    returned = corner.shop.returns.ask("anna", sent.number)
    corner.fill("anna", MILK=1)
    corner.buy("anna", code="4711")
    with corner.database.reading() as session:
        in_doubt = session.scalars(select(PaymentRow).where(PaymentRow.state == PaymentState.PENDING)).one()
    corner.clock.advance(seconds=3)  # the desk is to ask about it
    held = corner.shop.reservations.hold("anna", "WINE")
    quote = corner.shop.checkout.quote_bill(
        "anna", corner.shop.accounts.bills("anna")[0].id, corner.shop.accounts.list("anna")[0].id
    )
    return Belongings(
        customer="anna",
        order=sent.number,
        order_id=sent.id,
        bill=corner.shop.accounts.bills("anna")[0].id,
        account=corner.shop.accounts.list("anna")[0].id,
        quote=quote.id,
        digest=quote.digest,
        reservation=held.id,
        returned=returned.id,
        payment=in_doubt.key,
        payment_id=in_doubt.id,
        sku="MILK",
    )


@pytest.fixture
def next_door(corner: Corner, tmp_path: Path) -> Shop:
    """Another shop in the same database, which sells nothing and has nobody of the corner shop's customers."""
    files = tmp_path / "next_door"
    files.mkdir()
    shop = yaml.safe_load((FILES / "shop.yaml").read_text()) | {"key": "next-door", "name": "Next Door"}
    content = {"shop": shop, "catalogue": {"products": []}, "customers": {"customers": [{"key": "zoe", "name": "Zoe"}]}}
    for name, document in content.items():
        (files / f"{name}.yaml").write_text(yaml.safe_dump(document))
    import_shop(corner.database, files, corner.clock)
    return Shop.open(corner.database, "next-door", corner.clock, TrialGateway(), PATIENCE)


def test_every_service_method_is_walked() -> None:
    """Nothing that a shop offers is missing from the tables above."""
    services = get_type_hints(Shop)
    offered = {
        f"{field.name}.{name}"
        for field in fields(Shop)
        if field.name != "info"
        for name, _ in inspect.getmembers(services[field.name], inspect.isfunction)
        if not name.startswith("_")
    }
    assert offered == AS_THE_CUSTOMER.keys() | AS_THE_MERCHANT.keys() | NOT_CALLED
    assert AS_THE_CUSTOMER.keys() >= OF_HERS


def test_a_neighbour_reaches_nothing_of_hers(corner: Corner, hers: Belongings) -> None:
    """Ben, in the same shop, names anna's order, bill, account, quote and reservation: there is no such thing."""
    before = everything(corner.database)
    for name in OF_HERS:
        with pytest.raises(CommerceError) as refused:
            AS_THE_CUSTOMER[name](corner.shop, "ben", hers)
        assert refused.value.code in KNOWS_NOTHING, name
    assert everything(corner.database) == before


def test_another_shop_knows_no_customer_of_this_one(corner: Corner, hers: Belongings, next_door: Shop) -> None:
    """Whatever is asked there in anna's name: she is no customer, not even with the right voice code."""
    before = everything(corner.database)
    for name, attempt in AS_THE_CUSTOMER.items():
        with pytest.raises(CommerceError) as refused:
            attempt(next_door, hers.customer, hers)
        assert refused.value.code == "unknown_customer", name
    assert everything(corner.database) == before


def test_another_shops_customer_reaches_nothing_of_hers(corner: Corner, hers: Belongings, next_door: Shop) -> None:
    """Zoe, who shops next door, names anna's things there."""
    before = everything(corner.database)
    for name in OF_HERS | {"carts.add", "reservations.hold", "wishes.add"}:
        with pytest.raises(CommerceError) as refused:
            AS_THE_CUSTOMER[name](next_door, "zoe", hers)
        assert refused.value.code in KNOWS_NOTHING, name
    assert everything(corner.database) == before


def test_another_shops_merchant_sees_and_changes_nothing(corner: Corner, hers: Belongings, next_door: Shop) -> None:
    """Next door's lists are empty, its desk leaves the open payment alone, and its numbers mean nothing."""
    before = everything(corner.database)
    for name, attempt in AS_THE_MERCHANT.items():
        with suppress(CommerceError):
            seen = repr(attempt(next_door, "zoe", hers))
            assert hers.order not in seen, name
            assert "anna" not in seen.lower(), name
            assert "milk" not in seen.lower(), name
        assert everything(corner.database) == before, name


KNOWS_NOTHING = {
    "quote_not_live", "reservation_gone", "unknown_account", "unknown_bill", "unknown_order", "unknown_sku",
}  # fmt: skip
